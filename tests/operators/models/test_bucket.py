from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import BadRequest, StoreAway
from include.store.store import Store
from operators.models import bucket as module
from operators.models.bucket import BucketFiles, bucket_and_path


def put(s3: S3, key: str, body: bytes) -> None:
    s3.client().put_object(Bucket=s3.bucket, Key=key, Body=body)


def files(s3: S3, store: Store, path: str) -> BucketFiles:
    return BucketFiles(f"s3://{s3.bucket}/{path}", store.in_bucket(s3.bucket))


@pytest.mark.parametrize("path", ["models/tiny", "models/tiny/"])
def test_a_folder_is_read_by_its_paths(s3: S3, store: Store, path: str) -> None:
    for key in ("tiny/config.json", "tiny/sub/a b.json", "tiny/.git/config", "tiny/sub/", "tiny-2/config.json"):
        put(s3, f"models/{key}", b"" if key.endswith("/") else b"0123")
    found = files(s3, store, path)
    assert found.sizes() == {"config.json": 4, "sub/a b.json": 4}
    assert found.read("sub/a b.json", 1, 3) == b"12"
    assert found.read("sub/a b.json", 2, 9) == b"23"
    assert found.read("sub/a b.json", 4, 4) == b""
    assert found.origin == f"s3://{s3.bucket}/{path}"


def test_one_file_is_a_model_of_its_own(s3: S3, store: Store) -> None:
    put(s3, "models/tiny.gguf", b"GGUF")
    found = files(s3, store, "models/tiny.gguf")
    assert found.sizes() == {"tiny.gguf": 4}
    assert found.read("tiny.gguf", 0, 4) == b"GGUF"


def test_a_whole_bucket_may_be_one_model(s3: S3, store: Store) -> None:
    put(s3, "config.json", b"{}")
    assert files(s3, store, "").sizes() == {"config.json": 2}


def test_a_file_that_is_replaced_while_it_is_added_is_told(s3: S3, store: Store) -> None:
    put(s3, "tiny.gguf", b"GGUF")
    found = files(s3, store, "tiny.gguf")
    found.sizes()
    put(s3, "tiny.gguf", b"GGUG")
    with pytest.raises(StoreAway, match=r"tiny\.gguf was replaced while it was read"):
        found.read("tiny.gguf", 0, 4)


def test_a_file_that_is_deleted_while_it_is_added_is_told(s3: S3, store: Store) -> None:
    put(s3, "tiny.gguf", b"GGUF")
    found = files(s3, store, "tiny.gguf")
    found.sizes()
    s3.client().delete_object(Bucket=s3.bucket, Key="tiny.gguf")
    with pytest.raises(StoreAway, match=r"tiny\.gguf was deleted while it was read"):
        found.read("tiny.gguf", 0, 4)


def test_where_nothing_lies_there_is_no_model(s3: S3, store: Store) -> None:
    with pytest.raises(BadRequest, match="there is nothing; give the address"):
        files(s3, store, "none").sizes()


def test_a_bucket_of_more_files_than_a_model_has_is_refused(
    s3: S3, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        put(s3, f"tiny/{number}.json", b"1")
    monkeypatch.setattr(module, "MAX_FILES", 2)
    with pytest.raises(BadRequest, match="has more than 2 files"):
        files(s3, store, "tiny").sizes()


@pytest.mark.parametrize("address", ["s3://", "s3://b", "s3:///key", "s3://bu cket/key", "s3://bucket/a\nb"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadRequest, match="is not an address in S3"):
        bucket_and_path(address)
