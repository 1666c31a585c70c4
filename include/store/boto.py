"""What obstore cannot do, through boto3: keys such as `a//b`, copies with new headers, the store's clock, buckets."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from include.contract.keys import Domain
from include.store.answers import Answers
from include.store.connection import Connection
from include.store.stored import Copied, Head, Headers, Stored, Stream

_CHUNK_BYTES = 1 << 20


class BotoObjects:
    """Keys are relative to the domain's prefix. Thread-safe."""

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

    def heads(self, prefix: str) -> Iterator[tuple[str, Head]]:
        """Key, size and version of all objects below `prefix`, in the order of their keys."""
        with self._typed(prefix, in_one_call=False):
            at = self._at(prefix)
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=at["Bucket"], Prefix=at["Key"])
            for page in pages:
                for each in page.get("Contents", []):
                    yield each["Key"].removeprefix(self._domain.prefix), Head(each["Size"], each["ETag"])

    def stream(self, key: str) -> Stream:
        """An object of any size, as a stream; errors while reading are typed too.

        :raises Absent: there is none.
        """
        with self._typed(key):
            answer = self._client.get_object(**self._at(key))
        return Stream(answer["ETag"], answer["Metadata"], self._chunks(key, answer["Body"]))

    def range_chunks(self, key: str, start: int, end: int, etag: str) -> Iterator[bytes]:
        """Bytes of the version `etag` of an object from `start` to before `end`, as they come.

        :raises Absent: they are not there.
        :raises Refused: another version lies there.
        """
        with self._typed(key):
            answer = self._client.get_object(**self._at(key), Range=f"bytes={start}-{end - 1}", IfMatch=etag)
        yield from self._chunks(key, answer["Body"])

    def head(self, key: str) -> Head:
        """Size and version of an object.

        :raises Absent: there is none.
        """
        with self._typed(key):
            answer = self._client.head_object(**self._at(key))
            return Head(answer["ContentLength"], answer["ETag"])

    def copy(self, source: str, target: str, headers: Headers) -> Copied:
        """Have the store itself copy an object of at most 5 GiB, and compute its checksum if it can.

        Only a checksum of this copy counts: one that it remembers from the source proves nothing.

        :raises Absent: there is none.
        """
        asked = {**named_by_s3(headers), "ChecksumAlgorithm": "SHA256", "MetadataDirective": "REPLACE"}
        with self._typed(target, in_one_call=False):
            answer = self._client.copy_object(**self._at(target), CopySource=self._at(source), **asked)
            copied = answer["CopyObjectResult"]
            return Copied(digest_in(copied.get("ChecksumSHA256", "")), _quoted(copied["ETag"]))

    def now(self, key: str) -> datetime | None:
        """The time by the store's own clock when it answers about `key`; None if it does not say.

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

    def _chunks(self, key: str, body: Any) -> Iterator[bytes]:
        with self._typed(key, in_one_call=False):
            yield from body.iter_chunks(_CHUNK_BYTES)

    @property
    def _client(self) -> Any:
        return self._connection.client

    @property
    def _typed(self) -> Any:
        return self._answers.typed

    @cached_property
    def _answers(self) -> Answers:
        return Answers(self._domain, self._connection, self._read_a_byte)

    def _read_a_byte(self, key: str) -> None:
        with self._typed(key):
            self._client.get_object(**self._at(key), Range="bytes=0-0")["Body"].close()

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._domain.bucket, "Key": f"{self._domain.prefix}{key}"}


def named_by_s3(headers: Headers) -> dict[str, Any]:
    """What `headers` say, by S3's names; what they do not say is left out."""
    told = {
        "ContentType": headers.media_type,
        "ContentDisposition": headers.disposition,
        "CacheControl": headers.cache_control,
        "Metadata": dict(headers.metadata),
    }
    return {name: value for name, value in told.items() if value}


def _quoted(etag: str) -> str:
    """As HTTP writes it and a condition needs it; SeaweedFS leaves the quotation marks out when it has copied."""
    return f'"{etag.strip(chr(34))}"'


def digest_in(checksum: str) -> str:
    """A SHA-256 as S3 writes it, in base64; empty for what is none, such as one made of those of parts."""
    try:
        return base64.b64decode(checksum, validate=True).hex()
    except binascii.Error:
        return ""
