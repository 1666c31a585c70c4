"""Wrong bytes are never used, and leave the place where the right ones belong (W2, W9)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest

from include.contract.blobs import Reading, reading, trusted
from include.contract.errors import InputLost, StoreAway, UnfitStore

RIGHT = b"right"
SHA = hashlib.sha256(RIGHT).hexdigest()


class Lying:
    """A blob that reads as each of `bodies` in turn, the last for ever."""

    def __init__(self, *bodies: bytes | None) -> None:
        self.bodies: Iterator[bytes | None] = iter(bodies)
        self.last = bodies[-1]
        self.emptied: list[str] = []
        self.reads = 0

    def read(self) -> Reading[bytes] | None:
        self.reads += 1
        body = next(self.bodies, self.last)
        return None if body is None else reading(body, f"etag-{self.reads}")

    def empty(self, etag: str) -> bool:
        self.emptied.append(etag)
        return True

    def trusted(self, empty: Callable[[str], bool] | None = None, producer: str = "text") -> bytes:
        return trusted(self.read, empty or self.empty, SHA, "a list", "s3://b/v1/blobs/x", producer)


def test_right_bytes_are_read_once() -> None:
    blob = Lying(RIGHT)
    assert (blob.trusted(), blob.reads, blob.emptied) == (RIGHT, 1, [])


def test_a_fault_on_the_wire_condemns_nothing() -> None:
    blob = Lying(b"wrong", RIGHT)
    assert (blob.trusted(), blob.reads, blob.emptied) == (RIGHT, 2, [])


def test_what_is_wrong_twice_is_emptied_and_its_producer_named() -> None:
    blob = Lying(b"wrong")
    with pytest.raises(InputLost, match="a list: s3://b/v1/blobs/x held .* clear the task `text`, which makes") as lost:
        blob.trusted()
    assert (lost.value.producer, blob.reads, blob.emptied) == ("text", 2, ["etag-2"])


def test_what_is_gone_is_lost_and_nothing_is_emptied() -> None:
    for blob in (Lying(None), Lying(b"wrong", None)):
        with pytest.raises(InputLost, match="a list is gone from the store: s3://b/v1/blobs/x does not exist$"):
            blob.trusted(producer="")
        assert blob.emptied == []


def test_another_version_that_came_meanwhile_is_for_the_next_try_to_read() -> None:
    with pytest.raises(StoreAway, match="has been replaced since"):
        Lying(b"wrong").trusted(lambda etag: False)


def test_what_a_reader_has_emptied_is_told_as_that_and_left_alone() -> None:
    blob = Lying(b"")
    with pytest.raises(InputLost, match="blobs/x is empty, since what it held before was found wrong; clear the task"):
        blob.trusted()
    assert blob.emptied == []


def test_a_wrong_number_of_bytes_is_told_without_their_digest() -> None:
    emptied: list[str] = []
    with pytest.raises(InputLost, match=r"x held 3 bytes \(needed: 5\) and was not used; it is now empty"):
        trusted(
            lambda: Reading(b"", "", "e", "3 bytes (needed: 5)"), lambda etag: not emptied.append(etag), SHA, "a", "x"
        )
    assert emptied == ["e"]


def test_who_may_not_write_says_so_and_names_the_producer_still() -> None:
    def refused(etag: str) -> bool:
        raise UnfitStore("may not write")

    with pytest.raises(InputLost, match=r"could not be emptied, .*\(may not write\); clear the task `text`"):
        Lying(b"wrong").trusted(refused)
