from __future__ import annotations

import numpy as np
import pytest

from include.runtime.pictures.fitting import fitted
from include.runtime.pictures.opening import Rgb
from include.runtime.pictures.upscaler import Upscaler
from tests.include.runtime.illustrator.parts import UPSCALER


class Counting(Upscaler):
    """The real upscaler, which notes what it was given."""

    def __init__(self) -> None:
        super().__init__(UPSCALER)
        self.seen: list[tuple[int, ...]] = []

    def enlarge(self, rgb: Rgb, tile_px: int = 128, threads: int | None = None) -> Rgb:
        self.seen.append(rgb.shape)
        return super().enlarge(rgb, tile_px, threads)


@pytest.fixture(scope="module")
def noise() -> Rgb:
    return np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)


def test_each_size_is_filled(noise: Rgb) -> None:
    shapes = [picture.shape for picture in fitted(noise, [(60, 40), (30, 60)], Counting(), 2.0)]
    assert shapes == [(40, 60, 3), (60, 30, 3)]


def test_the_upscaler_runs_only_above_the_growth_that_is_asked_for(noise: Rgb) -> None:
    for above, runs in ((2.0, 0), (1.9, 1)):
        upscaler = Counting()
        fitted(noise, [(120, 120)], upscaler, above)
        assert len(upscaler.seen) == runs


def test_the_upscaler_gets_no_more_than_the_crops_show(noise: Rgb) -> None:
    upscaler = Counting()
    fitted(noise, [(160, 40), (160, 48)], upscaler, 1.5)
    ((height, width, _),) = upscaler.seen
    assert width == 60
    assert height < 40


def test_a_tiny_picture_is_enlarged_as_often_as_it_takes() -> None:
    upscaler = Counting()
    (picture,) = fitted(np.full((2, 2, 3), 120, np.uint8), [(100, 100)], upscaler, 1.5)
    assert picture.shape == (100, 100, 3)
    assert upscaler.seen == [(2, 2, 3), (8, 8, 3), (32, 32, 3)]
