"""The published folder of a place: files that were hashed on their way, and objects that change by version."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore, Lock

from include.contract.artifacts import Artifact
from include.contract.keys import blob_key, probe_key, published_prefix
from include.contract.published import KEPT_FOR_EVER, OWN_DIGEST, own_digest, served_type
from include.store.errors import StoreRefuses
from include.store.store import Store
from include.store.stored import Headers, Stored

log = logging.getLogger(__name__)

_LARGEST_COPY_BYTES = 5 << 30
"""The most that one request copies; for several parts, S3 does not report the SHA-256 of the whole."""
_SMALL_BYTES = 1 << 20
"""Smaller files go through memory, not through a file."""
_LARGE_BYTES = 8 << 20
_LARGE_AT_ONCE = 2
"""A large blob in transfer takes some 100 MiB of memory."""
_PROBE = b"Does the store say the SHA-256 of what it copies?"
_NEVER_UNASKED = "no-cache"
"""Cached by readers, but revalidated each time: `ETag` says whether it has changed."""


class PublishedStore:
    """Paths are relative to `published/<place>/`. Thread-safe."""

    def __init__(self, store: Store, content_type: str) -> None:
        self.store, self.content_type = store, content_type
        self.root = published_prefix(content_type)
        self.largest_copy_bytes = _LARGEST_COPY_BYTES
        self._large = BoundedSemaphore(_LARGE_AT_ONCE)
        self._asking = Lock()
        self._sums_copies: bool | None = None
        """Whether the store says the SHA-256 of what it copies; None while it has not been asked."""

    def read(self, path: str) -> Stored | None:
        """A small object; None if there is none, empty if its bytes are not those that were written."""
        return self._believed(path, self.store.read(f"{self.root}{path}"))

    def update(self, path: str, media_type: str, make: Callable[[bytes | None], bytes | None]) -> bool:
        """Write what `make` makes of the current version, repeated until nobody interferes; whether it wrote.

        `make` returns None, or the same bytes, if nothing has to be written.

        :raises StoreAway: others were faster each time.
        """

        def change(stored: Stored | None) -> bytes | None:
            believed = self._believed(path, stored)
            return make(believed.body if believed else None)

        def headers(body: bytes) -> Headers:
            return Headers(served_type(media_type), "", _NEVER_UNASKED, {OWN_DIGEST: _digest(body)})

        return self.store.update(f"{self.root}{path}", change, headers) is not None

    def put(
        self, artifact: Artifact, path: str, disposition: str, *, scratch: Path | None = None, producer: str = ""
    ) -> None:
        """Put the bytes that `artifact` names at `path`, hashed on their way (W9).

        The store copies them itself where it says the digest of what it copied; elsewhere they travel, through the
        folder `scratch` where they are many, and go up only when their digest is right. Others never stay there.

        :param disposition: the HTTP header `Content-Disposition` under which they are served.
        :param scratch: the machine's folder for temporary files when left out.
        :param producer: id of the task that makes the bytes again when it is cleared.
        :raises InputLost: the blob is gone, or held other bytes.
        """
        key, headers = f"{self.root}{path}", Headers(served_type(artifact.media_type), disposition, KEPT_FOR_EVER)
        if artifact.bytes <= self.largest_copy_bytes and self._says_what_it_copies():
            copied = self.store.copy(blob_key(artifact.sha256), key, headers)
            if copied is not None and copied.sha256 == artifact.sha256:
                return
            if copied is not None:
                self.store.put_if_match(key, b"", copied.etag)
        if artifact.bytes < _SMALL_BYTES:
            body = self.store.blob(artifact.sha256, f"input `{artifact.name}`", producer)
            self.store.put(key, body, headers)
            return
        turn = nullcontext() if artifact.bytes < _LARGE_BYTES else self._large
        with turn, tempfile.TemporaryDirectory(dir=scratch) as folder:
            target = Path(folder) / "blob"
            self.store.fetch_blob(artifact, target, producer)
            with target.open("rb") as file:
                self.store.upload(key, file, headers)

    def digest(self, path: str) -> str | None:
        """SHA-256 of the object at `path`; None if there is none."""
        found = self.store.digest(f"{self.root}{path}")
        return None if found is None else found.sha256

    def sizes(self, folder: str) -> dict[str, int]:
        """Size in bytes of every object below `folder`, by its path inside it."""
        prefix = f"{self.root}{folder}"
        return {each.key.removeprefix(prefix): each.bytes for each in self.store.listed(prefix)}

    def folders(self, folder: str) -> list[str]:
        """Names of the folders directly below `folder`, which is empty or ends with a slash."""
        return self.store.folders(f"{self.root}{folder}")

    def uri(self, path: str) -> str:
        """Full address of `path`."""
        return self.store.domain.uri(f"{self.root}{path}")

    def _believed(self, path: str, stored: Stored | None) -> Stored | None:
        """`stored`, and empty where its bytes are not those that were written."""
        if stored is None or own_digest(stored.metadata) in (None, _digest(stored.body)):
            return stored
        log.warning("%s does not hold the bytes that were written there, so it is not used", self.uri(path))
        return replace(stored, body=b"")

    def _says_what_it_copies(self) -> bool:
        """Asked once, with a few bytes: else every file would be copied for nothing by a store that does not say."""
        with self._asking:
            if self._sums_copies is None:
                source, target = probe_key("copied"), probe_key("copy")
                self.store.put(source, _PROBE)
                try:
                    copied = self.store.copy(source, target)
                except StoreRefuses:
                    copied = None
                self._sums_copies = copied is not None and copied.sha256 == _digest(_PROBE)
            return self._sums_copies


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
