"""Blobs in parts, on a real server."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from concurrent.futures import Executor

import pytest

from atelier.testing.s3 import S3
from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import BadRequest, CorruptInput, StoreAway
from include.contract.keys import Domain, blob_key
from include.store.multipart import MOST_PARTS, PartsAtOnce, Uploads, md5_of, parts_of
from include.store.objects import LARGE_BYTES, PART_BYTES
from include.store.store import Store
from include.store.stored import OCTETS
from include.store.threads import daemon_threads
from tests.faults import RESET, faulty

LARGE = random.Random(1).randbytes(LARGE_BYTES + PART_BYTES // 2)


class Sender:
    """Sends, and counts what it was told and asked."""

    def __init__(self, store: Store, threads: Executor) -> None:
        self._parts = PartsAtOnce(store, threads)
        self.sent = self.there = 0
        self.asked: list[int] = []

    def send(self, body: bytes) -> Artifact:
        artifact = artifact_of("model", body, OCTETS.media_type)

        def read(begin: int, end: int) -> bytes:
            self.asked.append(begin)
            return body[begin:end]

        self._parts.send(artifact, read, self._told)
        return artifact

    def _told(self, count: int, is_sent: bool) -> None:
        if is_sent:
            self.sent += count
        else:
            self.there += count


@pytest.fixture
def sender(store: Store) -> Iterator[Sender]:
    with daemon_threads(4, "parts") as threads:
        yield Sender(store, threads)


def is_there(store: Store, artifact: Artifact) -> bool:
    found = store.digest(blob_key(artifact.sha256))
    return found is not None and found.sha256 == artifact.sha256


@pytest.mark.parametrize("body", [b"", b"small", LARGE])
def test_a_blob_of_any_size_is_sent(store: Store, sender: Sender, body: bytes) -> None:
    artifact = sender.send(body)
    assert is_there(store, artifact)
    assert (sender.sent, sender.there) == (len(body), 0)


def test_an_upload_that_broke_off_goes_on_with_what_is_missing(store: Store, sender: Sender) -> None:
    key = blob_key(hashlib.sha256(LARGE).hexdigest())
    uploads = Uploads(store.domain, store.connection)
    upload = uploads.begin(key, OCTETS)
    uploads.send(key, upload, 1, LARGE[:PART_BYTES])
    uploads.send(key, upload, 2, b"other bytes that were cut")
    artifact = sender.send(LARGE)
    assert is_there(store, artifact)
    assert (sender.sent, sender.there) == (len(LARGE) - PART_BYTES, PART_BYTES)
    assert uploads.begun(key) is None


def test_an_upload_that_somebody_else_ended_is_as_good(store: Store, sender: Sender) -> None:
    key = blob_key(hashlib.sha256(LARGE).hexdigest())
    uploads = Uploads(store.domain, store.connection)
    upload = uploads.begin(key, OCTETS)
    asked = 0

    def read(begin: int, end: int) -> bytes:
        nonlocal asked
        asked += 1
        if asked == len(parts_of(len(LARGE))):
            etags = {
                number: uploads.send(key, upload, number, LARGE[first:last])
                for number, (first, last) in enumerate(parts_of(len(LARGE)), 1)
            }
            uploads.end(key, upload, etags)
        return LARGE[begin:end]

    artifact = artifact_of("model", LARGE, OCTETS.media_type)
    with daemon_threads(1, "parts") as threads:
        PartsAtOnce(store, threads).send(artifact, read)
    assert is_there(store, artifact)


def test_bytes_that_are_others_than_were_hashed_end_the_upload_and_none_of_its_parts_is_kept(store: Store) -> None:
    artifact = artifact_of("model", LARGE, OCTETS.media_type)
    refused_at = PART_BYTES

    def read(begin: int, end: int) -> bytes:
        if begin == refused_at:
            raise CorruptInput("changed")
        return LARGE[begin:end]

    with daemon_threads(1, "parts") as threads, pytest.raises(CorruptInput, match="changed"):
        PartsAtOnce(store, threads).send(artifact, read)
    assert not store.has_blob(artifact)
    uploads = Uploads(store.domain, store.connection)
    assert uploads.begun(blob_key(artifact.sha256)) is None


def test_an_upload_that_ends_for_another_reason_keeps_its_parts(store: Store) -> None:
    artifact = artifact_of("model", LARGE, OCTETS.media_type)

    def read(begin: int, end: int) -> bytes:
        if begin == PART_BYTES:
            raise BadRequest("cannot be read")
        return LARGE[begin:end]

    with daemon_threads(1, "parts") as threads, pytest.raises(BadRequest):
        PartsAtOnce(store, threads).send(artifact, read)
    uploads = Uploads(store.domain, store.connection)
    upload = uploads.begun(blob_key(artifact.sha256))
    assert upload is not None
    assert uploads.parts(blob_key(artifact.sha256), upload)[1].holds(LARGE[:PART_BYTES])


def test_a_store_that_closes_connections_for_a_while_gets_the_part_in_the_end(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("include.store.patience.sleep", pauses.append)
    with faulty(s3) as (proxied, server):
        store = Store(Domain(s3.bucket, "parts/"), proxied.connection(tries=3))
        uploads = Uploads(store.domain, store.connection)
        upload = uploads.begin("k", OCTETS)
        server.meet(RESET, times=2 * store.connection.tries)
        etag = uploads.send("k", upload, 1, b"bytes")
        server.meet(RESET, times=2 * store.connection.tries)
        uploads.end("k", upload, {1: etag})
        assert store.get("k") == b"bytes"
        assert len(pauses) == 4
        server.meet(RESET)
        with pytest.raises(StoreAway) as away:
            uploads.send("k", "an-upload", 1, b"bytes")
    assert "does not answer, since " in str(away.value)
    assert "uploadId" not in str(away.value)
    assert "\n" not in str(away.value)


def test_the_parts_of_a_size_are_always_the_same_and_never_more_than_s3_takes() -> None:
    assert parts_of(0) == [(0, 0)]
    assert parts_of(PART_BYTES + 1) == [(0, PART_BYTES), (PART_BYTES, PART_BYTES + 1)]
    huge = parts_of(2 * PART_BYTES * MOST_PARTS + 1)
    assert len(huge) <= MOST_PARTS
    assert huge[-1][1] == 2 * PART_BYTES * MOST_PARTS + 1


def test_only_the_newest_upload_to_just_this_key_is_gone_on_with(store: Store) -> None:
    uploads = Uploads(store.domain, store.connection)
    uploads.begin("models/a-longer-key", OCTETS)
    assert uploads.begun("models/a") is None
    upload = uploads.begin("models/a", OCTETS)
    assert uploads.begun("models/a") == upload
    etag = uploads.send("models/a", upload, 1, b"bytes")
    part = uploads.parts("models/a", upload)[1]
    assert (part.size_bytes, part.etag.strip('"')) == (5, md5_of(b"bytes"))
    assert etag == part.etag
    assert part.holds(b"bytes")
    assert not part.holds(b"bytez")


def test_where_nobody_may_look_for_uploads_a_new_one_is_begun(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    client = store.connection.client
    refused = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}

    def refuse(**asked: object) -> None:
        raise client.exceptions.ClientError(refused, "ListMultipartUploads")

    monkeypatch.setattr(client, "list_multipart_uploads", refuse)
    assert Uploads(store.domain, store.connection).begun("models/a") is None
    with daemon_threads(2, "parts") as threads:
        assert is_there(store, Sender(store, threads).send(LARGE))
