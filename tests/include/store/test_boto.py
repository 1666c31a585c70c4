"""What boto3 is asked for, on a real server."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import BadRequest
from include.contract.keys import Domain
from include.store.boto import BotoObjects, digest_in, named_by_s3
from include.store.errors import Absent
from include.store.stored import Headers
from tests.include.store.reaching import connection_to


@pytest.fixture
def objects(s3: S3) -> BotoObjects:
    return BotoObjects(Domain(s3.bucket, "team/"), connection_to(s3))


def put(s3: S3, key: str, body: bytes, **told: str) -> None:
    s3.client().put_object(Bucket=s3.bucket, Key=f"team/{key}", Body=body, **told)


@pytest.mark.parametrize("key", ["plain", "a b/é%2F+"])
def test_an_object_is_read_whole_as_a_stream_and_by_its_head(objects: BotoObjects, s3: S3, key: str) -> None:
    s3.client().put_object(Bucket=s3.bucket, Key=f"team/{key}", Body=b"body", Metadata={"who": "ann"})
    stored, stream, head = objects.get(key), objects.stream(key), objects.head(key)
    assert (stored.body, stored.metadata) == (b"body", {"who": "ann"})
    assert b"".join(stream.chunks) == b"body"
    assert (head.bytes, head.etag) == (4, stored.etag)
    assert stream.etag == stored.etag


def test_what_is_not_there_is_absent_whatever_is_asked_of_it(objects: BotoObjects) -> None:
    for ask in (objects.get, objects.stream, objects.head, objects.now):
        with pytest.raises(Absent):
            ask("nothing")
    with pytest.raises(Absent):
        objects.copy("nothing", "copy", Headers())


def test_a_copy_has_the_bytes_of_its_source_and_headers_of_its_own(objects: BotoObjects, s3: S3) -> None:
    put(s3, "source", b"body", ContentType="text/plain", CacheControl="max-age=9")
    copied = objects.copy("source", "copy", Headers("text/html", "inline", "no-cache", {"who": "ann"}))
    answer = s3.client().get_object(Bucket=s3.bucket, Key="team/copy")
    assert answer["Body"].read() == b"body"
    assert (answer["ContentType"], answer["ContentDisposition"]) == ("text/html", "inline")
    assert (answer["CacheControl"], answer["Metadata"]) == ("no-cache", {"who": "ann"})
    assert copied.etag == answer["ETag"]
    assert copied.sha256 in ("", hashlib.sha256(b"body").hexdigest())


def test_what_is_not_said_of_a_copy_is_not_asked_for() -> None:
    assert named_by_s3(Headers("text/html")) == {"ContentType": "text/html"}


def test_only_a_checksum_over_the_whole_counts() -> None:
    digest = hashlib.sha256(b"body").digest()
    written = base64.b64encode(digest).decode()
    assert digest_in(written) == digest.hex()
    assert digest_in(f"{written}-3") == ""
    assert digest_in("") == ""


def test_the_store_tells_its_own_time(objects: BotoObjects, s3: S3) -> None:
    put(s3, "k", b"body")
    told = objects.now("k")
    assert told is not None
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_bucket_is_made_where_there_is_none(s3: S3) -> None:
    other = BotoObjects(Domain(f"{s3.bucket}-new"), connection_to(s3))
    assert not other.has_bucket()
    other.make_bucket()
    assert other.has_bucket()


def test_a_bucket_that_is_not_there_is_a_mistake_of_the_request(s3: S3) -> None:
    with pytest.raises(BadRequest, match="NoSuchBucket; check the bucket's name"):
        BotoObjects(Domain(f"{s3.bucket}-none"), connection_to(s3)).get("k")
