"""A bucket of its users' own."""

from __future__ import annotations

import hashlib
import io

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import BadRequest, StoreAway
from include.store.users_bucket import UsersBucket
from tests.include.store.reaching import connection_to


@pytest.fixture
def bucket(s3: S3) -> UsersBucket:
    return UsersBucket(s3.bucket, connection_to(s3))


def test_an_object_is_found_under_the_key_that_its_user_gave(bucket: UsersBucket, s3: S3) -> None:
    body, copy = b"day,topic\n", io.BytesIO()
    s3.client().put_object(Bucket=s3.bucket, Key="my folder/Täge (1).csv", Body=body, Metadata={"sha256": "old"})
    key = "my folder/Täge (1).csv"
    assert bucket.get(key) == body
    assert bucket.size(key) == len(body)
    digested = bucket.digest(key, copy)
    assert digested is not None
    assert digested.sha256 == hashlib.sha256(body).hexdigest()
    assert copy.getvalue() == body


def test_where_nothing_lies_there_is_nothing(bucket: UsersBucket) -> None:
    copy = io.BytesIO()
    assert bucket.get("none.csv") is None
    assert bucket.size("none.csv") is bucket.head("none.csv") is None
    assert bucket.digest("none.csv", copy) is None
    assert copy.getvalue() == b""


def test_parts_are_of_one_version(bucket: UsersBucket, s3: S3) -> None:
    s3.client().put_object(Bucket=s3.bucket, Key="a//weights", Body=b"0123456789")
    head = bucket.head("a//weights")
    assert head is not None
    assert head.bytes == 10
    assert b"".join(bucket.part("a//weights", 2, 5, head.etag)) == b"234"
    s3.client().put_object(Bucket=s3.bucket, Key="a//weights", Body=b"abcdefghij")
    with pytest.raises(StoreAway, match=r"a//weights was replaced while it was read"):
        list(bucket.part("a//weights", 2, 5, head.etag))
    with pytest.raises(StoreAway, match=r"none was deleted while it was read"):
        list(bucket.part("none", 2, 5, head.etag))


def test_a_bucket_that_is_not_there_is_told_and_not_taken_for_an_empty_one(s3: S3) -> None:
    with pytest.raises(BadRequest, match="NoSuchBucket"):
        UsersBucket(f"{s3.bucket}-none", connection_to(s3)).get("days.csv")


def test_a_folder_is_listed_with_the_versions_that_lie_there_and_each_is_read_by_ranges(
    bucket: UsersBucket, s3: S3
) -> None:
    for key in ("my folder/b/1.json", "my folder/b/2 é.json", "my folder/c.json"):
        s3.client().put_object(Bucket=s3.bucket, Key=key, Body=b"0123456789")
    heads = bucket.heads("my folder/b/", 10)
    assert list(heads) == ["my folder/b/1.json", "my folder/b/2 é.json"]
    assert list(bucket.heads("my folder/", 1)) == ["my folder/b/1.json"]
    head = heads["my folder/b/2 é.json"]
    assert (head.bytes, bucket.head("my folder/b/2 é.json")) == (10, head)
    assert b"".join(bucket.part("my folder/b/2 é.json", 2, 5, head.etag)) == b"234"
    s3.client().put_object(Bucket=s3.bucket, Key="my folder/b/2 é.json", Body=b"another one")
    for key, what in (("my folder/b/2 é.json", "replaced"), ("my folder/none", "deleted")):
        with pytest.raises(StoreAway, match=f"was {what} while it was read"):
            list(bucket.part(key, 2, 5, head.etag))
    assert bucket.head("my folder/none") is None
