"""Versions of an `item.json`: what cannot be read is none, and a later one is later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.contract.published import PublishedItem
from include.runtime.publishing.item_versions import item_in, updated_after

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"slug": '])
def test_what_cannot_be_read_is_none_and_told_with_its_place(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert item_in(None, "s3://b/item.json") is None
    assert caplog.messages == []
    assert item_in(body, "s3://b/item.json") is None
    (told,) = caplog.messages
    assert told.startswith("s3://b/item.json")
    assert told.endswith("; it is written again")


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(hours=1)])
def test_a_version_is_later_than_the_one_before_it_by_any_clock(behind: timedelta) -> None:
    before = PublishedItem.model_construct(updated_at=NOON)
    assert updated_after(before, PublishedItem.model_construct(updated_at=NOON - behind)) > NOON
    later = NOON + timedelta(hours=1)
    assert updated_after(before, PublishedItem.model_construct(updated_at=later)) == later
