"""Where to crop a picture so that what it shows stays in view: by contrast, in whole numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from include.runtime.pictures.opening import Rgb

_MAP_SIDE_PX = 96
_SURROUNDINGS_PX = (6, 24)
"""Half the sides of what a pixel's contrast is taken to, on the map: edges, and things as wholes."""
_CENTRE_SHARE = 4
"""How much the middle counts beside contrast: one part in so many."""


class Box(NamedTuple):
    """A part of a picture in pixels, right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width_px(self) -> int:
        """From left to right."""
        return self.right - self.left

    @property
    def height_px(self) -> int:
        """From top to bottom."""
        return self.bottom - self.top

    def of(self, rgb: Rgb) -> Rgb:
        """This part of `rgb`."""
        return rgb[self.top : self.bottom, self.left : self.right]


def best_crop(rgb: Rgb, width: int, height: int) -> Box:
    """The largest part of `rgb` with the shape of `width` to `height`, where most of what stands out lies."""
    seen_height, seen_width = rgb.shape[:2]
    if seen_width * height > seen_height * width:
        length = max(1, min(seen_width, round(seen_height * width / height)))
        left = _best_start(_weights(rgb).sum(axis=0), length, seen_width)
        return Box(left, 0, left + length, seen_height)
    length = max(1, min(seen_height, round(seen_width * height / width)))
    top = _best_start(_weights(rgb).sum(axis=1), length, seen_height)
    return Box(0, top, seen_width, top + length)


def _weights(rgb: Rgb) -> NDArray[np.int64]:
    """How much each pixel of a small map of `rgb` stands out from what is around it."""
    small = Image.fromarray(rgb)
    scale = _MAP_SIDE_PX / max(small.size)
    size = max(1, round(small.width * scale)), max(1, round(small.height * scale))
    pixels = np.asarray(small.resize(size, Image.Resampling.BOX)).astype(np.int64)
    contrasts = [np.abs(pixels - _surroundings(pixels, reach)).sum(axis=2) for reach in _SURROUNDINGS_PX]
    weights: NDArray[np.int64] = contrasts[0] * contrasts[1]
    return weights


def _surroundings(pixels: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """Mean of the square around each pixel, edges repeated, by a summed-area table."""
    side = 2 * reach + 1
    padded = np.pad(pixels, ((reach + 1, reach), (reach + 1, reach), (0, 0)), mode="edge")
    sums = padded.cumsum(axis=0).cumsum(axis=1)
    means: NDArray[np.int64] = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return means // side**2


def _best_start(profile: NDArray[np.int64], length: int, whole: int) -> int:
    """Where a window of `length` out of `whole` pixels starts, for the most weight in and near the middle.

    Weight counts by a parabola that falls to the window's ends, so that what stands out is not cut in two.

    :param profile: weights along the axis, in as many steps as the map has.
    """
    steps = len(profile)
    window = max(1, min(steps, round(length * steps / whole)))
    places = 2 * np.arange(window) + 1 - window
    inside = np.correlate(profile, window**2 - places**2 + 1, "valid")
    off_middle = np.abs(2 * np.arange(len(inside)) - (steps - window))
    worth = inside * _CENTRE_SHARE * steps - max(1, inside.max()) * off_middle
    return min(whole - length, int(worth.argmax()) * whole // steps)
