"""A bucket whose keys its users gave: any that S3 takes, and only to be read."""

from __future__ import annotations

from typing import IO

from include.contract.keys import Domain
from include.store.boto import BotoObjects
from include.store.connection import Connection
from include.store.errors import Absent
from include.store.stored import Digested


class UsersBucket:
    """Reached as the store is. Thread-safe."""

    def __init__(self, bucket: str, connection: Connection) -> None:
        self._objects = BotoObjects(Domain(bucket), connection)

    def get(self, key: str) -> bytes | None:
        """Bytes under `key`, or None when there is nothing."""
        try:
            return self._objects.get(key).body
        except Absent:
            return None

    def size(self, key: str) -> int | None:
        """Size in bytes of what lies under `key`, or None when there is nothing."""
        try:
            return self._objects.head(key).bytes
        except Absent:
            return None

    def digest(self, key: str, copy: IO[bytes]) -> Digested | None:
        """SHA-256 of an object of any size, which is written to `copy`; None when there is none."""
        try:
            return self._objects.stream(key).digested(copy)
        except Absent:
            return None
