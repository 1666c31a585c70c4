"""What of a piece is given, taken or written."""

from __future__ import annotations

import pytest

from include.contract.brief import DraftScript
from include.contract.errors import RejectedContent
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.telling import Origin, Teller
from tests.include.runtime.writing.parts import no_model


def teller(topic: str | None = "Bees", title: str | None = None, language: str = "en") -> Teller:
    return Teller(Assignment(topic, language, 1, DraftScript(title=title), 0, "test/none"), "`script:`", no_model)


def test_what_is_given_is_kept_and_noted_and_no_model_loaded() -> None:
    one = teller()
    assert one.kept("title", "Honey") == "Honey"
    assert one.kept("summary", None) is None
    assert one.origins == {"title": Origin.GIVEN, "summary": Origin.TAKEN}
    assert one.tally.tokens == 0


def test_the_title_tells_what_it_is_about_where_there_is_no_topic() -> None:
    assert teller(None, "Bees").subject == teller("Bees").subject is not None
    assert teller(None).subject is None
    assert teller(None).name == ""


def test_what_is_missing_without_a_topic_is_told_with_what_to_bring() -> None:
    with pytest.raises(RejectedContent, match=r"the narration of scene 2 is missing.*bring the narration, or give"):
        teller(None).subject_for("the narration of scene 2")


def test_a_language_that_the_model_does_not_write_is_refused_with_how_to_bring_the_text() -> None:
    one = teller("Bienen", language="de")
    assert not one.writes
    with pytest.raises(RejectedContent, match=r"writes English only, not 'de'; bring it in the brief \(`script:`\)"):
        one.subject_for("the narration")


def test_the_picture_of_such_a_text_is_taken_from_its_words() -> None:
    one = teller("Bienen", language="de")
    prompt, place = one.image_prompt("image_prompt/01", "Bienen tanzen.")
    assert prompt.startswith("Bienen tanzen")
    assert place == ""
    assert one.origins == {"image_prompt/01": Origin.TAKEN}


def test_english_of_any_region_is_written() -> None:
    assert teller(language="en-GB").writes
