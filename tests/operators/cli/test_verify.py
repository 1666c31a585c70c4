from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.store.store import Store
from tests.operators.cards import lay_out_cards
from tests.operators.cli.conftest import Atelier

FILE = "published/product_cards/2026/11/25/honey/"


@pytest.fixture
def published(s3: S3, store: Store) -> str:
    """Key of a file of one of two published cards."""
    lay_out_cards(s3, store, {"honey": "sweet", "wax": "warm"})
    return next(each.key for each in store.listed(FILE, 100) if each.key.endswith("card-square.jpg"))


def test_it_says_how_much_was_read_and_ends_well_when_all_is_right(atelier: Atelier, published: str) -> None:
    assert atelier("verify", "published") == (0, "2 pieces, 4 files, 44 B: nothing is wrong\n", "")


def test_it_ends_badly_until_what_is_wrong_was_put_right(atelier: Atelier, store: Store, published: str) -> None:
    store.put(published, b"SWEET SQUARE")
    code, out, err = atelier("verify", "published", "product_cards")
    assert (code, out) == (1, "2 pieces, 4 files, 44 B: 1 wrong, 0 put right\n")
    assert f"{store.domain.uri(published)} holds bytes with the digest " in err
    command = err.rpartition("`")[0].rpartition("`")[2].split()
    assert command[0] == "atelier"
    code, out, err = atelier(*command[1:])
    assert (code, out) == (0, "2 pieces, 4 files, 44 B: 0 wrong, 1 put right\n")
    assert err.endswith(f"restored from {err.split()[-1]}\n")
    assert store.get(published) == b"sweet square"
    assert atelier("verify", "published")[0] == 0


def test_only_the_days_from_and_to_are_read(atelier: Atelier, store: Store, published: str) -> None:
    store.delete(published)
    for span in (("--from", "2026-11-26"), ("--to", "2026-11-24")):
        assert atelier("verify", "published", *span) == (0, "0 pieces, 0 files, 0 B: nothing is wrong\n", "")
    assert atelier("verify", "published", "--from", "2026-11-25", "--to", "2026-11-25")[0] == 1


def test_a_content_type_that_has_published_nothing_is_refused(atelier: Atelier, published: str) -> None:
    code, _, err = atelier("verify", "published", "films")
    assert code == 1
    assert "nothing is published as `films`" in err
    assert "allowed: product_cards" in err
