from __future__ import annotations

import pytest

from plugins.atelier_airflow.web.pages import piece_page, pieces_page
from plugins.atelier_airflow.web.seen import ShownPiece, ShownRun


@pytest.mark.parametrize(("language", "direction"), [("he", "rtl"), ("ar-EG", "rtl"), ("en", "ltr")])
def test_a_page_reads_as_its_piece_does_whatever_the_title_begins_with(language: str, direction: str) -> None:
    piece = ShownPiece(title="YouTube: אתר סרטונים, נכון?", slug="x", language=language)
    for page in (piece_page(piece, "films"), pieces_page(ShownRun((piece,), 1), "films", "run")):
        assert f'lang="{language}" dir="{direction}">' in page
        assert 'dir="auto"' not in page
