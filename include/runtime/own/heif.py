"""HEIC pictures: Pillow opens them by libheif, which turns and mirrors them; their colours may be told by numbers."""

from __future__ import annotations

import math
import resource
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from pillow_heif import register_heif_opener

from include.runtime.own.hdr import BT2020_TO_BT709, POINTS, Colours, Hdr, points, sdr

HEIF = "HEIF"
"""Pillow's name of the format."""
NCLX = "nclx_profile"
"""Where a picture has the numbers of ITU-T H.273 for its colours, which count if it has no ICC profile."""
_PIXEL_BYTES = 8
"""Of memory that decoding takes."""
_BT709, _UNSPECIFIED, _BT2020, _DISPLAY_P3 = 1, 2, 9, 12
_HDR = {16: Hdr.PQ, 18: Hdr.HLG}
_P3_TO_BT709 = np.array(
    [[1.224940, -0.224940, 0.0], [-0.042057, 1.042057, 0.0], [-0.019638, -0.078636, 1.098274]],
)
_TO_BT709 = {_BT2020: BT2020_TO_BT709, _DISPLAY_P3: _P3_TO_BT709}


def know_heif() -> None:
    """Let Pillow open HEIC: the main picture of a file, on one thread."""
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def load(picture: Image.Image) -> None:
    """Decode `picture`, of any format.

    :raises MemoryError: this process may not have as much as it takes.
    :raises ValueError: libheif finds something else wrong.
    """
    try:
        picture.load()
    except (EOFError, RuntimeError, ValueError) as error:
        # Its decoder calls a lack of memory whatever was going on.
        if "memory" in str(error).lower() or picture.width * picture.height * _PIXEL_BYTES > _memory_left():
            raise MemoryError from error
        raise ValueError(str(error)) from error


def _memory_left() -> float:
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    return math.inf if most == resource.RLIM_INFINITY else most - taken


def by_nclx(picture: Image.Image, nclx: Mapping[str, float], warnings: list[str]) -> Image.Image:
    """`picture`, an R'G'B' of 8 bits, in sRGB; as it is, where its colours are not known."""
    primaries, hdr = int(nclx["color_primaries"]), _HDR.get(int(nclx["transfer_characteristics"]))
    if hdr and primaries in (_BT2020, _UNSPECIFIED):
        warnings.append(f"it {hdr.told}")
        return _through(picture, sdr(points(), hdr))
    if not hdr and primaries in _TO_BT709:
        light = _light(points()) @ _TO_BT709[primaries].T
        return _through(picture, _signal(np.clip(light, 0, 1)))
    if hdr or primaries not in (_BT709, _UNSPECIFIED):
        kind = f"primaries {primaries}, {hdr}" if hdr else f"primaries {primaries}"
        warnings.append(f"its colours are not known here ({kind} of H.273); they count as sRGB")
    return picture


def _through(picture: Image.Image, table: Colours) -> Image.Image:
    return picture.filter(ImageFilter.Color3DLUT(POINTS, table.ravel().tolist()))


def _light(signal: Colours) -> Colours:
    """By the curve of sRGB (IEC 61966-2-1), which stands for that of BT.709 too."""
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


def _signal(light: Colours) -> Colours:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
