from __future__ import annotations

import numpy as np
import pytest

from include.contract.cards import CardFormat, ProductText
from include.contract.errors import CheckFailed
from include.runtime.cards.panel import CORNER_PX, SIDE_PX, Pill, badge_of, lay_out
from include.runtime.labels.words import SENTENCES
from include.runtime.media.typesetting import Align
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


def badge(words: str, shape: CardFormat = CardFormat.SQUARE, language: str = "en") -> Pill:
    return badge_of(words, shape, lambda weight: setter(weight, language), Align.LEFT)


@pytest.mark.parametrize("language", SENTENCES)
def test_the_badge_takes_less_than_half_of_the_width_in_every_language(language: str) -> None:
    words = SENTENCES[language]
    for shape in CardFormat:
        for text in (words.trained_badge, words.algorithmic_badge):
            made = badge(text, shape, language)
            assert made.width_px <= 0.45 * shape.size_px[0], text
            assert made.lettering.lines <= 2


@pytest.mark.parametrize("words", ["Ag", "自动生成"])
def test_the_badges_letters_are_a_twentieth_of_the_shortest_side(words: str) -> None:
    for shape in CardFormat:
        rows = np.flatnonzero(badge(words, shape).lettering.block.coverage(40).any(axis=1))
        assert rows[-1] - rows[0] + 1 >= 0.05 * min(shape.size_px)


def test_a_badge_of_two_lines_parts_its_words_evenly() -> None:
    one, two = badge("AI-generated"), badge("Automatically generated")
    assert (one.lettering.lines, two.lettering.lines) == (1, 2)
    assert two.lettering.block.width_px < 0.4 * 1080
    assert two.radius_px * 4 == two.height_px


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_badge_reaches_down_to_the_price_or_the_name(name: str) -> None:
    lowest_px = CORNER_PX + max(badge(words.algorithmic_badge).height_px for words in SENTENCES.values())
    for shape in CardFormat:
        panel = lay_out(said(name, **FULL), shape, setter)
        assert panel.pill is not None
        assert lowest_px < shape.size_px[1] - panel.height_px - panel.pill.height_px // 2
