"""Which pieces are withdrawn."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime

import pytest

from atelier.testing.s3 import S3
from include.contract.keys import Domain, tombstone_path
from include.contract.published import Tombstone, TombstoneEvent, Word
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.publishing.tombstones import Tombstones, read_tombstone, tombstone_in
from include.store.store import Store

DAY, OTHER = date(2026, 11, 25), date(2026, 11, 26)


def word(event: TombstoneEvent, day: date | None = None, *days: date) -> Word:
    return Word(event=event, day=day, days=days, by="ada", at=datetime(2026, 11, 27, tzinfo=UTC))


def tombstone(slug: str, *words: Word) -> Tombstone:
    return Tombstone(content_type="cards", slug=slug, words=words)


@pytest.fixture
def published(s3: S3) -> PublishedStore:
    return PublishedStore(Store(Domain(s3.bucket), s3.connection()), "cards")


def put(published: PublishedStore, *stones: Tombstone) -> None:
    for one in stones:
        body = one.model_dump_json().encode()
        published.update(tombstone_path(one.slug), "application/json", lambda _, body=body: body)  # type: ignore[misc]


def test_a_slug_is_withdrawn_on_the_days_that_its_last_word_means() -> None:
    stones = Tombstones({"honey": tombstone("honey", word(TombstoneEvent.WITHDRAWN, DAY, DAY))})
    assert stones.withdrawn("honey", DAY) is not None
    assert stones.withdrawn("honey", OTHER) is None
    assert stones.withdrawn("wax", DAY) is None


def test_days_are_those_whose_piece_was_taken_out_and_not_put_back() -> None:
    words = [word(TombstoneEvent.WITHDRAWN, None, DAY, OTHER), word(TombstoneEvent.RESTORED, DAY)]
    stones = Tombstones({"honey": tombstone("honey", *words), "wax": tombstone("wax")})
    assert list(stones.days()) == [("honey", OTHER)]


def test_all_that_was_said_is_read_or_what_was_said_of_some(published: PublishedStore) -> None:
    gone = word(TombstoneEvent.WITHDRAWN)
    honey, wax = tombstone("honey", gone), tombstone("wax", gone)
    assert Tombstones.read(published) == Tombstones({})
    put(published, honey, wax)
    assert Tombstones.read(published) == Tombstones({"honey": honey, "wax": wax})
    assert Tombstones.read(published, ["wax", "none"]) == Tombstones({"wax": wax})
    assert read_tombstone(published, "honey") == honey
    assert read_tombstone(published, "none") == tombstone("none")


def test_what_cannot_be_read_withdraws_its_slug_until_somebody_restores_it(
    published: PublishedStore, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        found = tombstone_in(published, "honey", b"{")
    assert "whether `honey` may be shown is not known" in caplog.text
    lost = Tombstones({"honey": found}).withdrawn("honey", DAY)
    assert lost is not None
    assert tombstone_path("honey") in lost.why
    restored = found.with_word(word(TombstoneEvent.RESTORED))
    assert Tombstones({"honey": restored}).withdrawn("honey", DAY) is None
