"""The one way to S3, for both sides: a bucket and a prefix, reached through one connection.

conditional.py   small objects by version, and `update`, the one loop that changes what others may change as well
blobs.py         immutable bytes by their digest
store.py         everything else
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import IO

from include.contract.errors import UnfitStore
from include.contract.keys import Domain, probe_key
from include.store.blobs import Blobs
from include.store.boto import BotoObjects
from include.store.connection import Connection
from include.store.errors import Absent
from include.store.objects import Objects
from include.store.stored import JSON, STALE_ETAG, Copied, Digested, Headers, Listed
from include.store.users_bucket import UsersBucket


class Store(Blobs):
    """One trust domain. Thread-safe; makes no request until it is used."""

    def __init__(self, domain: Domain, connection: Connection) -> None:
        super().__init__(domain, Objects(domain, connection))
        self.connection = connection
        self._boto = BotoObjects(domain, connection)

    def in_bucket(self, bucket: str) -> UsersBucket:
        """A bucket that its users filled, reached through the same connection."""
        return UsersBucket(bucket, self.connection)

    def get(self, key: str) -> bytes | None:
        """Bytes under `key`; None if there is nothing."""
        stored = self.read(key)
        return None if stored is None else stored.body

    def put(self, key: str, body: bytes, headers: Headers = JSON) -> None:
        """Write `body`, whatever was there."""
        self._objects.put(key, body, headers)

    def delete(self, key: str) -> None:
        """Remove the object under `key`, if there is one."""
        self._objects.delete(key)

    def listed(self, prefix: str, limit: int | None = None) -> list[Listed]:
        """The first `limit` objects below `prefix`, or all, in the order of their keys."""
        return list(self._objects.listed(prefix, limit))

    def each_listed(self, prefix: str) -> Iterator[Listed]:
        """All objects below `prefix`, in the order of their keys, asked for a thousand at a time as they are taken."""
        return self._objects.listed(prefix, None)

    def folders(self, prefix: str) -> list[str]:
        """Names of the folders directly below `prefix`, which is empty or ends with a slash."""
        return list(self._objects.folders(prefix))

    def digest(self, key: str, copy: IO[bytes] | None = None) -> Digested | None:
        """SHA-256 of an object of any size, read as a stream and written to `copy`; None if there is none."""
        try:
            return self._objects.stream(key).digested(copy)
        except Absent:
            return None

    def upload(self, key: str, file: IO[bytes], headers: Headers) -> None:
        """Write a file of any size, from its beginning, whatever is there."""
        self._objects.upload(key, file, headers)

    def copy(self, source: str, target: str, headers: Headers = JSON) -> Copied | None:
        """Have the store itself copy an object of at most 5 GiB; None if there is none."""
        try:
            return self._boto.copy(source, target, headers)
        except Absent:
            return None

    def now(self, key: str) -> datetime | None:
        """The time by the store's own clock (W8) when it answers about `key`; None if it does not say."""
        try:
            return self._boto.now(key)
        except Absent:
            return None

    def make_bucket(self) -> bool:
        """Make the bucket unless it exists; whether it was made."""
        if self._boto.has_bucket():
            return False
        self._boto.make_bucket()
        return True

    def probe(self) -> None:
        """Refuse a store that does not enforce conditional writes (W1).

        :raises UnfitStore: it let a second writer overwrite the first.
        """
        key = probe_key("conditional-writes")
        self.put_if_absent(key, b"first")
        if self.put_if_absent(key, b"second") or self.put_if_match(key, b"third", STALE_ETAG):
            raise UnfitStore(
                f"the store behind {self.domain.uri('')} ignores If-None-Match or If-Match, so two writers could "
                "overwrite each other; use a store that enforces them (Amazon S3, SeaweedFS, Ceph, MinIO)"
            )
