"""What is seen of what is told."""

from __future__ import annotations

from collections.abc import Sequence

from include.runtime.writing.illustration import PLACES, Illustration, listed_things, taken_prompt
from include.runtime.writing.text_model import Draft, Question

BEES = "Bees visit flowers and carry pollen."


class Placing:
    """A model that holds `liked` likely where it is told something, by how much; everything else is even."""

    def __init__(self, liked: dict[str, float], anyway: dict[str, float] | None = None) -> None:
        self.liked, self.anyway = liked, anyway or {}

    def drafts(self, question: Question, seeds: Sequence[int]) -> list[Draft]:
        raise NotImplementedError

    def log_probabilities(self, question: Question, answers: Sequence[str]) -> list[float]:
        gains = self.anyway if "Some text." in question.text else self.liked
        return [gains.get(answer.strip(), 0.0) for answer in answers]


def test_a_prompt_names_the_subject_the_things_and_the_place() -> None:
    prompt, place = Illustration(Placing({"in a garden": 1.0})).prompt(BEES, "bees")
    assert place == "in a garden"
    assert prompt.startswith("bees, ")
    assert prompt.endswith(" in a garden")
    assert " and " in prompt


def test_a_place_that_is_likely_anyway_says_nothing_of_what_is_told() -> None:
    anyway = {"in a house": 5.0}
    liked = {"in a house": 5.0, "by the sea": 1.0}
    assert Illustration(Placing(liked, anyway)).prompt(BEES, "bees")[1] == "by the sea"


def test_the_place_before_is_chosen_again_only_where_it_fits_much_better() -> None:
    near = Illustration(Placing({"in a garden": 0.6, "by the sea": 0.5}))
    far = Illustration(Placing({"in a garden": 2.6, "by the sea": 0.5}))
    assert near.prompt(BEES, "bees", before="in a garden")[1] == "by the sea"
    assert far.prompt(BEES, "bees", before="in a garden")[1] == "in a garden"


def test_where_nothing_is_named_the_words_themselves_are_drawn() -> None:
    assert Illustration(Placing({})).prompt("It is so.", "") == ("It is so.", "")


def test_things_are_listed_without_the_subject_and_no_more_than_three() -> None:
    found = listed_things("Bees carry pollen from flowers to the hive, past trees, rivers and houses.", "Bees")
    assert len(found) == 3
    assert "bees" not in [thing.casefold() for thing in found]


def test_words_that_are_taken_have_an_end() -> None:
    assert taken_prompt("Bienen tanzen.", "de").startswith("Bienen tanzen")
    assert len(taken_prompt("Bienen tanzen im Garten. " * 50, "de")) <= 240


def test_every_place_stands_once() -> None:
    assert len(set(PLACES)) == len(PLACES)
