from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from include.runtime.media.typesetting import Typesetter
from include.runtime.pictures.opening import Rgb
from include.runtime.podcast.cover_text import lettered
from tests.include.runtime.composition.media import fonts

SIDE_PX = 1400
LIGHT = 200


def cover(show: str, title: str, language: str = "en", grey: int = 128) -> Rgb:
    setter = cache(lambda weight: Typesetter(fonts(), language, weight))
    return lettered(np.full((SIDE_PX, SIDE_PX, 3), grey, np.uint8), show, title, setter)


def letters(part: Rgb) -> Rgb:
    """Where `part` is as light as paper."""
    return np.asarray(part.min(axis=2) > LIGHT)


def test_the_show_stands_above_and_the_title_below_and_the_picture_shows_between() -> None:
    lit = letters(cover("Small Wonders", "Why owls fly at night"))
    rows = np.flatnonzero(lit.any(axis=1))
    assert rows.min() < SIDE_PX * 0.12
    assert rows.max() > SIDE_PX * 0.85
    assert not lit[int(SIDE_PX * 0.2) : int(SIDE_PX * 0.6)].any()


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_over_any_picture_the_words_can_be_read(grey: int) -> None:
    lit = letters(cover("Small Wonders", "Why owls fly at night", grey=grey))
    assert 0.01 < lit[int(SIDE_PX * 0.08) : int(SIDE_PX * 0.11)].mean() < 0.3
    assert 0.03 < lit[int(SIDE_PX * 0.84) : int(SIDE_PX * 0.92)].mean() < 0.5


@pytest.mark.parametrize(
    ("language", "title", "at_right"), [("en", "Owls", False), ("he", "ינשופים", True), ("ar", "iPhone 17", True)]
)
def test_words_begin_where_the_language_does(language: str, title: str, at_right: bool) -> None:
    columns = np.flatnonzero(letters(cover(title, title, language)).any(axis=0))
    assert bool(columns.mean() > SIDE_PX / 2) is at_right


def test_a_long_title_is_smaller_and_nothing_of_it_is_cut_off() -> None:
    lit = letters(cover("Small Wonders", "Why the moon seems to follow us home beside the road " * 5))
    margin_px = round(SIDE_PX * 0.05)
    assert not lit[-margin_px:].any()
    assert not lit[:, :margin_px].any()
    assert not lit[:, -margin_px:].any()
