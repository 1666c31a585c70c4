from __future__ import annotations

import numpy as np
import pytest

from include.contract.cards import CardFormat
from include.runtime.cards.card import draw_card, picture_size_px
from include.runtime.cards.panel import Panel, lay_out
from include.runtime.cards.tones import Tone, tones_at
from include.runtime.pictures.opening import Rgb
from tests.include.runtime.cards.parts import FULL, HOSTILE, said, setter

TONES = tones_at(200)


def drawn(name: str, shape: CardFormat = CardFormat.SQUARE, language: str = "en", **product: str) -> tuple[Rgb, Panel]:
    panel = lay_out(said(name, language, **{**FULL, **product}), shape, setter)
    width_px, height_px = picture_size_px(shape, panel)
    return draw_card(np.full((height_px, width_px, 3), 90, np.uint8), panel, TONES), panel


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_ink_touches_the_edges(name: str) -> None:
    card, panel = drawn(name)
    assert card.shape == (1080, 1080, 3)
    paper = np.all(card[-panel.height_px :] == TONES[Tone.PAPER], axis=2)
    assert paper[-8:].all()
    assert paper[:, :24].all()
    assert paper[:, -24:].all()
    assert (~paper).mean() > 0.01


def test_the_price_lies_half_on_the_picture_on_the_far_side() -> None:
    for name, language, far in (("Mug", "en", slice(540, None)), ("عسل", "ar", slice(0, 540))):
        card, panel = drawn(name, language=language)
        edge = card[-panel.height_px - 1]
        accent = np.all(edge == TONES[Tone.ACCENT], axis=1)
        assert accent[far].sum() > 100
        assert accent.sum() == accent[far].sum()


def test_the_picture_stays_as_it_is() -> None:
    card, panel = drawn("Mug")
    assert (card[: 1080 - panel.height_px - 60] == 90).all()
