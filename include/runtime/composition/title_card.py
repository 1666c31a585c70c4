"""The title card: the first picture, blurred and darkened, with the title set over it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from include.runtime.composition.camera import MAX_ZOOM
from include.runtime.composition.overlays import Layer, Overlay, flatten, shadow
from include.runtime.composition.planes import Picture
from include.runtime.media.typesetting import Block, Typesetter

SAFE_WIDTH, SAFE_HEIGHT = 0.80, 0.60
"""Share of the frame that the title may take."""
LARGEST, SMALLEST = 0.125, 0.03
"""Sizes of the title, as a share of the frame's short side."""
MAX_LINES = 4
APPEAR_S, LINE_SPACING = 0.7, 1.22
PAPER, INK = (250, 247, 240), (6, 8, 12)
GRACE_S = 0.15


@dataclass(frozen=True)
class TitleText:
    """The title's overlay and how it appears."""

    overlay: Overlay

    def strength(self, time_s: float) -> float:
        """Its opacity at `time_s` after the film's start, eased, from 0 to 1."""
        progress = min(max((time_s - GRACE_S) / APPEAR_S, 0.0), 1.0)
        return progress * progress * (3 - 2 * progress)


def backdrop(rgb: Picture, frame: tuple[int, int]) -> Picture:
    """`rgb` out of focus and darkened towards its edges; as large as it was."""
    sigma = 0.022 * min(frame) * MAX_ZOOM
    small = cv2.resize(rgb, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    blurred: Picture = cv2.GaussianBlur(small, (0, 0), max(1.0, sigma / 4))
    height, width = small.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    light = 0.62 - 0.20 * np.clip(across**2 + down**2, 0, 1.6)
    dark: Picture = np.rint(blurred * light[..., None]).astype(np.uint8)
    return cv2.resize(dark, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_LINEAR)


def accent(rgb: Picture) -> tuple[int, int, int]:
    """The picture's most vivid colour, light enough to stand out on the darkened picture."""
    small = cv2.resize(rgb, (48, 48), interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(np.int64)
    vividness = small.max(axis=1) - small.min(axis=1)
    vivid = small[np.argsort(-vividness, kind="stable")[:96]].mean(axis=0)
    lifted = vivid * (225 / max(1.0, vivid.max()))
    red, green, blue = np.rint(lifted * 0.8 + 0.2 * 235).astype(int).tolist()
    return red, green, blue


def set_title(title: str, typesetter: Typesetter, frame: tuple[int, int], colour: tuple[int, int, int]) -> TitleText:
    """`title` as large as fits, in balanced lines, over a short rule in `colour`."""
    block, size_px = _fit(title, typesetter, frame)
    rule_gap = round(max(size_px * 0.42, min(frame) * 0.045))
    rule_px, margin = max(2, round(size_px * 0.07)), round(size_px * 0.8)
    text = block.coverage(margin)
    text = np.pad(text, ((0, (rule_gap + rule_px) // 2 * 2), (0, 0)))
    rule = np.zeros_like(text)
    rule_top, middle = margin + round(block.height_px) + rule_gap // 2, text.shape[1] // 2
    half_rule = round(min(frame) * 0.055)
    rule[rule_top : rule_top + rule_px, max(0, middle - half_rule) : middle + half_rule] = 255
    glow = (shadow(np.maximum(text, rule), size_px * 0.02, size_px * 0.22) * 0.55).astype(np.uint8)
    left = (frame[0] - text.shape[1]) // 4 * 2
    top = (frame[1] - text.shape[0]) // 4 * 2
    return placed([Layer(glow, INK), Layer(rule, colour), Layer(text, PAPER)], left, top, frame)


def _fit(title: str, typesetter: Typesetter, frame: tuple[int, int]) -> tuple[Block, float]:
    """The largest setting within the safe area, at most `MAX_LINES` long if any size allows."""
    width, height = frame[0] * SAFE_WIDTH, frame[1] * SAFE_HEIGHT
    largest, smallest = LARGEST * min(frame), SMALLEST * min(frame)
    size_px = largest
    while size_px > smallest:
        block = typesetter.set([title], size_px, width, LINE_SPACING)
        if _line_count(block, size_px) <= MAX_LINES and block.height_px <= height and block.width_px <= width:
            break
        size_px *= 0.94
    return balanced(title, typesetter, size_px, width, LINE_SPACING), size_px


def _line_count(block: Block, size_px: float) -> int:
    return round(block.height_px / (size_px * LINE_SPACING))


def balanced(text: str, typesetter: Typesetter, size_px: float, width_px: float, spacing: float) -> Block:
    """The narrowest setting that takes no more lines than the widest."""
    widest = typesetter.set([text], size_px, width_px, spacing)
    low, high = width_px / 3, width_px
    for _ in range(8):
        middle = (low + high) / 2
        block = typesetter.set([text], size_px, middle, spacing)
        fits = block.height_px <= widest.height_px and block.width_px <= middle
        low, high = (low, middle) if fits else (middle, high)
    return typesetter.set([text], size_px, high, spacing)


def placed(layers: list[Layer], left: int, top: int, frame: tuple[int, int]) -> TitleText:
    """`layers` on the frame, cropped to it."""
    cut_x, cut_y = max(0, -left), max(0, -top)
    right, bottom = frame[0] - left, frame[1] - top
    inside = [Layer(layer.coverage[cut_y:bottom, cut_x:right], layer.rgb) for layer in layers]
    return TitleText(flatten(inside, left + cut_x, top + cut_y))
