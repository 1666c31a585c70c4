from __future__ import annotations

import numpy as np
import pytest
import skia
from numpy.typing import NDArray

from include.contract.look import Light, Palette
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.mood import mood_of
from include.runtime.illustrator.scenery.frames import paint_frame
from include.runtime.illustrator.settings import Setting

WIDTH, HEIGHT = 160, 90


def framed(setting: Setting, side: int, seed: int) -> NDArray[np.uint8]:
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    surface = skia.Surface(pixels)
    easel = Easel(surface.getCanvas(), WIDTH, HEIGHT, mood_of(Palette.MEADOW, Light.DAY), 1, seed)
    paint_frame(easel, setting, side)
    surface.flushAndSubmit()
    return pixels[..., 3]


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("setting", [Setting.MEADOW, Setting.SEA, Setting.DESERT])
def test_a_frame_stays_at_its_side(setting: Setting, side: int) -> None:
    for seed in range(12):
        inner = framed(setting, side, seed)
        other_half = inner[:, : WIDTH // 2] if side > 0 else inner[:, WIDTH // 2 :]
        assert np.count_nonzero(other_half) < 0.04 * other_half.size


def test_some_views_have_a_frame_and_some_have_none() -> None:
    shares = {framed(Setting.MEADOW, 1, seed).any() for seed in range(12)}
    assert shares == {True, False}
    assert not any(framed(Setting.CITY, 1, seed).any() for seed in range(12))
