"""What is asked of any key, on a real server, and what is told when the server goes."""

from __future__ import annotations

import io
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import AtelierError, StoreAway, UnfitStore
from include.contract.keys import Domain, probe_key
from include.store.errors import StoreRefuses
from include.store.objects import Objects
from include.store.store import Store
from include.store.stored import Headers


def test_what_is_not_there_is_none_and_deleting_it_is_fine(store: Store) -> None:
    assert store.get("v1/nothing") is None
    assert store.read("v1/nothing") is None
    assert store.size("v1/nothing") is None
    assert store.digest("v1/nothing") is None
    assert store.copy("v1/nothing", "v1/copy") is None
    assert store.now("v1/nothing") is None
    store.delete("v1/nothing")


def test_keys_lie_below_the_prefix(store: Store) -> None:
    store.put("v1/x", b"1")
    assert [each.key for each in Store(Domain(store.domain.bucket), store.connection).listed("")] == ["team/v1/x"]
    assert [each.key for each in store.listed("")] == ["v1/x"]


def test_another_bucket_s_keys_are_its_users_own(store: Store, s3: S3) -> None:
    everything = store.in_bucket(store.domain.bucket)
    s3.client().put_object(Bucket=s3.bucket, Key="inbox//song.wav", Body=b"la")
    copy = io.BytesIO()
    assert everything.digest("inbox//song.wav", copy) is not None
    assert copy.getvalue() == everything.get("inbox//song.wav") == b"la"
    assert everything.size("inbox//song.wav") == 2
    assert everything.get("none//there") is everything.size("none//there") is everything.digest("none//there", copy)


def test_a_listing_is_as_long_as_it_is_asked_for(store: Store) -> None:
    for number in range(5):
        store.put(f"v1/a/{number}", b"1" * number)
    assert [(each.key, each.bytes) for each in store.listed("v1/a/", 2)] == [("v1/a/0", 0), ("v1/a/1", 1)]
    assert len(store.listed("v1/a/")) == 5
    assert store.folders("v1/") == ["a"]


def test_an_object_is_served_as_its_headers_say(store: Store, s3: S3) -> None:
    headers = Headers("text/vtt", 'inline; filename="a.vtt"', "no-cache", {"own": "said"})
    store.put("put", b"1", headers)
    store.upload("upload", io.BytesIO(b"1"), headers)
    store.copy("put", "copy", headers)
    for name in ("put", "upload", "copy"):
        found = s3.client().head_object(Bucket=s3.bucket, Key=f"team/{name}")
        told = found["ContentType"], found["ContentDisposition"], found["CacheControl"], found["Metadata"]
        assert told == ("text/vtt", 'inline; filename="a.vtt"', "no-cache", {"own": "said"})


def test_the_store_tells_when_a_version_was_written_and_what_time_it_is(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    store.put("k", b"one")
    read, now = store.read("k"), store.now("k")
    assert read is not None
    assert read.modified_at is not None
    assert now is not None
    assert before <= read.modified_at <= now


def test_the_probe_accepts_a_store_that_enforces_conditions_every_time(store: Store) -> None:
    store.probe()
    store.probe()
    assert store.get(probe_key("conditional-writes")) == b"first"


def test_the_probe_refuses_a_store_that_lets_a_second_writer_win(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put = Objects.put

    def without_conditions(objects: Objects, key: str, body: bytes, headers: Headers, **_: object) -> str:
        """The server is real; conditions are lost on the way, as some S3 servers ignore them."""
        return put(objects, key, body, headers)

    monkeypatch.setattr(Objects, "put", without_conditions)
    with pytest.raises(UnfitStore, match="ignores If-None-Match or If-Match"):
        store.probe()


def test_a_missing_bucket_is_made_and_one_that_is_there_is_left(s3: S3) -> None:
    store = Store(Domain(f"{s3.bucket}-new"), s3.connection())
    assert store.make_bucket()
    store.put("kept", b"1")
    assert not store.make_bucket()
    assert store.get("kept") == b"1"


def test_a_store_that_does_not_answer_is_away(s3: S3) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    away = replace(s3, endpoint=f"http://127.0.0.1:{port}")
    with pytest.raises(StoreAway, match=f"s3://{s3.bucket}/k: the store at http://127.0.0.1:{port} does not answer"):
        Store(Domain(s3.bucket), away.connection()).read("k")


@pytest.mark.parametrize("ask", ["put", "put_if_absent", "size", "make_bucket"])
def test_wrong_credentials_are_told_and_never_shown(s3: S3, ask: str) -> None:
    stranger = replace(s3, secret_key="wrong-secret")
    store = Store(Domain(s3.bucket), stranger.connection())
    arguments = {"put": ("v1/x", b"1"), "put_if_absent": ("v1/x", b"1"), "size": ("v1/x",), "make_bucket": ()}[ask]
    with pytest.raises(StoreRefuses, match="refuses.*check the bucket's name, credentials and permissions") as caught:
        getattr(store, ask)(*arguments)
    assert "wrong-secret" not in str(caught.value)


def test_a_bucket_that_does_not_exist_is_permanent(s3: S3) -> None:
    with pytest.raises(StoreRefuses, match="no-such-bucket-here.*NoSuchBucket"):
        Store(Domain("no-such-bucket-here"), s3.connection()).get("v1/x")


def test_whatever_goes_wrong_is_told_with_the_key(s3: S3) -> None:
    for broken in (replace(s3, secret_key="wrong"), replace(s3, endpoint="http://127.0.0.1:9")):
        with pytest.raises(AtelierError, match="v1/x"):
            Store(Domain(s3.bucket), broken.connection()).get("v1/x")
