"""A blob of any size in parts, several at once, taken up where an earlier try broke off.

Through boto3: obstore neither lists the parts of an upload that is not over nor goes on with one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from include.contract.artifacts import Artifact
from include.contract.errors import CorruptInput, StoreAway
from include.contract.keys import blob_key
from include.store.answers import is_passing
from include.store.boto import BotoObjects, named_by_s3
from include.store.errors import StoreRefuses, UploadOver
from include.store.objects import LARGE_BYTES, PART_BYTES
from include.store.patience import patiently
from include.store.store import Store
from include.store.stored import Headers

MOST_PARTS = 10_000
"""As S3 has it."""
Read = Callable[[int, int], bytes]
"""Bytes of what is sent from a first to before a last: those of one of `parts_of`."""
Tell = Callable[[int, bool], None]
"""Told of so many bytes that they are in the store, and whether they were sent for it."""


def parts_of(bytes_in_all: int) -> list[tuple[int, int]]:
    """First and last byte of each part, the last not included; always the same for the same size."""
    size = max(PART_BYTES, -(-bytes_in_all // MOST_PARTS))
    return [(begin, min(begin + size, bytes_in_all)) for begin in range(0, bytes_in_all, size)] or [(0, 0)]


@dataclass(frozen=True)
class SentPart:
    """A part of an upload that is not over."""

    size_bytes: int
    etag: str

    def holds(self, body: bytes) -> bool:
        """Whether it is `body`. False also where the store's ETags are no MD5: then it is sent again."""
        return len(body) == self.size_bytes and md5_of(body) == self.etag.strip('"')


def md5_of(body: bytes) -> str:
    """What S3 calls a part that is not encrypted with a key of its own."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


class PartsAtOnce:
    """Sends blobs, with the parts of all of them in the same threads. Thread-safe."""

    def __init__(self, store: Store, threads: Executor) -> None:
        self._store, self._threads = store, threads
        self._uploads = Uploads(store.domain, store.connection)

    def send(self, artifact: Artifact, read: Read, tell: Tell = lambda count, is_sent: None) -> None:
        """Have the blob lie in the store; the caller has hashed what `read` gives.

        :raises StoreAway: it is not there after all.
        :raises CorruptInput: as `read` does, when its bytes are others than were hashed; none of its parts is kept.
        """
        if artifact.bytes < LARGE_BYTES:
            body = b"".join(read(begin, end) for begin, end in parts_of(artifact.bytes))
            self._store.put_blob(body, artifact)
            tell(artifact.bytes, True)
            return
        try:
            self._send(artifact, read, tell)
        except UploadOver:
            # Somebody else has sent the last part of the same upload, and ended it.
            if not self._store.has_blob(artifact):
                raise
        if not self._store.has_blob(artifact):
            where = self._store.domain.uri(blob_key(artifact.sha256))
            raise StoreAway(f"{where} was sent in parts, and has another size than they have together")

    def _send(self, artifact: Artifact, read: Read, tell: Tell) -> None:
        key = blob_key(artifact.sha256)
        upload = self._uploads.begun(key) or self._uploads.begin(key, Headers(artifact.media_type))
        there = self._uploads.parts(key, upload)

        def have(number: int, begin: int, end: int) -> str:
            body = read(begin, end)
            part = there.get(number)
            is_there = part is not None and part.holds(body)
            etag = part.etag if part is not None and is_there else self._uploads.send(key, upload, number, body)
            tell(end - begin, not is_there)
            return etag

        numbered = enumerate(parts_of(artifact.bytes), 1)
        asked = {number: self._threads.submit(have, number, begin, end) for number, (begin, end) in numbered}
        try:
            etags = {number: future.result() for number, future in asked.items()}
        except CorruptInput:
            # What is sent can never become this blob, so nobody goes on with its parts.
            wait([future for future in asked.values() if not future.cancel()])
            with suppress(StoreAway, StoreRefuses, UploadOver):
                self._uploads.drop(key, upload)
            raise
        self._uploads.end(key, upload, etags)


class Uploads(BotoObjects):
    """Uploads in parts that are not over. Thread-safe."""

    def begun(self, key: str) -> str | None:
        """The newest one to just this key, if there is one; none where nobody may look."""
        at = self._at(key)
        try:
            with self._typed(key):
                answer = self._client.list_multipart_uploads(Bucket=at["Bucket"], Prefix=at["Key"])
        except StoreRefuses:
            return None
        found = [each for each in answer.get("Uploads", []) if each["Key"] == at["Key"]]
        newest = max(found, key=lambda each: (each["Initiated"], each["UploadId"]), default=None)
        return None if newest is None else str(newest["UploadId"])

    def begin(self, key: str, headers: Headers) -> str:
        """A new one."""
        with self._typed(key):
            return str(self._client.create_multipart_upload(**self._at(key), **named_by_s3(headers))["UploadId"])

    def parts(self, key: str, upload: str) -> Mapping[int, SentPart]:
        """By number, what was sent of it so far."""
        with self._typed(key, in_one_call=False):
            pages = self._client.get_paginator("list_parts").paginate(**self._at(key), UploadId=upload)
            told = [part for page in pages for part in page.get("Parts", [])]
        return {part["PartNumber"]: SentPart(part["Size"], part["ETag"]) for part in told}

    def send(self, key: str, upload: str, number: int, body: bytes) -> str:
        """Send one part, whatever was sent as it before; its ETag."""
        with self._typed(key):
            asked = {"UploadId": upload, "PartNumber": number, "Body": body}
            return str(self._patiently(lambda: self._client.upload_part(**self._at(key), **asked))["ETag"])

    def end(self, key: str, upload: str, etags: Mapping[int, str]) -> None:
        """Make one object of its parts.

        :raises UploadOver: it ended before.
        """
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in sorted(etags.items())]
        with self._typed(key, in_one_call=False):
            asked = {"UploadId": upload, "MultipartUpload": {"Parts": parts}}
            self._patiently(lambda: self._client.complete_multipart_upload(**self._at(key), **asked))

    def drop(self, key: str, upload: str) -> None:
        """Have the store forget it with all its parts.

        :raises UploadOver: it ended before.
        """
        with self._typed(key):
            self._client.abort_multipart_upload(**self._at(key), UploadId=upload)

    def _patiently(self, ask: Callable[[], Any]) -> Any:
        return patiently(ask, self._connection, is_passing)
