"""Colours in OKLab (Björn Ottosson, 2020), where a mix of two colours looks like one between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import skia


@dataclass(frozen=True)
class Colour:
    """A colour: lightness from 0 to 1, green to red, blue to yellow."""

    lightness: float
    a: float
    b: float

    def mix(self, other: Colour, share: float) -> Colour:
        """Return the colour that lies `share` of the way to `other`."""
        return Colour(
            self.lightness + (other.lightness - self.lightness) * share,
            self.a + (other.a - self.a) * share,
            self.b + (other.b - self.b) * share,
        )

    def lit(self, factor: float) -> Colour:
        """Return the colour under less (`factor` < 1) or more light."""
        return Colour(min(self.lightness * factor, 1.0), self.a * min(factor, 1.1), self.b * min(factor, 1.1))

    @property
    def rgb(self) -> tuple[float, float, float]:
        """Red, green and blue of sRGB from 0 to 1."""
        long = (self.lightness + 0.3963377774 * self.a + 0.2158037573 * self.b) ** 3
        middle = (self.lightness - 0.1055613458 * self.a - 0.0638541728 * self.b) ** 3
        short = (self.lightness - 0.0894841775 * self.a - 1.2914855480 * self.b) ** 3
        return (
            _encode(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
            _encode(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
            _encode(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
        )

    def skia(self, alpha: float = 1.0) -> int:
        """Return the colour for Skia, in whole steps, so that no rounding differs between machines."""
        red, green, blue = (round(part * 255) for part in self.rgb)
        return int(skia.ColorSetARGB(round(max(0.0, min(1.0, alpha)) * 255), red, green, blue))


def lch(lightness: float, chroma: float, hue_degrees: float) -> Colour:
    """Build a colour from lightness, chroma (0 to about 0.3) and hue."""
    hue = math.radians(hue_degrees)
    return Colour(lightness, chroma * math.cos(hue), chroma * math.sin(hue))


def _encode(linear: float) -> float:
    linear = max(0.0, min(1.0, linear))
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
