from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from include.contract.shots import Shot, shot_outputs, shots_of

Scene = tuple[str, str]
WORDS = st.lists(st.sampled_from(["bees", "hum", "over", "the", "wide", "river", "while", "a"]), min_size=1, max_size=9)
SCENES = st.lists(st.tuples(st.sampled_from(["a river", "a bee", "the sea"]), WORDS.map(" ".join)), max_size=8)
EXAMPLES = Path(__file__).parents[3] / "examples"


def asked(scenes: list[Scene]) -> list[tuple[str, Shot]]:
    """What decides each picture besides the look."""
    return [(prompt, shot) for (prompt, _), shot in zip(scenes, shots_of(scenes), strict=True)]


def told() -> list[list[str]]:
    """What the scenes of the briefs that ship say, or the sentences of their sections, by brief."""
    briefs = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(EXAMPLES.glob("*.yaml"))]
    films = [[scene["narration"] for scene in brief["script"]["scenes"]] for brief in briefs if "script" in brief]
    articles = [brief["article"]["sections"] for brief in briefs if "article" in brief]
    return films + [[text for one in sections for text in one["text"].split(". ")] for sections in articles]


@given(SCENES)
def test_no_picture_is_asked_for_twice(scenes: list[Scene]) -> None:
    pictures = asked(scenes)
    assert all(pictures.count(picture) == 1 for picture in pictures)


@given(SCENES)
def test_the_order_of_the_scenes_decides_no_shot(scenes: list[Scene]) -> None:
    placed = sorted(zip(scenes, map(str, asked(scenes)), strict=True))
    moved = sorted(scenes, reverse=True)
    assert sorted(zip(moved, map(str, asked(moved)), strict=True)) == placed


@given(SCENES, st.sampled_from(["a river", "a bee", "a city"]), st.integers(0, 8))
def test_a_scene_put_in_anywhere_moves_no_others_picture(scenes: list[Scene], prompt: str, place: int) -> None:
    fresh = (prompt, "An owl listens, and turns its head.")
    more = asked([*scenes[:place], fresh, *scenes[place:]])
    place = min(place, len(scenes))
    assert [*more[:place], *more[place + 1 :]] == asked(scenes)


def test_a_scene_said_again_moves_none_that_says_something_else() -> None:
    scenes = [("a river", "It bends."), ("a river", "It flows.")]
    bends, flows = shots_of(scenes)
    again = shots_of([scenes[0], *scenes])
    assert (again[0], again[2]) == (bends, flows)
    assert again[1] not in (bends, flows)


def test_scenes_with_one_prompt_and_one_phrase_are_told_apart_by_their_whole_texts() -> None:
    lines = [f"x{number}, and where the quick brown river bends, there it is slow" for number in range(40)]
    assert len({shot.take for shot in shots_of([("a river", line) for line in lines])}) == len(lines)


def test_of_the_scenes_that_ship_no_two_of_a_piece_share_their_phrase() -> None:
    pairs = [pair for texts in told() for pair in combinations(texts, 2)]
    assert len(pairs) > 80
    alone = {text: shots_of([("", text)])[0] for pair in pairs for text in pair}
    assert [pair for pair in pairs if alone[pair[0]] == alone[pair[1]]] == []


def test_most_edits_of_a_text_leave_its_shot() -> None:
    texts = [text for texts in told() for text in texts if len(text.split()) > 8]
    edits = [(text, text.replace(f" {word} ", " indeed ", 1)) for text in texts for word in text.split()[1:-1]]
    kept = [shots_of([("", before)]) == shots_of([("", after)]) for before, after in edits]
    assert sum(kept) / len(kept) > 0.6


@pytest.mark.parametrize("text", ["", "…", "👍", "蜂", "a"])
def test_a_text_of_few_letters_has_a_shot_too(text: str) -> None:
    assert shots_of([("a river", text), ("a river", "It flows.")])[0] == shots_of([("a river", text)])[0]


def test_shots_are_numbered_as_the_scenes_are() -> None:
    scenes = [("a river", "It bends."), ("a bee", "It hums."), ("a river", "It flows.")]
    made = shot_outputs(scenes)
    assert [(name, media_type) for name, _, media_type in made] == [
        (f"shot/{number:02d}", "application/json") for number in (1, 2, 3)
    ]
    assert [Shot.model_validate_json(body) for _, body, _ in made] == shots_of(scenes)
