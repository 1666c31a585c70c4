"""A logo in a corner of every frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from include.contract.media_limits import MediaLimits
from include.contract.values import Corner, LogoPlace
from include.runtime.composition.overlays import Overlay, pasted
from include.runtime.own.child import decoded

LOGO = "logo"
"""The input that it is."""
_WIDEST, _TALLEST = 0.22, 0.11
"""Of the frame's width, and of its shorter side."""
_MARGIN = 0.04
"""Of the shorter side."""
_RIGHT = (Corner.TOP_RIGHT, Corner.BOTTOM_RIGHT)
_BOTTOM = (Corner.BOTTOM_LEFT, Corner.BOTTOM_RIGHT)


def logo_overlay(
    path: Path, place: LogoPlace, frame: tuple[int, int], limits: MediaLimits, what: str = "the logo"
) -> Overlay:
    """The picture at `path` in its corner of a frame.

    :param what: it is, at the beginning of messages.
    :raises CorruptInput: it cannot be decoded.
    """
    box = round(_WIDEST * frame[0]), round(_TALLEST * min(frame))
    with decoded("logo", path, what, limits, frame=box) as found:
        width, height = found.told["size"]
        rgba = np.frombuffer(b"".join(found.data()), np.uint8).reshape(height, width, 4)
    even = np.pad(rgba, ((0, height % 2), (0, width % 2), (0, 0)))
    margin = round(_MARGIN * min(frame))
    left = frame[0] - margin - even.shape[1] if place.corner in _RIGHT else margin
    top = frame[1] - margin - even.shape[0] if place.corner in _BOTTOM else margin
    return pasted(even, place.opacity, left // 2 * 2, top // 2 * 2)
