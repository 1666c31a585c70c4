from __future__ import annotations

import re
from pathlib import Path

from atelier.testing.s3 import S3
from include.store.store import Store
from tests.operators.cards import lay_out_cards
from tests.operators.cli.conftest import Atelier


def test_the_gallery_lies_where_a_browser_opens_it_with_all_that_it_shows(
    atelier: Atelier, s3: S3, store: Store, tmp_path: Path
) -> None:
    lay_out_cards(s3, store, {"honey": "sweet", "wax": "warm"})
    code, out, _ = atelier("gallery", "product_cards", "--to", tmp_path / "shown")
    assert code == 0
    assert out.splitlines()[0] == "2 pieces, 44 B. Open this in a browser:"
    page = Path(out.split()[-1].removeprefix("file://"))
    assert page.read_bytes() == store.get("published/product_cards/index.html")
    addresses = re.findall(r'(?:src|href|poster)="(20[^"]+)"', page.read_text())
    assert addresses
    assert all((page.parent / address).is_file() for address in addresses)
    assert not list(page.parent.rglob(".*"))


def test_what_was_never_published_is_told(atelier: Atelier) -> None:
    code, _, err = atelier("gallery", "films")
    assert code == 1
    assert err.startswith("nothing has been published in s3://")
