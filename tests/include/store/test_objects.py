"""Each question to S3 on a real server."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import BadRequest
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.errors import Absent, Refused, StoreRefuses
from include.store.objects import LARGE_BYTES, Objects
from include.store.stored import JSON, Headers
from tests.include.store.reaching import objects_on

PAGE = Headers("text/html", "inline", "no-cache", {"sha256": "abc"})
STALE = '"00000000000000000000000000000000"'


@pytest.fixture
def objects(s3: S3) -> Objects:
    return objects_on(s3, "domain/")


def test_an_object_comes_back_with_all_that_was_said_of_it(objects: Objects, s3: S3) -> None:
    etag = objects.put("a b/é%2F+", b"body", PAGE)
    stored = objects.get("a b/é%2F+")
    assert (stored.body, stored.etag, stored.metadata) == (b"body", etag, {"sha256": "abc"})
    assert stored.modified_at is not None
    assert abs(stored.modified_at - datetime.now(UTC)) < timedelta(minutes=1)
    other = s3.client().get_object(Bucket=s3.bucket, Key="domain/a b/é%2F+")
    told = other["ContentType"], other["ContentDisposition"], other["CacheControl"], other["Metadata"], other["ETag"]
    assert told == ("text/html", "inline", "no-cache", {"sha256": "abc"}, etag)


def test_what_is_not_there_is_absent(objects: Objects) -> None:
    for ask in (objects.get, objects.head, objects.stream, lambda key: objects.range(key, 0, 1)):
        with pytest.raises(Absent):
            ask("nothing")
    objects.delete("nothing")


def test_a_head_tells_size_and_version(objects: Objects) -> None:
    etag = objects.put("k", b"12345", JSON)
    head = objects.head("k")
    assert (head.bytes, head.etag) == (5, etag)


def test_a_range_is_of_the_version_asked_for(objects: Objects) -> None:
    etag = objects.put("k", b"0123456789", JSON)
    assert objects.range("k", 2, 5) == b"234"
    assert objects.range("k", 8, 99, etag) == b"89"
    objects.put("k", b"replaced", JSON)
    with pytest.raises(Refused):
        objects.range("k", 2, 5, etag)
    with pytest.raises(Absent):
        objects.range("k", 100, 101)


def test_a_range_comes_in_chunks_of_the_version_asked_for(objects: Objects) -> None:
    body = bytes(range(256)) * (5 << 12)
    objects.upload("k", io.BytesIO(body), JSON)
    etag = objects.head("k").etag
    chunks = list(objects.range_chunks("k", 1, len(body) - 1, etag))
    assert len(chunks) > 3
    assert b"".join(chunks) == body[1:-1]
    assert b"".join(objects.range_chunks("k", len(body) - 2, len(body) + 9, etag)) == body[-2:]
    with pytest.raises(Absent):
        next(objects.range_chunks("k", len(body), len(body) + 1, etag))
    objects.put("k", body[:-1], JSON)
    with pytest.raises(Refused):
        next(objects.range_chunks("k", 1, 2, etag))


def test_only_one_writer_finds_nothing_there(objects: Objects) -> None:
    etag = objects.put("k", b"first", JSON, if_absent=True)
    with pytest.raises(Refused):
        objects.put("k", b"second", JSON, if_absent=True)
    assert objects.get("k").body == b"first"
    assert objects.get("k").etag == etag


def test_only_the_version_that_was_seen_is_replaced(objects: Objects) -> None:
    etag = objects.put("k", b"first", JSON)
    with pytest.raises(Refused):
        objects.put("k", b"third", JSON, if_match=STALE)
    second = objects.put("k", b"second", JSON, if_match=etag)
    assert (objects.get("k").body, objects.get("k").etag) == (b"second", second)
    with pytest.raises((Refused, Absent)):
        objects.put("nothing", b"second", JSON, if_match=etag)


@pytest.mark.parametrize("size", [0, 1, (8 << 20) - 1, 8 << 20, (8 << 20) + 1, LARGE_BYTES + (5 << 20)])
def test_a_file_of_any_size_comes_back_whole(objects: Objects, size: int) -> None:
    body = os.urandom(1 << 20) * (size >> 20) + os.urandom(size % (1 << 20))
    objects.upload("k", io.BytesIO(body), PAGE)
    stream = objects.stream("k")
    assert b"".join(stream.chunks) == body
    assert stream.metadata == {"sha256": "abc"}
    assert stream.etag == objects.head("k").etag


def test_a_stream_never_mixes_two_versions(objects: Objects) -> None:
    objects.upload("k", io.BytesIO(b"a" * (64 << 20)), JSON)
    stream = objects.stream("k")
    first = next(stream.chunks)
    objects.upload("k", io.BytesIO(b"b" * (64 << 20)), JSON)
    read = [first]
    with pytest.raises(Refused):
        read.extend(stream.chunks)
    assert {byte for chunk in read for byte in set(chunk)} == {ord("a")}


def test_a_listing_is_in_order_and_ends_at_its_limit(objects: Objects) -> None:
    for name in ("b", "a", "c/d", "c/e/f"):
        objects.put(f"folder/{name}", name.encode(), JSON)
    objects.put("folder-2/x", b"", JSON)
    listed = list(objects.listed("folder/", None))
    assert [each.key for each in listed] == ["folder/a", "folder/b", "folder/c/d", "folder/c/e/f"]
    assert [each.bytes for each in listed] == [1, 1, 3, 5]
    assert all(abs(each.modified_at - datetime.now(UTC)) < timedelta(minutes=1) for each in listed)
    assert [each.key for each in objects.listed("folder/", 2)] == ["folder/a", "folder/b"]
    assert "folder-2/x" in [each.key for each in objects.listed("", None)]
    assert not list(objects.listed("nowhere/", None))
    assert [each.key for each in objects.listed("folder-", None)] == ["folder-2/x"]
    assert [each.key for each in objects.listed("folder/c/d", None)] == ["folder/c/d"]


def test_a_listing_has_more_than_one_page(objects: Objects) -> None:
    for number in range(1005):
        objects.put(f"many/{number:04}", b"", JSON)
    assert [each.key for each in objects.listed("many/", None)] == [f"many/{number:04}" for number in range(1005)]
    assert len(list(objects.listed("many/", 1002))) == 1002


def test_folders_are_named_as_they_stand_in_the_key(objects: Objects) -> None:
    for key in ("runs/a%2Fb/x", "runs/c d/x/y", "runs/file"):
        objects.put(key, b"", JSON)
    assert list(objects.folders("runs/")) == ["a%2Fb", "c d"]
    assert list(objects.folders("")) == ["runs"]
    assert list(objects.folders("nowhere/")) == []


def test_what_was_deleted_is_gone(objects: Objects) -> None:
    objects.put("k", b"1", JSON)
    objects.delete("k")
    with pytest.raises(Absent):
        objects.get("k")


def test_wrong_keys_and_a_missing_bucket_are_permanent(s3: S3) -> None:
    stranger = S3(s3.endpoint, s3.bucket, secret_key="wrong")
    with pytest.raises(StoreRefuses, match="refuses with SignatureDoesNotMatch; check the bucket's name"):
        objects_on(stranger).get("k")
    with pytest.raises(StoreRefuses, match="NoSuchBucket"):
        objects_on(S3(s3.endpoint, "no-such-bucket")).get("k")


def test_missing_credentials_are_told_before_anything_is_sent(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    from boto3 import Session

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    objects = Objects(Domain(s3.bucket), Connection(Session(), s3.endpoint))
    with pytest.raises(BadRequest, match="credentials are missing"):
        objects.get("k")
