"""What readers find, read byte by byte: pieces that the real publishing stage put there, and damage to each part."""

from __future__ import annotations

import hashlib
import os
from datetime import date, timedelta

import pytest

from include.contract.keys import blob_key
from operators.store import Store
from operators.verifying import Finding, Looked, Verification
from tests.operators.cards import lay_out_cards
from tests.weed import S3

TYPE = "product_cards"
DAY = date(2026, 11, 25)
FOLDER = f"published/{TYPE}/2026/11/25/"
RUN = "of the run `run-1` of the DAG `product_cards`"


@pytest.fixture(autouse=True)
def _published(s3: S3, store: Store) -> None:
    """Two cards, of two files each."""
    lay_out_cards(s3, store, {"honey": "sweet", "wax": "warm"})


def flip(store: Store, key: str) -> None:
    """Change a byte in the middle of what lies under `key`, and not its size."""
    body = store.get(key)
    assert body
    middle = len(body) // 2
    store.put(key, body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :])


def found(store: Store, *, mends: bool = False, of: str = TYPE, days: tuple[date, ...] = (DAY,)) -> list[Finding]:
    return list(Verification(store, lambda day: day in days, mends).of(of))


def file_of(store: Store, slug: str) -> str:
    """Key of the first file of a piece."""
    return next(each.key for each in store.listed(f"{FOLDER}{slug}/", 100) if each.key.endswith("card-square.jpg"))


def test_what_is_right_is_counted(store: Store) -> None:
    verification = Verification(store, lambda _: True, mends=False)
    assert verification.content_types() == [TYPE]
    assert list(verification.of(TYPE)) == []
    bodies = ("sweet square", "sweet small", "warm square", "warm small")
    assert verification.looked == Looked(pieces=2, files=4, bytes=sum(map(len, bodies)))


def test_a_file_of_the_right_size_and_of_other_bytes_is_told_with_its_address_and_what_mends_it(store: Store) -> None:
    flip(store, file_of(store, "honey"))
    (finding,) = found(store)
    assert finding.uri == store.domain.uri(file_of(store, "honey"))
    assert "holds bytes with the digest" in finding.found
    assert not finding.is_mended
    command = f"atelier verify published {TYPE} --from 2026-11-25 --to 2026-11-25 --mend"
    assert command in finding.remedy
    assert found(store) == [finding], "looking changes nothing"


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_wrong_file_is_put_there_anew_as_it_was(store: Store, is_lost: bool) -> None:
    key = file_of(store, "honey")
    at = {"Bucket": store.domain.bucket, "Key": f"{store.domain.prefix}{key}"}
    before = store.client.head_object(**at)
    if is_lost:
        store.delete(key)
    else:
        flip(store, key)
    (finding,) = found(store, mends=True)
    assert finding.is_mended
    assert finding.found.startswith("is gone" if is_lost else "holds bytes")
    after = store.client.head_object(**at)
    for name in ("ContentType", "ContentDisposition", "CacheControl", "ContentLength", "ETag"):
        assert after[name] == before[name]
    assert found(store) == []


def test_a_wrong_file_whose_blob_is_wrong_too_names_the_task_that_makes_it_again(store: Store) -> None:
    sha256 = hashlib.sha256(b"sweet square").hexdigest()
    flip(store, file_of(store, "honey"))
    flip(store, blob_key(sha256))
    (finding,) = found(store, mends=True)
    assert not finding.is_mended
    assert f"clear the task `post` {RUN}, with what follows" in finding.remedy
    assert store.get(blob_key(sha256)) == b"", "so that it is made again"
    assert hashlib.sha256(store.get(file_of(store, "honey")) or b"").hexdigest() != sha256


def test_a_file_that_cannot_be_put_right_does_not_keep_others_from_it(store: Store) -> None:
    flip(store, file_of(store, "honey"))
    flip(store, file_of(store, "wax"))
    store.delete(blob_key(hashlib.sha256(b"sweet square").hexdigest()))
    assert sorted(finding.is_mended for finding in found(store, mends=True)) == [False, True]


@pytest.mark.parametrize("damage", [None, b"{", b"", b"[]"])
@pytest.mark.parametrize("path", ["honey/item.json", "index.json", "../../../index.json"])
def test_what_names_the_pieces_is_looked_at_too(store: Store, path: str, damage: bytes | None) -> None:
    key = os.path.normpath(f"{FOLDER}{path}")
    store.delete(key) if damage is None else store.put(key, damage)
    (finding,) = found(store)
    assert finding.uri == store.domain.uri(key)
    assert finding.found.startswith("is gone" if damage is None else "cannot be read")
    assert finding.remedy.startswith("clear the task `publish` of ")


@pytest.mark.parametrize("path", ["index.json", "../../../index.json"])
def test_an_index_that_tells_of_a_piece_what_no_other_does_is_found(store: Store, path: str) -> None:
    key = os.path.normpath(f"{FOLDER}{path}")
    store.put(key, (store.get(key) or b"").replace(b'"Honey"', b'"Money"'))
    findings = found(store)
    assert store.domain.uri(key) in {finding.uri for finding in findings}
    assert all(f"clear the task `publish` {RUN}" in finding.remedy for finding in findings)


@pytest.mark.parametrize("page", ["index.html", "feed.xml", "2026/11/25/pieces.parquet"])
def test_what_is_made_of_the_indexes_has_to_be_there(store: Store, page: str) -> None:
    store.delete(f"published/{TYPE}/{page}")
    (finding,) = found(store)
    assert finding.uri == store.domain.uri(f"published/{TYPE}/{page}")
    assert (finding.found, finding.is_mended) == ("is gone, or empty", False)


def test_only_the_days_that_are_asked_for_are_read(store: Store) -> None:
    flip(store, file_of(store, "honey"))
    assert found(store, days=(DAY - timedelta(days=1), DAY + timedelta(days=1))) == []
    assert len(found(store, days=(DAY,))) == 1


def test_folders_that_are_no_days_are_passed_over(store: Store) -> None:
    for name in ("2026/13/45/x", "2026/11/x/y", "tombstones/z.json", "20260/11/25/x"):
        store.put(f"published/{TYPE}/{name}", b"x")
    assert found(store) == []
