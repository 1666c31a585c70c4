"""What is put into the store and what comes back from it, in plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from include.contract.published import own_digest


@dataclass(frozen=True)
class Headers:
    """What a writer says about an object besides its bytes; an empty text says nothing."""

    media_type: str = "application/json"
    disposition: str = ""
    """HTTP's `Content-Disposition`."""
    cache_control: str = ""
    """HTTP's `Cache-Control`."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """By lower-case names."""


Chunk = bytes | memoryview
"""Some of an object's bytes, one after the other."""
JSON = Headers()
OCTETS = Headers("application/octet-stream")
_PIECE_BYTES = 256 << 10
STALE_ETAG = '"00000000000000000000000000000000"'
"""An ETag that no object has: a condition on it never holds."""


@dataclass(frozen=True)
class Stored:
    """One version of a small object."""

    body: bytes
    etag: str
    """Identifies this version: a condition on it holds for no other."""
    modified_at: datetime | None = None
    """By the store's clock, in whole seconds; None right after it was written here."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Metadata set by its writer, with lower-case names."""


@dataclass(frozen=True)
class Digested:
    """One version of an object, as it was read."""

    sha256: str
    etag: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_as_written(self) -> bool:
        """Whether there is no sign that the bytes have changed since they were written."""
        return own_digest(self.metadata) in (None, self.sha256)


@dataclass(frozen=True)
class Stream:
    """One version of an object of any size, read as it comes."""

    etag: str
    metadata: Mapping[str, str]
    chunks: Iterator[Chunk]

    def digested(self, copy: IO[bytes] | None = None) -> Digested:
        """SHA-256 of its bytes, which are written to `copy`."""
        sha = hashlib.sha256()
        for piece in self._pieces():
            sha.update(piece)
            if copy is not None:
                copy.write(piece)
        return Digested(sha.hexdigest(), self.etag, self.metadata)

    def _pieces(self) -> Iterator[memoryview]:
        """Not copied, and so small that what was hashed is still in the processor's cache when it is written."""
        for chunk in self.chunks:
            whole = memoryview(chunk)
            yield from (whole[at : at + _PIECE_BYTES] for at in range(0, len(whole), _PIECE_BYTES))


@dataclass(frozen=True)
class Head:
    """One version of an object, without its bytes."""

    bytes: int
    etag: str


@dataclass(frozen=True)
class Listed:
    """An object of the store in a listing."""

    key: str
    bytes: int
    modified_at: datetime
    """By the store's clock."""


@dataclass(frozen=True)
class Copied:
    """What the store says about a copy that it made."""

    sha256: str
    """Empty if it does not say."""
    etag: str
