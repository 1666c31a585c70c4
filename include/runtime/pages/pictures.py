"""Pictures for the web: one source in several formats and widths, each file opened again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from include.contract.digital_source import DigitalSource
from include.contract.errors import CheckFailed
from include.contract.pictures import PICTURE_WIDTHS_PX, PictureFormat, picture_variants
from include.runtime.foreign.pictures import opened_picture
from include.runtime.labels.marks import save_marked, source_in

# One thread and the same settings everywhere: the same picture gives the same bytes (I10). Of a drawn picture 960 px
# wide, the three come equally near to the source (37 dB), in about 16, 24 and 63 kB.
_SETTINGS: Mapping[PictureFormat, Mapping[str, Any]] = {
    PictureFormat.AVIF: {
        "quality": 50,
        "speed": 6,
        "subsampling": "4:2:0",
        "codec": "aom",
        "max_threads": 1,
        "autotiling": False,
    },
    PictureFormat.WEBP: {"quality": 80, "method": 5},
    PictureFormat.JPEG: {"quality": 82, "subsampling": "4:2:0", "optimize": True, "progressive": True},
}
_MOST_DIFFERENCE = 8.0
"""Mean difference from the source, in steps of 255, above which a file does not show the same picture."""


@dataclass(frozen=True)
class Variant:
    """One file of a picture."""

    form: PictureFormat
    width_px: int
    """The width in its name, one of `PICTURE_WIDTHS_PX`."""
    size_px: tuple[int, int]
    """Its actual width and height."""
    path: Path


@dataclass(frozen=True)
class Picture:
    """One picture in all its formats and widths."""

    number: str
    size_px: tuple[int, int]
    """Of the source."""
    variants: tuple[Variant, ...]
    source: DigitalSource | None
    """What drew it; None if it does not say."""

    def of(self, form: PictureFormat) -> tuple[Variant, ...]:
        """Its files of one format, the narrowest first."""
        return tuple(variant for variant in self.variants if variant.form is form)

    def fitting(self, form: PictureFormat, width_px: int) -> Variant:
        """Its widest file of `form` that is at most `width_px` wide, or else its narrowest."""
        narrowest, *wider = self.of(form)
        return next((one for one in reversed(wider) if one.width_px <= width_px), narrowest)


def make_picture(source: Path, number: str, folder: Path) -> Picture:
    """Write every variant of the picture at `source` into `folder`, and check each by opening it again.

    Each says that it was drawn by what the source says drew it.

    :raises CorruptInput: the source does not decode.
    :raises CheckFailed: a finished file is not the source in its format and width.
    """
    with opened_picture(source, f"input image/{number}") as opened_source:
        made_by, original = source_in(opened_source), opened_source.convert("RGB")
    steps = fitting_widths(original.width)
    resized = {step: _resized(original, step) for step in steps}
    variants = []
    for form, step in picture_variants():
        if step in resized:
            path = folder / f"{number}-{step}.{form.suffix}"
            save_marked(resized[step], path, form.name, made_by, **_SETTINGS[form])
            check_variant(path, form, resized[step])
            variants.append(Variant(form, step, resized[step].size, path))
    return Picture(number, original.size, tuple(variants), made_by)


def fitting_widths(width_px: int) -> tuple[int, ...]:
    """The widths to which a picture of `width_px` is scaled without enlarging it; the smallest one in any case."""
    smallest, *wider = PICTURE_WIDTHS_PX
    return smallest, *(step for step in wider if step <= width_px)


def check_variant(path: Path, form: PictureFormat, expected: Image.Image) -> None:
    """Open a finished picture again.

    :raises CheckFailed: it does not decode, has another format or size, or shows something else.
    """
    try:
        with Image.open(path) as found:
            kind, pixels = found.format, found.convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise CheckFailed(f"{path.name}: does not decode as a picture: {error}") from error
    if (kind, pixels.size) != (form.name, expected.size):
        raise CheckFailed(f"{path.name}: is {kind} of {pixels.size} px, has to be {form.name} of {expected.size} px")
    difference = float(np.abs(np.asarray(pixels, np.int16) - np.asarray(expected, np.int16)).mean())
    if difference > _MOST_DIFFERENCE:
        raise CheckFailed(f"{path.name}: differs from its source by {difference:.1f}; allowed: {_MOST_DIFFERENCE}")


def total_bytes(variants: Iterable[Variant]) -> int:
    """Size of the files together."""
    return sum(variant.path.stat().st_size for variant in variants)


def _resized(original: Image.Image, step: int) -> Image.Image:
    width_px = min(step, original.width)
    height_px = max(1, round(original.height * width_px / original.width))
    if width_px == original.width:
        return original
    return original.resize((width_px, height_px), Image.Resampling.LANCZOS)
