"""One bucket and prefix through boto3: each method is one question to S3, and its answer in plain values."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import IO, Any

from include.contract.keys import Domain
from include.store.answers import Answers
from include.store.connection import Connection
from include.store.errors import UploadOver
from include.store.stored import Copied, Head, Headers, Listed, Stored, Stream

LARGE_BYTES = 32 << 20
"""More goes up in parts."""
PART_BYTES = 16 << 20
_PARTS_AT_ONCE = 4
_CHUNK_BYTES = 1 << 20


class BotoObjects:
    """Keys are those below the domain's prefix. Thread-safe."""

    def __init__(self, domain: Domain, connection: Connection) -> None:
        self._domain, self._connection = domain, connection

    def get(self, key: str) -> Stored:
        """A small object.

        :raises Absent: there is none.
        """
        with self._typed(key):
            answer = self._client.get_object(**self._at(key))
            body = answer["Body"].read()
            return Stored(body, answer["ETag"], answer.get("LastModified"), answer["Metadata"])

    def range(self, key: str, start: int, end: int, etag: str | None = None) -> bytes:
        """Bytes of an object from `start` to before `end`; of just the version `etag`, where it is given.

        :raises Absent: they are not there.
        :raises Refused: another version lies there.
        """
        condition = {} if etag is None else {"IfMatch": etag}
        with self._typed(key):
            answer = self._client.get_object(**self._at(key), Range=f"bytes={start}-{end - 1}", **condition)
            body: bytes = answer["Body"].read()
            return body

    def stream(self, key: str) -> Stream:
        """An object of any size, read as it comes; what goes wrong meanwhile is typed too.

        :raises Absent: there is none.
        """
        with self._typed(key):
            answer = self._client.get_object(**self._at(key))
        return Stream(answer["ETag"], answer["Metadata"], self._chunks(key, answer["Body"]))

    def head(self, key: str) -> Head:
        """Size and version of an object.

        :raises Absent: there is none.
        """
        with self._typed(key):
            answer = self._client.head_object(**self._at(key))
            return Head(answer["ContentLength"], answer["ETag"])

    def put(
        self, key: str, body: bytes, headers: Headers, *, if_absent: bool = False, if_match: str | None = None
    ) -> str:
        """Write `body`, and give its ETag.

        :raises Refused, Absent: the condition does not hold.
        :raises Conflict: another conditional write to the same key is under way.
        """
        condition = {"IfNoneMatch": "*"} if if_absent else {"IfMatch": if_match} if if_match is not None else {}
        with self._typed(key):
            answer = self._client.put_object(**self._at(key), Body=body, **_named(headers), **condition)
            etag: str = answer["ETag"]
            return etag

    def upload(self, key: str, file: IO[bytes], headers: Headers) -> None:
        """Write a file of any size from its beginning, whatever lies there."""
        try:
            self._send(key, file, headers)
        except UploadOver:
            # Its last request was done, the answer lost, and the request sent again.
            self._send(key, file, headers)

    def copy(self, source: str, target: str, headers: Headers) -> Copied:
        """Have the store itself copy an object of at most 5 GiB, and sum it up where it can.

        Only what it says of this copy counts: a checksum that it remembers of the source proves nothing.

        :raises Absent: there is none.
        """
        asked = {**_named(headers), "ChecksumAlgorithm": "SHA256", "MetadataDirective": "REPLACE"}
        with self._typed(target, in_one_call=False):
            answer = self._client.copy_object(**self._at(target), CopySource=self._at(source), **asked)
            copied = answer["CopyObjectResult"]
            return Copied(_digest_in(copied.get("ChecksumSHA256", "")), copied["ETag"])

    def delete(self, key: str) -> None:
        """Remove an object, if there is one."""
        with self._typed(key):
            self._client.delete_object(**self._at(key))

    def listed(self, prefix: str, limit: int | None) -> Iterator[Listed]:
        """The first `limit` objects below `prefix`, or all, in the order of their keys."""
        for page in self._pages(prefix, PaginationConfig={"MaxItems": limit}):
            for row in page.get("Contents", []):
                yield Listed(row["Key"].removeprefix(self._domain.prefix), row["Size"], row["LastModified"])

    def folders(self, prefix: str) -> Iterator[str]:
        """Names of the folders directly below `prefix`, which is empty or ends with a slash."""
        for page in self._pages(prefix, Delimiter="/"):
            for row in page.get("CommonPrefixes", []):
                yield row["Prefix"].removeprefix(self._domain.prefix + prefix).rstrip("/")

    def now(self, key: str) -> datetime | None:
        """The moment at which the store, by its own clock, answers about `key`; None where it does not tell.

        :raises Absent: there is no such object.
        """
        with self._typed(key):
            told = self._client.head_object(**self._at(key))["ResponseMetadata"]["HTTPHeaders"].get("date", "")
        try:
            return parsedate_to_datetime(told)
        except ValueError:
            return None

    def has_bucket(self) -> bool:
        """Whether the bucket is there."""
        with self._typed(""):
            try:
                self._client.list_objects_v2(Bucket=self._domain.bucket, MaxKeys=1)
            except self._client.exceptions.NoSuchBucket:
                return False
        return True

    def make_bucket(self) -> None:
        """Make the bucket."""
        with self._typed(""):
            self._client.create_bucket(Bucket=self._domain.bucket)

    def _pages(self, prefix: str, **asked: Any) -> Iterator[dict[str, Any]]:
        with self._typed(prefix, in_one_call=False):
            paginator = self._client.get_paginator("list_objects_v2")
            yield from paginator.paginate(Bucket=self._domain.bucket, Prefix=self._domain.prefix + prefix, **asked)

    def _chunks(self, key: str, body: Any) -> Iterator[bytes]:
        with self._typed(key, in_one_call=False):
            yield from body.iter_chunks(_CHUNK_BYTES)

    def _send(self, key: str, file: IO[bytes], headers: Headers) -> None:
        from boto3.s3.transfer import TransferConfig

        transfer = TransferConfig(
            multipart_threshold=LARGE_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=_PARTS_AT_ONCE
        )
        file.seek(0)
        with self._typed(key, in_one_call=False):
            self._client.upload_fileobj(file, **self._at(key), ExtraArgs=_named(headers), Config=transfer)

    @property
    def _client(self) -> Any:
        return self._connection.client

    @property
    def _typed(self) -> Any:
        return self._answers.typed

    @cached_property
    def _answers(self) -> Answers:
        return Answers(self._domain, self._client.meta.endpoint_url, lambda key: self.range(key, 0, 1))

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._domain.bucket, "Key": f"{self._domain.prefix}{key}"}


def _named(headers: Headers) -> dict[str, Any]:
    """By S3's names."""
    told = {
        "ContentType": headers.media_type,
        "ContentDisposition": headers.disposition,
        "CacheControl": headers.cache_control,
        "Metadata": dict(headers.metadata),
    }
    return {name: value for name, value in told.items() if value}


def _digest_in(checksum: str) -> str:
    """A SHA-256 as S3 writes it, in base64; empty for what is none, such as one made of those of parts."""
    try:
        return base64.b64decode(checksum, validate=True).hex()
    except binascii.Error:
        return ""
