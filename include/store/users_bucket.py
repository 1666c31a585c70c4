"""A bucket with keys chosen by its users: any that S3 takes, for reading only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import IO

from include.contract.errors import StoreAway
from include.contract.keys import Domain
from include.store.boto import BotoObjects
from include.store.connection import Connection
from include.store.errors import Absent, Refused
from include.store.stored import Chunk, Digested, Head


class UsersBucket:
    """Reached like the store. Thread-safe."""

    def __init__(self, bucket: str, connection: Connection) -> None:
        self._domain = Domain(bucket)
        self._objects = BotoObjects(self._domain, connection)

    def get(self, key: str) -> bytes | None:
        """Bytes under `key`; None if there is nothing."""
        try:
            return self._objects.get(key).body
        except Absent:
            return None

    def size(self, key: str) -> int | None:
        """Size in bytes of what lies under `key`, or None if there is nothing."""
        found = self.head(key)
        return None if found is None else found.bytes

    def head(self, key: str) -> Head | None:
        """Size and version of what lies under `key`; None if there is nothing."""
        try:
            return self._objects.head(key)
        except Absent:
            return None

    def part(self, key: str, start: int, end: int, etag: str) -> Iterator[Chunk]:
        """Bytes of one version of an object from `start` to before `end`, as they come.

        :raises StoreAway: another version lies there by now, or none.
        """
        try:
            yield from self._objects.range_chunks(key, start, end, etag)
        except Absent:
            raise StoreAway(f"{self._domain.uri(key)} was deleted while it was read") from None
        except Refused:
            raise StoreAway(f"{self._domain.uri(key)} was replaced while it was read") from None

    def heads(self, prefix: str, most: int) -> Mapping[str, Head]:
        """Size and version of the first `most` objects below `prefix`, by their keys."""
        return dict(islice(self._objects.heads(prefix), most))

    def digest(self, key: str, copy: IO[bytes]) -> Digested | None:
        """SHA-256 of an object of any size, which is written to `copy`; None if there is none."""
        try:
            return self._objects.stream(key).digested(copy)
        except Absent:
            return None
