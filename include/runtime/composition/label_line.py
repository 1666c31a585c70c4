"""The label at the foot of the title card."""

from __future__ import annotations

from include.runtime.composition.overlays import Layer, shadow
from include.runtime.composition.title_card import PAPER, TitleText, balanced, placed
from include.runtime.labels.label import Label
from include.runtime.media.typesetting import Block, Typesetter

SIZE = 0.05
"""Of the text, as a share of the frame's short side: small enough for a card, large enough on a phone."""
SAFE_WIDTH = 0.9
"""Share of the frame that a line may take."""
BOTTOM = 0.04
"""Free space below the text, as a share of the frame's height."""
LINE_SPACING = 1.2
MAX_LINES = 2
"""As many as a title of any length leaves room for below it."""
INK = (6, 8, 12)


def set_label(label: Label, typesetter: Typesetter, frame: tuple[int, int]) -> TitleText:
    """The label's sentence at the foot of the frame, or its badge if the sentence would take too many lines."""
    width, height = frame
    size_px = SIZE * min(frame)
    block = _block(label.sentence, typesetter, size_px, SAFE_WIDTH * width)
    if round(block.height_px / (size_px * LINE_SPACING)) > MAX_LINES:
        block = _block(label.badge, typesetter, size_px, SAFE_WIDTH * width)
    margin = round(size_px * 0.5)
    text = block.coverage(margin)
    glow = (shadow(text, size_px * 0.05, size_px * 0.2) * 0.6).astype("uint8")
    left = (width - text.shape[1]) // 4 * 2
    top = round(height * (1 - BOTTOM) - text.shape[0] + margin) // 2 * 2
    return placed([Layer(glow, INK), Layer(text, PAPER)], left, top, frame)


def _block(text: str, typesetter: Typesetter, size_px: float, width_px: float) -> Block:
    return balanced(text, typesetter, size_px, width_px, LINE_SPACING)
