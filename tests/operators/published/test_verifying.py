"""What readers find, read byte by byte: pieces that the real publishing stage put there, and damage to each part."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import IO

import pytest

from atelier.testing.s3 import S3
from include.contract.keys import blob_key
from include.store.store import Store
from include.store.stored import Digested, Headers
from operators.published.verifying import Finding, Verification, Verified
from tests.operators.cards import lay_out_cards, publish_cards

TYPE = "product_cards"
DAY = date(2026, 11, 25)
FOLDER = f"published/{TYPE}/2026/11/25/"
RUN = "of the run `run-1` of the DAG `product_cards`"
CARDS = {"honey": "sweet", "wax": "warm"}
ITEM, DAYS_INDEX, INDEX = f"{FOLDER}honey/item.json", f"{FOLDER}index.json", f"published/{TYPE}/index.json"


@pytest.fixture(autouse=True)
def _published(s3: S3, store: Store) -> None:
    """Two cards, of two files each."""
    lay_out_cards(s3, store, CARDS)


def flip(store: Store, key: str) -> None:
    """Change a byte in the middle of what lies under `key`, and not its size."""
    body = store.get(key)
    assert body
    middle = len(body) // 2
    store.put(key, body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :])


def rot(store: Store, key: str, place: int) -> None:
    """Change a byte where it lies, as a disk does: nothing else of the object is other than before."""
    there = store.read(key)
    assert there is not None
    body = bytearray(there.body)
    body[place] ^= 1
    store.put(key, bytes(body), Headers(metadata=there.metadata))


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
    assert verification.looked == Verified(pieces=2, files=4, bytes=sum(map(len, bodies)))


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
def test_a_wrong_file_is_put_there_anew_as_it_was(store: Store, s3: S3, is_lost: bool) -> None:
    key = file_of(store, "honey")
    at = {"Bucket": store.domain.bucket, "Key": f"{store.domain.prefix}{key}"}
    before = s3.client().head_object(**at)
    if is_lost:
        store.delete(key)
    else:
        flip(store, key)
    (finding,) = found(store, mends=True)
    assert finding.is_mended
    assert finding.found.startswith("is gone" if is_lost else "holds bytes")
    after = s3.client().head_object(**at)
    for name in ("ContentType", "ContentDisposition", "CacheControl", "ContentLength", "ETag"):
        assert after[name] == before[name]
    assert found(store) == []


def test_a_wrong_file_whose_blob_is_wrong_too_names_the_task_that_makes_it_again(store: Store) -> None:
    sha256 = hashlib.sha256(b"sweet square").hexdigest()
    flip(store, file_of(store, "honey"))
    flip(store, blob_key(sha256))
    (finding,) = found(store, mends=True)
    assert not finding.is_mended
    assert f"clear the task `card` {RUN}, with what follows" in finding.remedy
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
    assert (finding.found, finding.is_mended) == ("is gone", False)


def test_only_the_days_that_are_asked_for_are_read(store: Store) -> None:
    flip(store, file_of(store, "honey"))
    assert found(store, days=(DAY - timedelta(days=1), DAY + timedelta(days=1))) == []
    assert len(found(store, days=(DAY,))) == 1


def test_folders_that_are_no_days_are_passed_over(store: Store) -> None:
    for name in ("2026/13/45/x", "2026/11/x/y", "tombstones/z.json", "20260/11/25/x"):
        store.put(f"published/{TYPE}/{name}", b"x")
    assert found(store) == []


def rewrite(pattern: bytes, instead: bytes) -> Callable[[bytes], bytes]:
    """Damage: the first match of `pattern` becomes `instead`."""
    return lambda body: re.sub(pattern, instead, body, count=1)


DAMAGES = {
    "a later moment in the day's index": (DAYS_INDEX, rewrite(rb'"updated_at":"20', b'"updated_at":"27')),
    "an earlier moment in the day's index": (DAYS_INDEX, rewrite(rb'"updated_at":"20', b'"updated_at":"19')),
    "a later moment in the index": (INDEX, rewrite(rb'("slug".*?)"updated_at":"20', rb'\1"updated_at":"27')),
    "a moment and a title": (DAYS_INDEX, rewrite(rb'"title":"Honey"(.*?"updated_at"):"20', rb'"title":"H"\1:"27')),
    "the slug in the day's index": (DAYS_INDEX, rewrite(b'"slug":"honey"', b'"slug":"hondy"')),
    "the slug in the index": (INDEX, rewrite(b'"slug":"honey"', b'"slug":"hondy"')),
    "the day of a piece in the index": (INDEX, rewrite(b'"day":"2026-11-25"', b'"day":"2026-11-27"')),
    "a day that comes never": (INDEX, rewrite(b'"2026-11-25":2', b'"2926-11-25":2')),
    "how many pieces a day has": (INDEX, rewrite(b'"2026-11-25":2', b'"2026-11-25":3')),
    "that a day has pieces": (INDEX, rewrite(b'"2026-11-25":2', b'"2026-11-25":0')),
    "the guid of a piece": (ITEM, rewrite(rb'"guid":"....', b'"guid":"0000')),
    "when a piece was published first": (ITEM, rewrite(rb'"published_at":"20', b'"published_at":"19')),
    "how long a piece is": (ITEM, rewrite(b'"duration_s":null', b'"duration_s":7.0')),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_who_follows_the_advice_on_a_changed_digit_has_it_mended(s3: S3, store: Store, damage: str) -> None:
    key, change = DAMAGES[damage]
    before = {each: store.get(each) or b"" for each in (ITEM, DAYS_INDEX, INDEX)}
    store.put(key, change(before[key]))
    assert store.get(key) != before[key]
    always = Verification(store, lambda _: True, mends=True)
    findings = list(always.of(TYPE))
    assert findings
    assert all(finding.remedy.startswith("clear the task `publish` of") for finding in findings)
    publish_cards(s3, store.domain.prefix, CARDS)  # as the task does that is cleared
    assert list(always.of(TYPE)) == []
    if key == ITEM:  # which is a later version then
        assert same(store.get(ITEM) or b"") == same(before[ITEM])
    else:
        assert store.get(ITEM) == before[ITEM]
        assert store.get(DAYS_INDEX) == before[DAYS_INDEX]
        assert same(store.get(INDEX) or b"") == same(before[INDEX])


@pytest.mark.parametrize("place", [0.03, 0.5, 0.97])
def test_rot_in_what_tells_of_the_pieces_is_told_and_mended(s3: S3, store: Store, place: float) -> None:
    pages = [f"published/{TYPE}/{page}" for page in ("index.html", "feed.xml", "2026/11/25/pieces.parquet")]
    before = {key: store.get(key) or b"" for key in (*pages, ITEM, DAYS_INDEX, INDEX)}
    for key, body in before.items():
        rot(store, key, int(len(body) * place))
        (finding,) = [each for each in found(store) if each.uri == store.domain.uri(key)]
        assert finding.found == "does not hold the bytes that were written there"
        assert finding.remedy.startswith("clear the task `publish` of ")
    publish_cards(s3, store.domain.prefix, CARDS)  # as the task does that is cleared
    assert found(store) == []


def same(body: bytes) -> bytes:
    """What is said, whenever it was written."""
    return re.sub(rb'"updated_at":"[^"]*"', b"", body)


def test_a_day_that_the_index_does_not_name_is_told_with_what_makes_it_named(store: Store) -> None:
    store.put(INDEX, (store.get(INDEX) or b"").replace(b'"2026-11-25":2', b'"2926-11-25":2'))
    lost, phantom = list(Verification(store, lambda _: True, mends=False).of(TYPE))
    assert lost.uri == phantom.uri == store.domain.uri(INDEX)
    assert lost.found == "says that 2026-11-25 has 0 pieces, and the index of that day names 2"
    assert "clear the task `publish` of the run that published 2026-11-25" in lost.remedy
    assert phantom.found == "names 2926-11-25, but nothing is there for that day"
    assert "clear the task `publish` of the newest run" in phantom.remedy


def test_a_publication_between_two_reads_is_no_finding(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    right = {key: store.get(key) or b"" for key in (ITEM, DAYS_INDEX, INDEX)}
    older = rewrite(rb'"title":"Honey"(.*?)"updated_at":"20', rb'"title":"Older"\1"updated_at":"19')
    for key in (DAYS_INDEX, INDEX):
        store.put(key, older(right[key]))
    read, digest = [], Store.digest

    def published_meanwhile(self: Store, key: str, copy: IO[bytes] | None = None) -> Digested | None:
        read.append(key)
        if read.count(ITEM) == 2 and key == ITEM:
            for each in (DAYS_INDEX, INDEX):
                self.put(each, right[each])
        return digest(self, key, copy)

    monkeypatch.setattr(Store, "digest", published_meanwhile)
    assert found(store) == []
    assert (read.count(ITEM), read.count(DAYS_INDEX), read.count(INDEX)) == (2, 2, 2)


@pytest.mark.parametrize("is_empty", [True, False])
def test_who_only_looks_is_told_the_task_to_clear_where_the_blob_is_lost_too(store: Store, is_empty: bool) -> None:
    blob = blob_key(hashlib.sha256(b"sweet square").hexdigest())
    flip(store, file_of(store, "honey"))
    store.put(blob, b"") if is_empty else store.delete(blob)
    before = {each.key for each in store.listed("", 1000)}
    (finding,) = found(store)
    assert "--mend" not in finding.remedy
    assert f"clear the task `card` {RUN}, with what follows" in finding.remedy
    assert {each.key for each in store.listed("", 1000)} == before
