"""A model's file on its way from a real store, whose requests are counted; also a program that is killed half-way."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from include.contract.artifacts import ModelIdentity, artifact_of
from include.contract.keys import Domain
from include.contract.model_cards import CardFile
from include.runtime.models import download
from include.runtime.models.arrival import Arrival
from include.runtime.models.cache import ModelCache
from include.runtime.models.sources import BlobFile
from include.store.connection import Connection
from include.store.store import Store
from include.store.stored import OCTETS, Chunk

PART_BYTES = 64 << 10
PARTS = 20
WRITER = ModelIdentity(name="acme/writer", revision="1", digest="d" * 64)


def weights(seed: int = 0, parts: int = PARTS) -> bytes:
    """Bytes that are other for each seed, the last part shorter."""
    body = b"".join(hashlib.sha256(b"%d %d" % (seed, n)).digest() * (PART_BYTES // 32) for n in range(parts))
    return body[:-7]


def card_file(body: bytes) -> CardFile:
    return CardFile(sha256=hashlib.sha256(body).hexdigest(), bytes=len(body))


@dataclass(frozen=True)
class Counted(BlobFile):
    """A blob that notes which parts are asked for, and stops at one until it is let go."""

    asked: list[int] = field(default_factory=list)
    stops_at: int = -1
    reached: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def part(self, start: int, end: int, etag: str) -> Iterator[Chunk]:
        number = start // download.PART_BYTES
        self.asked.append(number)
        if number == self.stops_at:
            self.reached.set()
            self.go_on.wait()
        yield from super().part(start, end, etag)


def put(store: Store, body: bytes) -> CardFile:
    """Have `body` lie there as a blob."""
    store.put_blob(body, artifact_of("model", body, OCTETS.media_type))
    return card_file(body)


def fetched(cache: ModelCache, source: BlobFile) -> Path:
    """Where the file lies."""
    return cache.files({source.name: source})[source.name].resolve()


if __name__ == "__main__":
    folder, bucket, sha256, size, stops_at = sys.argv[1:]
    download.PART_BYTES, download.PARTS_AT_ONCE = PART_BYTES, 1
    store = Store(Domain(bucket), Connection.from_environment())
    file = CardFile(sha256=sha256, bytes=int(size))
    source = Counted(WRITER, "weights", file, store, stops_at=int(stops_at))
    source.go_on.wait = lambda timeout=None: os.read(0, 1) and True  # type: ignore[method-assign]
    source.reached.set = lambda: print("half", flush=True)  # type: ignore[method-assign]  # noqa: T201
    fetched(ModelCache(Path(folder), Arrival()), source)
