"""Colours of a card: the hue of its picture, at lightnesses whose contrast is enough for any hue."""

from __future__ import annotations

import math
from enum import Enum

import numpy as np
from PIL import Image

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.pictures.opening import Rgb

Ink = tuple[int, int, int]
"""sRGB."""
_MAP_SIDE_PX = 48
_VIVID_SHARE = 8
"""One in so many pixels, the most vivid ones, give the hue."""
_GREY_STEPS = 24
"""Below this distance between the strongest and the weakest channel a picture counts as grey."""


class Tone(Enum):
    """What a colour is for."""

    PAPER = "paper"
    INK = "ink"
    SOFT = "soft"
    """For longer text."""
    ACCENT = "accent"
    """For what stands above the name, and behind the price."""


_LIGHTNESS_CHROMA = {
    Tone.PAPER: (0.975, 0.012),
    Tone.INK: (0.25, 0.035),
    Tone.SOFT: (0.42, 0.03),
    Tone.ACCENT: (0.47, 0.125),
}


def tones_of(rgb: Rgb) -> dict[Tone, Ink]:
    """Colours that go with a picture."""
    red, green, blue = _vivid(rgb)
    is_grey = max(red, green, blue) - min(red, green, blue) < _GREY_STEPS
    return tones_at(None if is_grey else _hue_degrees(red, green, blue))


def tones_at(hue_degrees: int | None) -> dict[Tone, Ink]:
    """Colours of a hue in OKLab; greys when there is none."""
    return {
        tone: _ink(lch(lightness, 0.0 if hue_degrees is None else chroma, hue_degrees or 0))
        for tone, (lightness, chroma) in _LIGHTNESS_CHROMA.items()
    }


def _vivid(rgb: Rgb) -> Ink:
    """Mean of the most vivid pixels."""
    small = np.asarray(Image.fromarray(rgb).resize((_MAP_SIDE_PX, _MAP_SIDE_PX), Image.Resampling.BOX))
    pixels = small.reshape(-1, 3).astype(np.int64)
    vividness = pixels.max(axis=1) - pixels.min(axis=1)
    most = pixels[np.argsort(-vividness, kind="stable")[: len(pixels) // _VIVID_SHARE]]
    red, green, blue = (most.sum(axis=0) // len(most)).tolist()
    return red, green, blue


def _hue_degrees(red: int, green: int, blue: int) -> int:
    """Hue in OKLab (Björn Ottosson, 2020), in whole degrees, so that no machine's rounding shows."""
    r, g, b = (_linear(channel / 255) for channel in (red, green, blue))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    green_red = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    blue_yellow = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return round(math.degrees(math.atan2(blue_yellow, green_red))) % 360


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _ink(colour: Colour) -> Ink:
    red, green, blue = (round(channel * 255) for channel in colour.rgb)
    return red, green, blue
