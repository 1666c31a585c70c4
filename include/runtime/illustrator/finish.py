"""What a print adds to a painting: warmth from the light's side, darker corners, the grain of paper."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from include.runtime.illustrator.easel import Easel

_CONTRAST = 0.42
_GRAIN_SIDE_PX = 256
_GRAIN_STEPS = 7
"""Half the width of the grain's noise, in steps of 255."""


def paint_vignette(easel: Easel) -> None:
    """Darken the corners a little, in the colour of the shadows."""
    reach = (easel.width**2 + easel.height**2) ** 0.5 / 2
    shadow = easel.mood.shadow
    paint = easel.radiance(
        (easel.width / 2, easel.height * 0.48),
        reach * 1.06,
        [(shadow, 0.0), (shadow, 0.0), (shadow, 0.34)],
        (0.0, 0.58, 1.0),
        skia.BlendMode.kMultiply,
    )
    paint.setBlendMode(skia.BlendMode.kSrcOver)
    easel.wash(paint)


def paint_motes(easel: Easel) -> None:
    """Scatter specks of lit dust or fireflies through the air."""
    dice, unit, mood = easel.shot_dice("motes"), easel.unit, easel.mood
    for _ in range(22):
        place = (dice.random() * easel.width, dice.uniform(0.1, 0.95) * easel.height)
        radius = unit * (0.002 + 0.007 * dice.random() ** 2)
        easel.canvas.drawCircle(*place, radius, easel.radiance(place, radius, [(mood.sun, 0.34), (mood.sun, 0.0)]))


def deepen(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Raise the contrast a little: lights lighter, shadows darker, middle tones as they are."""
    shares = [level / 255 for level in range(256)]
    curve = [round(255 * (share + _CONTRAST * share * (1 - share) * (2 * share - 1))) for share in shares]
    return np.array(curve, np.uint8)[pixels]


def add_grain(pixels: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """Add the grain of paper to `pixels`, height × width × 3; the same grain in all pictures of a film."""
    height, width = pixels.shape[:2]
    rolls = np.random.Generator(np.random.PCG64(seed))
    noise = rolls.integers(-_GRAIN_STEPS, _GRAIN_STEPS + 1, (_GRAIN_SIDE_PX, _GRAIN_SIDE_PX), dtype=np.int16)
    soft = (2 * noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1)) // 4
    tiles = (-(-height // _GRAIN_SIDE_PX), -(-width // _GRAIN_SIDE_PX))
    grain = np.tile(soft, tiles)[:height, :width, None]
    return np.clip(pixels.astype(np.int16) + grain, 0, 255).astype(np.uint8)
