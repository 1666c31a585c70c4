from __future__ import annotations

import pytest

from include.contract.cards import CardFormat, ProductText
from include.contract.errors import CheckFailed
from include.runtime.cards.panel import SIDE_PX, lay_out
from include.runtime.composition.typesetting import Align
from tests.include.runtime.cards.parts import FULL, HOSTILE, said, setter


@pytest.mark.parametrize("shape", list(CardFormat))
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_is_inside_the_panel_and_leaves_room_for_the_picture(shape: CardFormat, name: str) -> None:
    panel = lay_out(said(name, **FULL), shape, setter)
    width_px, height_px = shape.size_px
    assert height_px * 0.2 < panel.height_px <= height_px * 0.62
    bottom_px = 0.0
    for line in panel.lines:
        assert line.top_px >= bottom_px
        assert line.lettering.block.width_px <= width_px - 2 * SIDE_PX
        bottom_px = line.top_px + line.lettering.block.height_px - 1
    assert bottom_px < panel.height_px


def test_what_the_product_lacks_takes_no_room() -> None:
    full, bare = (lay_out(said(**product), CardFormat.SQUARE, setter) for product in (FULL, {}))
    assert (len(full.lines), len(bare.lines)) == (3, 1)
    assert full.pill is not None
    assert bare.pill is None
    assert bare.height_px < 0.6 * full.height_px


def test_a_right_to_left_name_turns_the_card() -> None:
    turned = lay_out(said("عسل السدر", "ar", **FULL), CardFormat.SQUARE, setter)
    assert turned.align is Align.RIGHT
    latin_first = lay_out(said("iPhone عسل", "ar", **FULL), CardFormat.SQUARE, lambda weight: setter(weight, "ar"))
    assert latin_first.align is Align.RIGHT


def test_text_that_fits_at_no_size_is_refused() -> None:
    text = said(**FULL)
    endless = ProductText.model_construct(**{**text.model_dump(), "caption": "W" * 5000})
    with pytest.raises(CheckFailed, match="does not fit on a card of format `square`"):
        lay_out(endless, CardFormat.SQUARE, setter)
