from __future__ import annotations

import numpy as np
import pytest

from include.runtime.pictures.cropping import best_crop
from include.runtime.pictures.opening import Rgb


def with_thing(height: int, width: int, top: int, left: int, side: int = 40) -> Rgb:
    """A soft slope of grey with one vivid thing."""
    picture = np.repeat(np.linspace(90, 140, width).astype(np.uint8)[None, :, None], height, axis=0).repeat(3, axis=2)
    picture[top : top + side, left : left + side] = (220, 40, 30)
    return picture


@pytest.mark.parametrize("left", [10, 100, 250])
def test_a_tall_crop_goes_where_the_thing_is(left: int) -> None:
    box = best_crop(with_thing(200, 300, 80, left), 9, 16)
    assert (box.top, box.bottom, box.width_px) == (0, 200, 112)
    assert box.left <= left
    assert box.right >= left + 40


@pytest.mark.parametrize("top", [5, 120, 250])
def test_a_wide_crop_goes_where_the_thing_is(top: int) -> None:
    box = best_crop(with_thing(300, 200, top, 80), 16, 9)
    assert (box.left, box.right, box.height_px) == (0, 200, 112)
    assert box.top <= top
    assert box.bottom >= top + 40


def test_a_picture_that_shows_nothing_is_cropped_in_the_middle() -> None:
    box = best_crop(np.full((100, 300, 3), 90, np.uint8), 1, 1)
    assert abs(box.left - 100) <= 4


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_the_crop_of_a_tiny_picture_is_inside_and_not_empty(height: int, width: int) -> None:
    box = best_crop(with_thing(height, width, 0, 0), 16, 9)
    assert 0 <= box.left < box.right <= width
    assert 0 <= box.top < box.bottom <= height


def test_the_shape_of_the_whole_is_the_whole() -> None:
    assert best_crop(with_thing(90, 160, 10, 10), 16, 9) == (0, 0, 160, 90)
