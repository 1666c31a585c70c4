from __future__ import annotations

import pytest

from include.runtime.cards.lettering import Lettering, Style, set_text
from include.runtime.media.typesetting import Align
from tests.include.runtime.cards.parts import setter

STYLE = Style(weight=700, largest_px=60, smallest_px=40, lines=2, spacing=1.2)


def lettering(text: str, unit: float = 1.0) -> Lettering:
    return set_text(text, STYLE, setter(STYLE.weight), unit, 900, Align.LEFT)


@pytest.mark.parametrize(
    ("text", "size_px", "lines"),
    [("Mug", 60, 1), ("Mug \n\t and  saucer", 60, 1), ("Mug and saucer of clay " * 2, 60, 2), ("clay " * 60, 40, 6)],
)
def test_text_is_as_large_as_it_fits(text: str, size_px: float, lines: int) -> None:
    found = lettering(text)
    assert found.size_px == size_px
    assert abs(found.block.height_px / (size_px * STYLE.spacing) - lines) < 1


def test_between_the_sizes_it_shrinks_until_its_lines_suffice() -> None:
    found = lettering("Mug and saucer of clay from the north " * 2)
    assert 40 < found.size_px < 60
    assert found.block.height_px < 2.1 * found.size_px * STYLE.spacing


def test_the_unit_scales_everything() -> None:
    assert lettering("Mug", unit=0.5).size_px == 30
