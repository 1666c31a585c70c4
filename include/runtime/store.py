"""The pod's only S3 code: blobs by digest, small objects with conditions, typed errors (K3, W1, W2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from include.contract.artifacts import Artifact
from include.contract.blobs import Reading, reading, trusted
from include.contract.errors import StoreAway, UnfitStore
from include.contract.keys import Domain, blob_key, probe_key
from include.contract.store_answers import Absent, Conflict, Refused, UploadOver
from include.runtime.answers import Answers
from include.runtime.scratch import room_on, write_hashed
from include.runtime.threads import threads

THREADS = 16
"""Requests in flight at most."""
_RANGE_BYTES = 8 << 20
_RANGES_IN_FLIGHT = 4
_LARGE_BYTES = 32 << 20
_CHUNK_BYTES = 1 << 20
_CONFLICT_TRIES = 5
_TRANSFER = TransferConfig(multipart_threshold=_LARGE_BYTES, multipart_chunksize=16 << 20, max_concurrency=4)


@dataclass(frozen=True)
class Stored:
    """A small object as read, with the tag to replace just this version of it."""

    body: bytes
    etag: str
    age_s: float
    """Seconds since it was written, by the store's own clock; infinite when the store does not tell the time."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What its writer said of it, by lower-case names."""


@dataclass(frozen=True)
class Copied:
    """What the store says of a copy that it made."""

    sha256: str
    """Empty where it does not say."""
    etag: str


