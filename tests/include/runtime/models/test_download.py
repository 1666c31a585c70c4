"""Files of models come in parts: of one version, as many bytes as were asked for, and no more at once than is said."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock

import pytest

from atelier.testing.s3 import S3
from include.contract.blobs import Reading
from include.contract.errors import Preempted, StoreAway
from include.contract.keys import Domain
from include.runtime.models import download
from include.runtime.models.arrival import Arrival
from include.runtime.models.download import Download
from include.runtime.models.sources import Source
from include.store.store import Store
from include.store.stored import Chunk
from tests.include.runtime.models import filling
from tests.include.runtime.models.arriving import PART_BYTES, PARTS, WRITER, Counted, put, weights
from tests.include.runtime.own_mounts import mounts, on_small_disk

BODY = weights()
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PART_BYTES", PART_BYTES)


@pytest.fixture
def store(s3: S3) -> Store:
    return Store(Domain(s3.bucket), s3.connection())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file grows."""
    return tmp_path / "partial"


@dataclass(frozen=True)
class Odd(Counted):
    """A blob that answers otherwise than it is asked, as `answer` makes of what comes."""

    answer: Callable[[int, bytes], bytes] = lambda number, body: body

    def part(self, start: int, end: int, etag: str) -> Iterator[Chunk]:
        yield self.answer(start // PART_BYTES, b"".join(super().part(start, end, etag)))


@dataclass(frozen=True)
class Watched(Counted):
    """A blob that notes how many of its parts are asked for at once."""

    lock: Lock = field(default_factory=Lock)
    flying: list[int] = field(default_factory=lambda: [0, 0])
    """At present, and at most."""

    def part(self, start: int, end: int, etag: str) -> Iterator[Chunk]:
        with self.lock:
            self.flying[0] += 1
            self.flying[1] = max(self.flying)
        yield from super().part(start, end, etag)
        with self.lock:
            self.flying[0] -= 1


def run(source: Source, path: Path, arrival: Arrival | None = None) -> Reading[None]:
    head = source.head()
    assert head is not None
    return Download(source, head, path, arrival or Arrival()).run()


def half(store: Store, path: Path) -> Counted:
    """A source of which half has come to `path`."""
    source, stop = Counted(WRITER, "weights", put(store, BODY), store), Event()

    def tell(words: str) -> None:
        if " 655 kB of" in words:
            stop.set()

    with pytest.raises(Preempted):
        run(source, path, Arrival(tell, stop))
    return source


def test_the_bytes_and_their_digest_are_those_of_the_version_that_was_asked_for(store: Store, path: Path) -> None:
    source = Counted(WRITER, "weights", put(store, BODY), store)
    head = source.head()
    assert head is not None
    assert run(source, path) == Reading(None, SHA256, head.etag)
    assert path.read_bytes() == BODY


def test_what_lies_there_then_is_the_file_alone(store: Store, path: Path) -> None:
    source = Counted(WRITER, "weights", put(store, BODY), store)
    head = source.head()
    assert head is not None
    coming = Download(source, head, path, Arrival())
    coming.run()
    coming.put(path.with_name("file"))
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == {"file": BODY}


def test_no_more_parts_are_on_their_way_than_is_said(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PARTS_AT_ONCE", 3)
    source = Watched(WRITER, "weights", put(store, BODY), store)
    run(source, path)
    assert source.flying == [0, 3]


@pytest.mark.parametrize(
    "answer",
    [
        lambda number, body: body[:-1] if number == 3 else body,
        lambda number, body: b"" if number == 3 else body,
    ],
)
def test_another_number_of_bytes_than_was_asked_for_is_the_stores_fault_and_spoils_no_part(
    store: Store, path: Path, answer: Callable[[int, bytes], bytes]
) -> None:
    file = put(store, BODY)
    with pytest.raises(StoreAway, match=r"weights: \d+ bytes came where 65536 were asked for"):
        run(Odd(WRITER, "weights", file, store, answer=answer), path)
    again = Counted(WRITER, "weights", file, store)
    assert run(again, path).sha256 == SHA256
    assert 3 in again.asked
    assert len(again.asked) == len(set(again.asked)) < PARTS


def test_bytes_beyond_a_part_spoil_no_other_one(store: Store, path: Path) -> None:
    def more(number: int, body: bytes) -> bytes:
        while number == 3 and b"\n4\n" not in listed(path).read_bytes():
            pass
        return body + b"more" if number == 3 else body

    file = put(store, BODY)
    with pytest.raises(StoreAway, match=r"weights: 65540 bytes came where 65536 were asked for"):
        run(Odd(WRITER, "weights", file, store, answer=more), path)
    again = Counted(WRITER, "weights", file, store)
    assert run(again, path).sha256 == SHA256
    assert not {4} & set(again.asked)


def test_who_is_asked_to_stop_keeps_what_has_come_and_asks_for_no_more(store: Store, path: Path) -> None:
    first = half(store, path)
    assert len(first.asked) < PARTS
    rest = Counted(WRITER, "weights", first.file, store)
    assert run(rest, path).sha256 == SHA256
    assert 0 < len(rest.asked) < PARTS
    assert set(first.asked) | set(rest.asked) == set(range(PARTS))


def listed(path: Path) -> Path:
    return path.with_name("partial.parts")


def other_version(path: Path) -> None:
    text = listed(path).read_text()
    listed(path).write_text(text.replace('"etag":"', '"etag":"other', 1))


def other_parts(path: Path) -> None:
    text = listed(path).read_text()
    listed(path).write_text(text.replace(f'"part_bytes":{PART_BYTES}', '"part_bytes":1024', 1))


@pytest.mark.parametrize(
    "spoil",
    [
        other_version,
        other_parts,
        lambda path: listed(path).write_bytes(b"\xff\x00{"),
        lambda path: listed(path).unlink(),
        lambda path: os.truncate(path, len(BODY) - 1),
        Path.unlink,
    ],
)
def test_what_is_not_surely_of_the_same_version_is_fetched_anew(
    store: Store, path: Path, spoil: Callable[[Path], None]
) -> None:
    file = half(store, path).file
    spoil(path)
    again = Counted(WRITER, "weights", file, store)
    assert run(again, path).sha256 == SHA256
    assert sorted(again.asked) == list(range(PARTS))


def test_a_list_that_was_cut_off_only_costs_what_it_does_not_name(store: Store, path: Path) -> None:
    file = half(store, path).file
    first, *lines = listed(path).read_text().splitlines()
    listed(path).write_text("\n".join([first, *lines[:2], "nonsense", "-1", ""]))
    again = Counted(WRITER, "weights", file, store)
    assert run(again, path).sha256 == SHA256
    assert sorted(again.asked) == sorted(set(range(PARTS)) - set(map(int, lines[:2])))


def test_a_list_that_lies_costs_a_second_download_and_no_wrong_byte(store: Store, path: Path) -> None:
    file = half(store, path).file
    with listed(path).open("a") as lines:
        lines.write("".join(f"{number}\n" for number in range(PARTS)))
    again = Counted(WRITER, "weights", file, store)
    assert run(again, path).sha256 == SHA256
    assert sorted(again.asked) == list(range(PARTS))


@mounts
def test_a_disk_that_fills_half_way_loses_nothing_that_has_come(s3: S3, store: Store, tmp_path: Path) -> None:
    file = put(store, BODY)
    environ = os.environ | s3.environment()
    told = on_small_disk(
        2 * len(BODY), tmp_path / "disk", filling.__name__, s3.bucket, file.sha256, str(file.bytes), environ=environ
    )
    says, asked = told.splitlines()
    assert "No space left on device; 0 bytes free" in says
    filling_at = PARTS // 2
    beside = {filling_at - 1, filling_at, filling_at + 1}  # they may have come before the disk was full
    again = set(map(int, asked.split()))
    assert again | beside == set(range(filling_at - 1, PARTS))
