"""A picture at the sizes that are asked for: cropped to what stands out, enlarged where it is too small."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from include.runtime.pictures.cropping import Box, best_crop
from include.runtime.pictures.esrgan import FACTOR
from include.runtime.pictures.opening import Rgb
from include.runtime.pictures.upscaler import Upscaler

Size = tuple[int, int]
"""Width and height in pixels."""


def growth(rgb: Rgb, size: Size) -> float:
    """By how much the best crop of `rgb` has to grow to fill `size`; below 1 it shrinks."""
    height, width = rgb.shape[:2]
    return float(max(size[0] / width, size[1] / height))


def fitted(rgb: Rgb, sizes: Sequence[Size], upscaler: Upscaler, upscale_above: float) -> list[Rgb]:
    """The best crop of `rgb` at each of `sizes`.

    :param upscale_above: growth from which the upscaler goes first, as often as it takes.
    """
    boxes = [best_crop(rgb, *size) for size in sizes]
    reach = Box(*(f(sides) for f, sides in zip((min, min, max, max), zip(*boxes, strict=True), strict=True)))
    seen, factor = reach.of(rgb), 1
    while max(growth(box.of(rgb), size) for box, size in zip(boxes, sizes, strict=True)) > upscale_above * factor:
        seen, factor = upscaler.enlarge(seen), factor * FACTOR
    return [_resized(_moved(box, reach, factor).of(seen), size) for box, size in zip(boxes, sizes, strict=True)]


def _moved(box: Box, reach: Box, factor: int) -> Box:
    """`box` in what `reach` became when it was enlarged."""
    return Box(
        (box.left - reach.left) * factor,
        (box.top - reach.top) * factor,
        (box.right - reach.left) * factor,
        (box.bottom - reach.top) * factor,
    )


def _resized(rgb: Rgb, size: Size) -> Rgb:
    """Pillow resamples bytes in whole numbers: the same on every processor."""
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS, reducing_gap=None))
