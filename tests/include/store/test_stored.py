"""What comes back from the store, in plain values."""

from __future__ import annotations

import hashlib
import io

import pytest

from include.store.stored import Digested, Stream

DIGEST = hashlib.sha256(b"one two").hexdigest()


def test_a_stream_is_hashed_while_it_is_copied() -> None:
    copy = io.BytesIO()
    found = Stream('"1"', {"sha256": DIGEST}, iter([b"one ", b"two"])).digested(copy)
    assert found == Digested(DIGEST, '"1"', {"sha256": DIGEST})
    assert copy.getvalue() == b"one two"


def test_a_large_chunk_is_copied_and_hashed_whole() -> None:
    body, copy = bytes(range(256)) * 3000, io.BytesIO()
    assert Stream('"1"', {}, iter([b"", memoryview(body)])).digested(copy).sha256 == hashlib.sha256(body).hexdigest()
    assert copy.getvalue() == body


def test_a_stream_may_be_hashed_without_a_copy() -> None:
    assert Stream('"1"', {}, iter([b"one two"])).digested().sha256 == DIGEST


@pytest.mark.parametrize(
    ("metadata", "is_as_written"), [({}, True), ({"sha256": DIGEST}, True), ({"sha256": "0" * 64}, False)]
)
def test_bytes_have_changed_where_their_writer_named_others(metadata: dict[str, str], is_as_written: bool) -> None:
    assert Digested(DIGEST, '"1"', metadata).is_as_written is is_as_written
