from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from include.contract.look import Palette
from include.runtime.illustrator.sketch import Sketch
from tests.include.runtime.illustrator.parts import look


def drawn(sketch: Sketch, prompt: str, *, hero: str = "bees", seed: int = 3, language: str = "en",
          palette: Palette = Palette.MEADOW) -> NDArray[np.uint8]:  # fmt: skip
    return sketch.draw(prompt, look(hero, palette=palette), language, 320, 180, seed).pixels


def test_the_same_arguments_give_the_same_pixels(sketch: Sketch) -> None:
    assert np.array_equal(drawn(sketch, "A bee at a sunflower"), drawn(sketch, "A bee at a sunflower"))


def test_prompts_seeds_and_palettes_show(sketch: Sketch) -> None:
    pictures = [
        drawn(sketch, "A bee at a sunflower"),
        drawn(sketch, "A bee"),
        drawn(sketch, "A bee at a sunflower", seed=4),
        drawn(sketch, "A bee at a sunflower", palette=Palette.BERRY),
        drawn(sketch, "A bee at night"),
    ]
    for index, one in enumerate(pictures):
        for other in pictures[index + 1 :]:
            assert np.abs(one.astype(int) - other).mean() > 4


@pytest.mark.parametrize(
    ("language", "prompt"),
    [
        ("en", "Ineffable"),
        ("en", " "),
        ("en", "'; DROP INDEX x; -- ${IFS} {{ 7*7 }} ../../etc/passwd"),
        ("ar", "‮الصمت‬"),
        ("en", "\U0010ffff \ufffd 🏳️‍🌈"),
        ("zh", "无"),
        ("tlh", "Qapla"),
        ("en", "word " * 200),
    ],
)
def test_what_names_nothing_still_gets_a_picture(sketch: Sketch, language: str, prompt: str) -> None:
    picture = drawn(sketch, prompt, hero="Ineffable", language=language)
    assert picture.std() > 10
    assert len(np.unique(picture)) > 60


def test_what_names_nothing_differs_by_its_seed(sketch: Sketch) -> None:
    pictures = [drawn(sketch, "Ineffable", hero="Nil", seed=seed).astype(int) for seed in range(6)]
    for index, one in enumerate(pictures):
        assert all(np.abs(one - other).mean() > 4 for other in pictures[:index])


def test_the_account_says_what_is_drawn_and_for_what(sketch: Sketch) -> None:
    drawing = sketch.draw("A castle by the lake", look("bees"), "en", 320, 180, 3)
    assert drawing.account["place"] == "lake"
    assert drawing.account["landmark"] == "castle"
    assert drawing.account["drawn_for"] == "prompt"
    assert sketch.draw("Ineffable", look("Nil"), "en", 320, 180, 3).account["drawn_for"] == "mood"


def test_the_account_says_what_of_the_prompt_is_in_the_sky_what_is_sat_on_and_what_had_no_room(sketch: Sketch) -> None:
    owl = sketch.draw("an owl on a branch at night under the moon", look("Owls"), "en", 320, 180, 3).account
    assert (owl["sky"], owl["perch"], owl["things"], owl["left_out"]) == (["moon"], "branch", ["🦉"], [])
    farm = sketch.draw("A cow, a horse, a sheep, a pig and a goat", look("Farms"), "en", 320, 180, 3).account
    things, left_out = farm["things"], farm["left_out"]
    assert isinstance(things, list)
    assert isinstance(left_out, list)
    assert {*map(str, things), *map(str, left_out)} == {"🐄", "🐎", "🐑", "🐖", "🐐"}
    assert "🐐" in left_out
