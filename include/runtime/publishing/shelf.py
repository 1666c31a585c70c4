"""The published folder of one content type: copies, versions with `If-Match`, listings."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable
from typing import Any

from boto3.s3.transfer import TransferConfig

from include.contract.artifacts import Artifact
from include.contract.errors import InputLost, StoreAway
from include.contract.keys import Domain, blob_key, published_prefix
from include.runtime.store import Store, Stored

_LARGEST_COPY_BYTES = 5 << 30
"""One request copies no more; larger blobs are copied in parts."""
_TRANSFER = TransferConfig(multipart_threshold=64 << 20, multipart_chunksize=256 << 20, max_concurrency=4)
_TRIES = 60
_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 2.0
_READ_BYTES = 256 << 10
_FOR_EVER = "public, max-age=31536000, immutable"
_NEVER_UNASKED = "no-cache"
"""Kept by readers, but asked for each time: `ETag` says whether it has changed."""


class Shelf(Store):
    """Paths start at `published/<content_type>/`. Thread-safe."""

    def __init__(self, domain: Domain, client: Any, content_type: str) -> None:
        super().__init__(domain, client)
        self.content_type = content_type
        self.root = published_prefix(content_type)
        self.largest_copy_bytes = _LARGEST_COPY_BYTES

    @classmethod
    def of(cls, store: Store, content_type: str) -> Shelf:
        """The shelf of `content_type` in `store`."""
        return cls(store.domain, store._client, content_type)

    def look(self, path: str) -> Stored | None:
        """A small object, or None when there is none."""
        return self.read(f"{self.root}{path}")

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

    def copy(self, artifact: Artifact, path: str, name: str) -> None:
        """Copy a blob inside the store to `path`, to be saved as `name`.

        :raises InputLost: it is gone, or has another size than its artifact.
        """
        source = self._at(blob_key(artifact.sha256))
        if not self.has_blob(artifact):
            raise InputLost(f"`{artifact.name}`: blob {artifact.sha256} is gone from the store, or is not whole")
        headers = {
            "ContentType": served_type(artifact.media_type),
            "ContentDisposition": f'inline; filename="{name}"',
            "CacheControl": _FOR_EVER,
            "MetadataDirective": "REPLACE",
        }
        target = self._at(f"{self.root}{path}")
        with self._answers(f"{self.root}{path}"):
            if artifact.bytes <= self.largest_copy_bytes:
                self._client.copy_object(CopySource=source, **target, **headers)
            else:
                self._client.copy(source, **target, ExtraArgs=headers, Config=_TRANSFER)

    def sizes(self, folder: str) -> dict[str, int]:
        """Size in bytes of every object below `folder`, by its path inside it."""
        prefix = f"{self.domain.prefix}{self.root}{folder}"
        with self._answers(f"{self.root}{folder}"):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.domain.bucket, Prefix=prefix)
            rows = [row for page in pages for row in page.get("Contents", [])]
        return {row["Key"].removeprefix(prefix): row["Size"] for row in rows}

    def opened(self, artifact: Artifact) -> io.BufferedReader:
        """A blob as a file of which only what is read is fetched."""
        return io.BufferedReader(_Ranges(self, artifact), _READ_BYTES)

    def range_of(self, artifact: Artifact, start: int, end: int) -> bytes:
        """Bytes of a blob from `start` to before `end`."""
        key = blob_key(artifact.sha256)
        with self._answers(key):
            answer = self._client.get_object(**self._at(key), Range=f"bytes={start}-{end - 1}")
            body: bytes = answer["Body"].read()
            return body

    def uri(self, path: str) -> str:
        """Full address of `path`."""
        return self.domain.uri(f"{self.root}{path}")

    def _put_version(self, path: str, body: bytes, media_type: str, stored: Stored | None) -> bool:
        condition = {"IfMatch": stored.etag} if stored else {"IfNoneMatch": "*"}
        written = self._write_when(
            f"{self.root}{path}", body, served_type(media_type), CacheControl=_NEVER_UNASKED, **condition
        )
        return bool(written)


def served_type(media_type: str) -> str:
    """The media type as a web server says it: text with its encoding."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


class _Ranges(io.RawIOBase):
    """A blob read by ranges."""

    def __init__(self, shelf: Shelf, artifact: Artifact) -> None:
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
