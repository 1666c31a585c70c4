from __future__ import annotations

from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import BadRequest, CorruptInput
from include.store.store import Store
from operators.published.gallery import copy_gallery
from tests.operators.cards import lay_out_cards

ROOT = "published/product_cards/"


@pytest.fixture
def published(s3: S3, store: Store) -> str:
    """Key of a file of one of two published cards."""
    lay_out_cards(s3, store, {"honey": "sweet", "wax": "warm"})
    return next(each.key for each in store.listed(ROOT, 100) if each.key.endswith("card-square.jpg"))


def test_every_file_is_copied_and_what_was_copied_before_is_not_read_again(
    store: Store, published: str, tmp_path: Path
) -> None:
    copied = copy_gallery(store, "product_cards", tmp_path / "shown")
    assert (copied.pieces, copied.bytes) == (2, 44)
    assert (tmp_path / "shown" / published.removeprefix(ROOT)).read_bytes() == store.get(published)
    store.delete(published)
    assert copy_gallery(store, "product_cards", tmp_path / "shown") == copied


@pytest.mark.parametrize("body", [b"SWEET SQUARE", None])
def test_a_wrong_byte_is_not_copied_and_what_mends_it_is_said(
    store: Store, published: str, tmp_path: Path, body: bytes | None
) -> None:
    if body is None:
        store.delete(published)
    else:
        store.put(published, body)
    remedy = "`atelier verify published product_cards --from 2026-11-25 --to 2026-11-25 --mend` restores it"
    with pytest.raises(CorruptInput, match=remedy):
        copy_gallery(store, "product_cards", tmp_path)
    assert not (tmp_path / published.removeprefix(ROOT)).exists()


def test_what_was_never_published_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="nothing has been published in s3://"):
        copy_gallery(store, "films", tmp_path)
