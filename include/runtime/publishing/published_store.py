"""The published folder of one content type: files that were hashed on their way, versions with `If-Match`, listings."""

from __future__ import annotations

import hashlib
import io
import logging
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from include.contract.artifacts import Artifact
from include.contract.errors import BadRequest, InputLost, StoreAway
from include.contract.keys import Domain, blob_key, probe_key, published_prefix
from include.contract.published import KEPT_FOR_EVER, OWN_DIGEST, own_digest, served_type
from include.contract.store_answers import Absent
from include.runtime.store import Store, Stored

log = logging.getLogger(__name__)

_LARGEST_COPY_BYTES = 5 << 30
"""One request copies no more, and of more parts S3 does not say the SHA-256 of the whole."""
_SMALL_BYTES = 1 << 20
"""Less goes through memory, not through a file."""
_LARGE_BYTES = 8 << 20
_LARGE_AT_ONCE = 2
"""A large blob on its way takes some 100 MiB of memory."""
_PROBE = b"Does the store say the SHA-256 of what it copies?"
_TRIES = 60
_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 2.0
_READ_BYTES = 256 << 10
_NEVER_UNASKED = "no-cache"
"""Kept by readers, but asked for each time: `ETag` says whether it has changed."""


class PublishedStore(Store):
    """Paths start at `published/<content_type>/`. Thread-safe."""

    def __init__(self, domain: Domain, client: Any, content_type: str) -> None:
        super().__init__(domain, client)
        self.content_type = content_type
        self.root = published_prefix(content_type)
        self.largest_copy_bytes = _LARGEST_COPY_BYTES
        self._large = BoundedSemaphore(_LARGE_AT_ONCE)
        self._asking = Lock()
        self._sums_copies: bool | None = None
        """Whether the store says the SHA-256 of what it copies; None while it has not been asked."""

    @classmethod
    def of(cls, store: Store, content_type: str) -> PublishedStore:
        """The shelf of `content_type` in `store`."""
        return cls(store.domain, store._client, content_type)

    def look(self, path: str) -> Stored | None:
        """A small object, or None when there is none; empty where its bytes are not those that were written."""
        stored = self.read(f"{self.root}{path}")
        if stored is None or own_digest(stored.metadata) in (None, _digest(stored.body)):
            return stored
        log.warning("%s does not hold the bytes that were written there; what it says is not believed", self.uri(path))
        return replace(stored, body=b"")

    def change(self, path: str, media_type: str, make: Callable[[bytes | None], bytes | None]) -> bool:
        """Put what `make` makes of the present version, again and again until nobody came between; whether it wrote.

        `make` gives None, or the same bytes, where nothing has to be written.

        :raises StoreAway: others were faster each time.
        """
        pause_s = _FIRST_PAUSE_S
        for _ in range(_TRIES):
            stored = self.look(path)
            body = make(stored.body if stored else None)
            if body is None or (stored is not None and stored.body == body):
                return False
            if self._put_version(path, body, media_type, stored):
                return True
            time.sleep(random.uniform(0, pause_s))
            pause_s = min(pause_s * 1.5, _LONGEST_PAUSE_S)
        raise StoreAway(f"{self.uri(path)}: changed by others {_TRIES} times while it was written")

    def put(
        self, artifact: Artifact, path: str, disposition: str, *, scratch: Path | None = None, producer: str = ""
    ) -> None:
        """Have the bytes that `artifact` names lie at `path`, hashed on their way (W9).

        The store copies them itself where it says the digest of what it copied; elsewhere they travel, through the
        folder `scratch` where they are many, and go up only when their digest is right. Others never stay there.

        :param disposition: the HTTP header `Content-Disposition` under which they are served.
        :param scratch: the machine's folder for temporary files when left out.
        :param producer: id of the task that makes the bytes again when it is cleared.
        :raises InputLost: the blob is gone, or held other bytes.
        """
        key = f"{self.root}{path}"
        headers = {
            "ContentType": served_type(artifact.media_type),
            "ContentDisposition": disposition,
            "CacheControl": KEPT_FOR_EVER,
        }
        if artifact.bytes <= self.largest_copy_bytes and self._says_what_it_copies():
            copied = self.copy(blob_key(artifact.sha256), key, **headers)
            if copied is not None and copied.sha256 == artifact.sha256:
                return
            if copied is not None:
                self.replace(key, b"", copied.etag)
        if artifact.bytes < _SMALL_BYTES:
            body = self.read_blob(artifact.sha256, f"input `{artifact.name}`", producer)
            with self._answers(key):
                self._client.put_object(**self._at(key), Body=body, **headers)
            return
        turn = nullcontext() if artifact.bytes < _LARGE_BYTES else self._large
        with turn, tempfile.TemporaryDirectory(dir=scratch) as folder:
            file = Path(folder) / "blob"
            self.fetch_blob(artifact, file, producer)
            self.upload(file, key, **headers)

    def digest_of(self, path: str) -> str | None:
        """SHA-256 of what lies at `path`; None when there is nothing."""
        return self.digest(f"{self.root}{path}")

    def sizes(self, folder: str) -> dict[str, int]:
        """Size in bytes of every object below `folder`, by its path inside it."""
        prefix = f"{self.domain.prefix}{self.root}{folder}"
        with self._answers(f"{self.root}{folder}", in_one_call=False):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.domain.bucket, Prefix=prefix)
            rows = [row for page in pages for row in page.get("Contents", [])]
        return {row["Key"].removeprefix(prefix): row["Size"] for row in rows}

    def folders(self, folder: str) -> list[str]:
        """Names of the folders directly below `folder`, which is empty or ends with a slash."""
        prefix = f"{self.domain.prefix}{self.root}{folder}"
        with self._answers(f"{self.root}{folder}", in_one_call=False):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.domain.bucket, Prefix=prefix, Delimiter="/"
            )
            rows = [row for page in pages for row in page.get("CommonPrefixes", [])]
        return [row["Prefix"].removeprefix(prefix).rstrip("/") for row in rows]

    def opened(self, artifact: Artifact) -> io.BufferedReader:
        """A blob as a file of which only what is read is fetched."""
        return io.BufferedReader(_Ranges(self, artifact), _READ_BYTES)

    def range_of(self, artifact: Artifact, start: int, end: int) -> bytes:
        """Bytes of a blob from `start` to before `end`.

        :raises InputLost: they are gone.
        """
        key = blob_key(artifact.sha256)
        try:
            with self._answers(key):
                answer = self._client.get_object(**self._at(key), Range=f"bytes={start}-{end - 1}")
                body: bytes = answer["Body"].read()
                return body
        except Absent:
            raise InputLost(f"`{artifact.name}`: blob {artifact.sha256} is gone from the store") from None

    def uri(self, path: str) -> str:
        """Full address of `path`."""
        return self.domain.uri(f"{self.root}{path}")

    def _says_what_it_copies(self) -> bool:
        """Asked once, with a few bytes: else every file would be copied for nothing by a store that does not say."""
        with self._asking:
            if self._sums_copies is None:
                source, target = probe_key("copied"), probe_key("copy")
                self.write(source, _PROBE)
                try:
                    copied = self.copy(source, target)
                except BadRequest:
                    copied = None
                self._sums_copies = copied is not None and copied.sha256 == _digest(_PROBE)
            return self._sums_copies

    def _put_version(self, path: str, body: bytes, media_type: str, stored: Stored | None) -> bool:
        condition = {"IfMatch": stored.etag} if stored else {"IfNoneMatch": "*"}
        headers = {"CacheControl": _NEVER_UNASKED, "Metadata": {OWN_DIGEST: _digest(body)}}
        written = self._write_when(f"{self.root}{path}", body, served_type(media_type), **headers, **condition)
        return bool(written)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class _Ranges(io.RawIOBase):
    """A blob read by ranges."""

    def __init__(self, shelf: PublishedStore, artifact: Artifact) -> None:
        self._shelf, self._artifact, self._position = shelf, artifact, 0

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
        body = self._shelf.range_of(self._artifact, self._position, end)
        buffer[: len(body)] = body
        self._position += len(body)
        return len(body)