class Store:
    """One domain of trust. Thread-safe."""

    def __init__(self, domain: Domain, client: Any = None) -> None:
        self.domain = domain
        self._client = client or s3_client()
        self._answers = Answers(domain, self._client).typed

    def read(self, key: str) -> Stored | None:
        """A small object, or None when there is none."""
        try:
            with self._answers(key):
                answer = self._client.get_object(**self._at(key))
                return Stored(answer["Body"].read(), answer["ETag"], _age_s(answer), answer.get("Metadata", {}))
        except Absent:
            return None

    def write(self, key: str, body: bytes, media_type: str = "application/json") -> None:
        """Put a small object, whatever lies there."""
        with self._answers(key):
            self._client.put_object(**self._at(key), Body=body, ContentType=media_type)

    def write_if_absent(self, key: str, body: bytes, media_type: str = "application/json") -> str | None:
        """Put a small object unless one lies there: its ETag, or None when one does (W1)."""
        return self._write_when(key, body, media_type, IfNoneMatch="*")

    def replace(self, key: str, body: bytes, etag: str) -> str | None:
        """Put a small object in the place of one version: its new ETag, or None when that version is gone (W2)."""
        return self._write_when(key, body, "application/json", IfMatch=etag)

    def has_blob(self, artifact: Artifact) -> bool:
        """Whether the artifact's bytes are there, by name and size."""
        return self._blob_bytes(artifact.sha256) == artifact.bytes

    def put_blob(self, path: Path, artifact: Artifact) -> None:
        """Upload a file whose digest was computed; one that is there already, whole, is left alone."""
        if artifact.bytes < _LARGE_BYTES:
            self.put_small_blob(path.read_bytes(), artifact)
            return
        if not self.has_blob(artifact):
            self.upload(path, blob_key(artifact.sha256), ContentType=artifact.media_type)

    def upload(self, path: Path, key: str, **headers: str) -> None:
        """Put a file of any size, whatever lies there; `headers` by S3's names."""
        try:
            self._send(path, key, headers)
        except UploadOver:
            # Its last request was done, the answer lost, and the request sent again.
            self._send(path, key, headers)

    def copy(self, source: str, target: str, **headers: str) -> Copied | None:
        """Have the store itself copy an object of at most 5 GiB; None when there is none. `headers` by S3's names.

        Only what it says of this copy counts: a checksum that it remembers of the source proves nothing.
        """
        names = self._at(target) | headers | {"ChecksumAlgorithm": "SHA256", "MetadataDirective": "REPLACE"}
        try:
            with self._answers(target, in_one_call=False):
                answer = self._client.copy_object(CopySource=self._at(source), **names)["CopyObjectResult"]
                return Copied(_digest_in(answer.get("ChecksumSHA256", "")), answer["ETag"])
        except Absent:
            return None

    def digest(self, key: str) -> str | None:
        """SHA-256 of an object of any size, read as a stream; None when there is none."""
        sha = hashlib.sha256()
        try:
            with self._answers(key, in_one_call=False):
                for chunk in self._client.get_object(**self._at(key))["Body"].iter_chunks(_CHUNK_BYTES):
                    sha.update(chunk)
        except Absent:
            return None
        return sha.hexdigest()

    def put_small_blob(self, body: bytes, artifact: Artifact) -> None:
        """Upload bytes; a blob of the wrong size in their place is overwritten (W2)."""
        key = blob_key(artifact.sha256)
        if not self.write_if_absent(key, body, artifact.media_type) and not self.has_blob(artifact):
            self.write(key, body, artifact.media_type)

    def read_blob(self, sha256: str, what: str = "a blob", producer: str = "") -> bytes:
        """A small blob, checked; `what` it is and the task `producer` that makes it are for messages.

        :raises InputLost: it is gone, or was wrong and is empty now; says which task makes it again.
        """
        key = blob_key(sha256)

        def read() -> Reading[bytes] | None:
            stored = self.read(key)
            return None if stored is None else reading(stored.body, stored.etag)

        return trusted(read, partial(self._empty, key), sha256, what, self.domain.uri(key), producer)

    def fetch_blob(self, artifact: Artifact, target: Path, producer: str = "") -> None:
        """Download to `target`, which appears only when size and digest are right (K3).

        :raises InputLost: it is gone, or was wrong and is empty now; says which task makes it again.
        """
        key, partly = blob_key(artifact.sha256), target.with_suffix(".partial")

        def read() -> Reading[None] | None:
            partly.unlink(missing_ok=True)
            return self._download(key, partly)

        what, where = f"input `{artifact.name}`", self.domain.uri(key)
        try:
            trusted(read, partial(self._empty, key), artifact.sha256, what, where, producer)
            partly.rename(target)
        finally:
            partly.unlink(missing_ok=True)

    def put_or_mend(self, key: str, body: bytes, is_right: Callable[[bytes], bool]) -> None:
        """Write `body` unless what lies there is right; only the version that was found wrong is replaced (W1, W2)."""
        for _ in range(_CONFLICT_TRIES):
            if self.write_if_absent(key, body):
                return
            stored = self.read(key)
            if stored is not None and (is_right(stored.body) or self.replace(key, body, stored.etag)):
                return
        raise StoreAway(f"{self.domain.uri(key)}: changed by others {_CONFLICT_TRIES} times while it was written")

    def _empty(self, key: str, etag: str) -> bool:
        return self.replace(key, b"", etag) is not None

    def _download(self, key: str, path: Path) -> Reading[None] | None:
        """One version of a blob, written to `path`; None when there is none."""
        at = self._at(key)
        try:
            with self._answers(key, in_one_call=False), room_on(path):
                head = self._client.head_object(**at)
                return Reading(None, write_hashed(self._ranges(at, head), path), head["ETag"])
        except Absent:
            return None
        except Refused:
            raise StoreAway(f"{self.domain.uri(key)} was replaced while it was read") from None

    def _ranges(self, at: dict[str, str], head: dict[str, Any]) -> Iterator[bytes]:
        """One version of a blob, in order, a few ranges in flight: a single stream waits for the server's disk."""

        def read(start: int) -> bytes:
            last = min(start + _RANGE_BYTES, head["ContentLength"]) - 1
            answer = self._client.get_object(**at, Range=f"bytes={start}-{last}", IfMatch=head["ETag"])
            body: bytes = answer["Body"].read()
            return body

        starts = iter(range(0, head["ContentLength"], _RANGE_BYTES))
        with threads(_RANGES_IN_FLIGHT, "ranges") as executor:
            flying = deque(executor.submit(read, start) for start in islice(starts, _RANGES_IN_FLIGHT))
            while flying:
                chunk = flying.popleft().result()
                flying.extend(executor.submit(read, start) for start in islice(starts, 1))
                yield chunk

    def probe(self) -> None:
        """Refuse a store that does not enforce conditional writes (W1).

        :raises UnfitStore: it let a second writer overwrite the first.
        """
        key = probe_key("conditional-writes")
        self.write_if_absent(key, b"first")
        stale = '"00000000000000000000000000000000"'
        if self.write_if_absent(key, b"second") or self.replace(key, b"third", stale):
            raise UnfitStore(
                f"the store behind {self.domain.uri('')} ignores If-None-Match or If-Match, so two writers could "
                "overwrite each other; use a store that enforces them (Amazon S3, SeaweedFS, Ceph, MinIO)"
            )

    def _send(self, path: Path, key: str, headers: dict[str, str]) -> None:
        with path.open("rb") as file, self._answers(key, in_one_call=False):
            self._client.upload_fileobj(file, **self._at(key), ExtraArgs=headers, Config=_TRANSFER)

    def _write_when(self, key: str, body: bytes, media_type: str, **condition: Any) -> str | None:
        """ETag of what was written; None when the condition does not hold.

        A write whose answer was lost is sent again, and then meets itself: what lies there decides.
        """
        was_sent_before = False
        for _ in range(_CONFLICT_TRIES):
            try:
                with self._answers(key):
                    at = self._at(key)
                    etag: str = self._client.put_object(**at, Body=body, ContentType=media_type, **condition)["ETag"]
                    return etag
            except (Refused, Absent) as refusal:
                if isinstance(refusal, Absent) and "IfMatch" not in condition:
                    raise
                return self._etag_of(key, body) if was_sent_before or refusal.was_sent_before else None
            except Conflict as conflict:
                was_sent_before |= conflict.was_sent_before
        raise StoreAway(f"{self.domain.uri(key)}: conflicting writes {_CONFLICT_TRIES} times in a row")

    def _etag_of(self, key: str, body: bytes) -> str | None:
        """ETag of what lies under `key` if it is `body`."""
        stored = self.read(key)
        return stored.etag if stored is not None and stored.body == body else None

    def _blob_bytes(self, sha256: str) -> int | None:
        key = blob_key(sha256)
        try:
            with self._answers(key):
                size: int = self._client.head_object(**self._at(key))["ContentLength"]
                return size
        except Absent:
            return None

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.domain.bucket, "Key": f"{self.domain.prefix}{key}"}


def s3_client() -> Any:
    """A client set up from the standard AWS environment variables."""
    own_endpoint = "AWS_ENDPOINT_URL" in os.environ or "AWS_ENDPOINT_URL_S3" in os.environ
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=THREADS * 2,
        retries={"mode": "standard", "total_max_attempts": 5},
        # Every blob is checked by its SHA-256; another checksum on top costs time and finds nothing more.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # A store of one's own seldom has a host name for every bucket.
        s3={"addressing_style": "path" if own_endpoint else "auto"},
    )
    return boto3.client("s3", config=config)


def _digest_in(checksum: str) -> str:
    """A SHA-256 as S3 writes it, in base64; empty for what is none, such as one made of those of parts."""
    try:
        return base64.b64decode(checksum, validate=True).hex()
    except binascii.Error:
        return ""


def _age_s(answer: dict[str, Any]) -> float:
    """From the answer's headers `Date` and `Last-Modified`, both in whole seconds (RFC 9110)."""
    try:
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        age_s: float = (now - answer["LastModified"]).total_seconds()
    except (KeyError, TypeError, ValueError):
        return math.inf
    return age_s
