"""Clips that people bring, laid into the frames of a film."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.contract.media_limits import MediaLimits
from include.contract.values import Fit
from include.runtime.composition.footage import Footage
from include.runtime.composition.planes import Planes
from tests.include.runtime.own.films import clip
from tests.include.runtime.own.test_moving import moving

FRAME = (128, 72)


def footage(path: Path, fit: Fit = Fit.COVER, most: int = 50) -> Footage:
    return Footage(path, "the clip", FRAME, 10, fit, most, MediaLimits())


def seen(own: Footage, number: int) -> Planes:
    planes = Planes.empty(*FRAME)
    for plane in planes.each():
        plane[:] = 90
    own.paint(number, planes)
    return planes


def test_frames_are_given_in_order_again_and_from_the_middle(tmp_path: Path) -> None:
    own = footage(clip(tmp_path / "a.mp4"))
    try:
        first, tenth = (seen(own, number).y.copy() for number in (0, 10))
        assert not np.array_equal(first, tenth)
        assert np.array_equal(seen(own, 10).y, tenth)
        assert np.array_equal(seen(own, 0).y, first)
        middle = footage(tmp_path / "a.mp4")
        assert np.array_equal(seen(middle, 10).y, tenth)
        middle.close()
        assert (own.lasts_s, own.held_from) == (2.0, None)
    finally:
        own.close()


@pytest.mark.parametrize("frames", [1, 5])
def test_where_it_ends_its_last_picture_is_held(tmp_path: Path, frames: int) -> None:
    own = footage(clip(tmp_path / "a.mp4", frames=frames))
    last = seen(own, frames - 1).y.copy()
    assert own.held_from is None
    assert np.array_equal(seen(own, 30).y, last)
    assert own.held_from == frames
    own.close()


def test_a_moving_picture_is_repeated_on_the_colour_that_it_is_given(tmp_path: Path) -> None:
    pictures = []
    for at in (0, 64):
        picture = Image.new("RGBA", FRAME, (0, 0, 0, 0))
        picture.paste((255, 255, 255, 255), (at, 0, at + 64, 72))
        pictures.append(picture)
    (tmp_path / "a.gif").write_bytes(moving("GIF", pictures, loop=0, disposal=2))
    own = Footage(tmp_path / "a.gif", "the clip", FRAME, 10, Fit.COVER, 50, MediaLimits(), (0, 0, 255))
    try:
        sides = [[int(seen(own, number).y[36, at]) for at in (30, 100)] for number in (0, 1, 2, 49)]
    finally:
        own.close()
    white, blue = sides[0]
    assert (white, blue) == (235, pytest.approx(32, abs=2))
    assert sides == [[white, blue], [blue, white], [white, blue], [blue, white]]
    assert (own.lasts_s, own.held_from) == (None, None)


def test_one_of_another_shape_leaves_what_is_beside_it(tmp_path: Path) -> None:
    own = footage(clip(tmp_path / "a.mp4", size=(48, 72)), Fit.CONTAIN)
    planes = seen(own, 0)
    assert [bool((plane[:, 0] == 90).all() and (plane[:, -1] == 90).all()) for plane in planes.each()] == [True] * 3
    assert not any((plane[:, plane.shape[1] // 2] == 90).all() for plane in planes.each())
    columns = [np.flatnonzero((plane != 90).any(axis=0)) for plane in planes.each()]
    assert [(int(each[0]), int(each[-1])) for each in columns] == [(40, 87), (20, 43), (20, 43)]
    own.close()
