"""What is drawn over a frame: text and its shadow, blended only where they are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from include.runtime.composition.planes import RGB_TO_YUV, Plane, Planes


@dataclass(frozen=True)
class Layer:
    """One colour, and where it covers what is below."""

    coverage: Plane
    rgb: tuple[int, int, int]


@dataclass(frozen=True)
class Overlay:
    """Premultiplied planes and how much of the frame shows through them, at an even position."""

    left: int
    top: int
    colour: Planes
    through: Planes

    def blend(self, target: Planes, strength: float = 1.0) -> None:
        """Draw over `target`; a `strength` below 1 is more transparent."""
        for step, seen, colour, through in zip(
            (1, 2, 2), target.each(), self.colour.each(), self.through.each(), strict=True
        ):
            left, top = self.left // step, self.top // step
            part = seen[top : top + colour.shape[0], left : left + colour.shape[1]]
            if strength < 1:
                through = cv2.convertScaleAbs(through, alpha=strength, beta=255 * (1 - strength))
                colour = cv2.convertScaleAbs(colour, alpha=strength)
            cv2.multiply(part, through, dst=part, scale=1 / 255)
            cv2.add(part, colour, dst=part)


def flatten(layers: list[Layer], left: int, top: int) -> Overlay:
    """`layers`, lowest first and of one size with even sides, as one overlay at an even position."""
    height, width = layers[0].coverage.shape
    colour: MatLike = np.zeros((height, width, 3), np.float32)
    through: MatLike = np.ones((height, width), np.float32)
    for layer in layers:
        share = layer.coverage.astype(np.float32) / 255
        yuv = RGB_TO_YUV[:, :3] @ np.array(layer.rgb, np.float64) + RGB_TO_YUV[:, 3]
        colour = colour * (1 - share)[..., None] + share[..., None] * yuv.astype(np.float32)
        through = through * (1 - share)
    return _overlay(colour, through, left, top)


def _overlay(colour: MatLike, through: MatLike, left: int, top: int) -> Overlay:
    height, width = through.shape
    halves = (width // 2, height // 2)
    small_colour = cv2.resize(colour, halves, interpolation=cv2.INTER_AREA)
    small_through = _eight_bit(cv2.resize(through, halves, interpolation=cv2.INTER_AREA) * 255)
    return Overlay(
        left,
        top,
        Planes(_eight_bit(colour[..., 0]), _eight_bit(small_colour[..., 1]), _eight_bit(small_colour[..., 2])),
        Planes(_eight_bit(through * 255), small_through, small_through),
    )


def pasted(rgba: MatLike, opacity: float, left: int, top: int) -> Overlay:
    """`rgba`, of even sides, 8 bits and not premultiplied, as an overlay at an even position."""
    share = rgba[..., 3].astype(np.float32) / 255 * opacity
    yuv = cv2.transform(rgba[..., :3].astype(np.float32), RGB_TO_YUV.astype(np.float32))
    return _overlay(yuv * share[..., None], 1 - share, left, top)


def shadow(coverage: Plane, reach_px: float, softness_px: float) -> Plane:
    """`coverage` grown by `reach_px` and blurred by `softness_px`."""
    side = 2 * max(1, round(reach_px)) + 1
    grown = cv2.dilate(coverage, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    return cv2.GaussianBlur(grown, (0, 0), max(0.5, softness_px))


def _eight_bit(values: MatLike) -> Plane:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
