"""One card drawn: the picture above, the panel below, the price across the edge between them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import skia
from numpy.typing import NDArray

from include.contract.cards import CardFormat
from include.runtime.cards.lettering import Lettering
from include.runtime.cards.panel import CORNER_PX, SIDE_PX, Panel, Pill
from include.runtime.cards.tones import Ink, Tone
from include.runtime.media.typesetting import Align
from include.runtime.pictures.opening import Rgb


def picture_size_px(shape: CardFormat, panel: Panel) -> tuple[int, int]:
    """Width and height of what the panel leaves of a card."""
    width_px, height_px = shape.size_px
    return width_px, height_px - panel.height_px


def draw_card(picture: Rgb, panel: Panel, tones: Mapping[Tone, Ink], badge: Pill | None = None) -> Rgb:
    """The card. `picture` has the size that `picture_size_px` says; `badge` comes into its upper corner."""
    edge_px, width_px = picture.shape[:2]
    card = np.empty((edge_px + panel.height_px, width_px, 3), np.uint8)
    card[:edge_px] = picture
    card[edge_px:] = tones[Tone.PAPER]
    for line in panel.lines:
        write(card, line.lettering, tones[line.tone], edge_px + line.top_px, panel.align, SIDE_PX)
    if panel.pill:  # the price, on the side where the other texts end
        ends_at = Align.LEFT if panel.align is Align.RIGHT else Align.RIGHT
        top_px = edge_px - panel.pill.height_px // 2
        _draw_pill(card, panel.pill, (tones[Tone.ACCENT], tones[Tone.PAPER]), top_px, ends_at, SIDE_PX)
    if badge:
        _draw_pill(card, badge, (tones[Tone.PAPER], tones[Tone.INK]), CORNER_PX, panel.align, CORNER_PX)
    return card


def _draw_pill(card: Rgb, pill: Pill, inks: tuple[Ink, Ink], top_px: int, align: Align, side_px: int) -> None:
    """A pill `side_px` from the left or the right edge; `inks` are its ground's and its text's."""
    at_left, (ground, ink) = align is Align.LEFT, inks
    left_px = side_px if at_left else card.shape[1] - side_px - pill.width_px
    _blend(card, _rounded(pill), ground, left_px, top_px)
    block = pill.lettering.block
    inner_px = (pill.width_px - round(block.width_px)) // 2
    text_top_px = top_px + (pill.height_px - round(block.height_px)) // 2
    write(card, pill.lettering, ink, text_top_px, align, side_px + inner_px)


def write(card: Rgb, lettering: Lettering, ink: Ink, top_px: int, align: Align, side_px: int) -> None:
    """Set a text on a card or a cover, `side_px` from its left or its right edge."""
    overhang_px = lettering.overhang_px
    coverage = lettering.block.coverage(overhang_px)
    from_left_px = side_px - overhang_px
    from_right_px = card.shape[1] - side_px + overhang_px - coverage.shape[1]
    _blend(card, coverage, ink, from_left_px if align is Align.LEFT else from_right_px, top_px - overhang_px)


def _rounded(pill: Pill) -> NDArray[np.uint8]:
    """Mask of a pill."""
    pixels = np.zeros((pill.height_px, pill.width_px, 4), np.uint8)
    surface = skia.Surface(pixels)
    paint = skia.Paint(Color=skia.ColorWHITE, AntiAlias=True)
    box = skia.Rect(0, 0, pill.width_px, pill.height_px)
    surface.getCanvas().drawRoundRect(box, pill.radius_px, pill.radius_px, paint)
    surface.flushAndSubmit()
    return np.ascontiguousarray(pixels[..., 3])


def _blend(card: Rgb, coverage: NDArray[np.uint8], ink: Ink, left_px: int, top_px: int) -> None:
    """Colour `card` where `coverage` lies over it, in whole numbers."""
    height, width = card.shape[:2]
    rows = slice(max(0, top_px), min(height, top_px + coverage.shape[0]))
    columns = slice(max(0, left_px), min(width, left_px + coverage.shape[1]))
    share = coverage[rows.start - top_px : rows.stop - top_px, columns.start - left_px : columns.stop - left_px]
    seen, weight = card[rows, columns].astype(np.int32), share[..., None].astype(np.int32)
    card[rows, columns] = (seen * (255 - weight) + np.array(ink, np.int32) * weight + 127) // 255
