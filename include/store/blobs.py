"""Immutable bytes by their SHA-256. Readers check them, and empty a wrong blob, so that it is made again (W2, W9)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from include.contract.artifacts import Artifact
from include.contract.blobs import Reading, reading, trusted
from include.contract.errors import InputLost, StoreAway
from include.contract.keys import blob_key
from include.store.conditional import Conditional
from include.store.errors import Absent, Refused
from include.store.objects import LARGE_BYTES
from include.store.stored import OCTETS, Chunk, Head, Headers
from include.store.transfer import download

_READ_AHEAD_BYTES = 256 << 10


class Blobs(Conditional):
    """The blobs of one store. Thread-safe."""

    def has_blob(self, artifact: Artifact) -> bool:
        """Whether the artifact's bytes are there, by name and size."""
        return self.size(blob_key(artifact.sha256)) == artifact.bytes

    def size(self, key: str) -> int | None:
        """Size in bytes of the object under `key`; None if there is none."""
        try:
            return self._objects.head(key).bytes
        except Absent:
            return None

    def put_blob(self, body: bytes, artifact: Artifact) -> None:
        """Store `body`, which `artifact` describes; a blob of another size is overwritten (W2)."""
        key, headers = blob_key(artifact.sha256), Headers(artifact.media_type)
        if not self._put_when(key, body, headers, None) and not self.has_blob(artifact):
            self._objects.put(key, body, headers)

    def upload_blob(self, path: Path, artifact: Artifact) -> None:
        """Store a file of any size, like `put_blob`."""
        if artifact.bytes < LARGE_BYTES:
            self.put_blob(path.read_bytes(), artifact)
        elif not self.has_blob(artifact):
            with path.open("rb") as file:
                self._objects.upload(blob_key(artifact.sha256), file, Headers(artifact.media_type))

    def blob(self, sha256: str, what: str = "a blob", producer: str = "") -> bytes:
        """A small blob, checked; `what` it is and the task `producer` that makes it are for messages.

        :raises InputLost: it is gone, or was wrong and is empty now; says which task makes it again.
        """
        key = blob_key(sha256)

        def read() -> Reading[bytes] | None:
            stored = self.read(key)
            return None if stored is None else reading(stored.body, stored.etag)

        return trusted(read, partial(self.empty_blob, sha256), sha256, what, self.domain.uri(key), producer)

    def fetch_blob(self, artifact: Artifact, target: Path, producer: str = "") -> None:
        """Write a blob to `target`, which appears only when size and digest are right (K3).

        :raises InputLost: as in `blob`.
        """
        key, partly = blob_key(artifact.sha256), target.with_name(f".{target.name}.partial")

        def read() -> Reading[None] | None:
            try:
                return download(self._objects, key, partly)
            except Absent:
                return None
            except Refused:
                raise StoreAway(f"{self.domain.uri(key)} was replaced while it was read") from None

        try:
            empty = partial(self.empty_blob, artifact.sha256)
            trusted(read, empty, artifact.sha256, f"input `{artifact.name}`", self.domain.uri(key), producer)
            partly.replace(target)
        finally:
            partly.unlink(missing_ok=True)

    def open_blob(self, artifact: Artifact) -> io.BufferedReader:
        """A blob as a file; only what is read is fetched."""
        return io.BufferedReader(_Ranges(self, artifact), _READ_AHEAD_BYTES)

    def blob_range(self, artifact: Artifact, start: int, end: int) -> bytes:
        """Bytes of a blob from `start` to before `end`, not checked.

        :raises InputLost: they are gone.
        """
        try:
            return self._objects.range(blob_key(artifact.sha256), start, end)
        except Absent:
            raise InputLost(f"`{artifact.name}`: blob {artifact.sha256} is gone from the store") from None

    def blob_head(self, sha256: str) -> Head | None:
        """Size and version of what lies there as the blob; None when there is nothing."""
        try:
            return self._objects.head(blob_key(sha256))
        except Absent:
            return None

    def blob_part(self, sha256: str, start: int, end: int, etag: str) -> Iterator[Chunk]:
        """Bytes of one version of a blob from `start` to before `end`, as they come, not checked.

        :raises StoreAway: another version lies there by now, or none.
        """
        key = blob_key(sha256)
        try:
            yield from self._objects.range_chunks(key, start, end, etag)
        except Absent:
            raise StoreAway(f"{self.domain.uri(key)} was deleted while it was read") from None
        except Refused:
            raise StoreAway(f"{self.domain.uri(key)} was replaced while it was read") from None

    def empty_blob(self, sha256: str, etag: str) -> bool:
        """Replace the version `etag` of a blob, which is wrong, by nothing, so that it is made again (W2)."""
        return self.put_if_match(blob_key(sha256), b"", etag, OCTETS) is not None


class _Ranges(io.RawIOBase):
    """A blob read by ranges."""

    def __init__(self, blobs: Blobs, artifact: Artifact) -> None:
        self._blobs, self._artifact, self._position = blobs, artifact, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._artifact.bytes}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        end = min(self._position + len(buffer), self._artifact.bytes)
        if end <= self._position:
            return 0
        body = self._blobs.blob_range(self._artifact, self._position, end)
        buffer[: len(body)] = body
        self._position += len(body)
        return len(body)
