"""The published folder: files hashed on their way, versions that meet, and a store that does not let it write there."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from atelier.testing.s3 import running
from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import BadRequest, InputLost
from include.contract.keys import Domain, blob_key
from include.store import objects
from include.store.store import Store
from include.store.stored import Headers
from tests.asked import asked_for
from tests.include.runtime.publishing.newsroom import Newsroom, card

MIB = 1 << 20


PATH = "2026/11/25/honey/x/video.mp4"
SAVED_AS = 'inline; filename="honey-video.mp4"'


def kept(newsroom: Newsroom, body: bytes = b"film " * 1000) -> Artifact:
    artifact = artifact_of("video", body, "video/mp4")
    newsroom.store.put_blob(body, artifact)
    return artifact


def copied(asked: list[tuple[str, str]]) -> list[str]:
    """Keys that the store was asked to copy to."""
    return [key for operation, key in asked if operation == "copy"]


@pytest.mark.parametrize("body", [b"film " * 1000, b"film " * MIB], ids=["small", "middling"])
def test_bytes_travel_where_the_store_does_not_say_what_it_copied(
    newsroom: Newsroom, tmp_path: Path, body: bytes
) -> None:
    artifact, published = kept(newsroom, body), newsroom.published
    with asked_for() as asked:
        for name in ("one.mp4", "two.mp4"):
            published.put(artifact, f"x/{name}", SAVED_AS, scratch=tmp_path)
    assert newsroom.read("x/one.mp4") == newsroom.read("x/two.mp4") == body
    assert copied(asked) == ["v1/probes/copy"], "asked once, with a few bytes"
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_says_what_it_copied_copies_it(summed: Newsroom, tmp_path: Path) -> None:
    artifact, published = kept(summed), summed.published
    with asked_for() as asked:
        published.put(artifact, PATH, SAVED_AS, scratch=tmp_path)
    assert copied(asked) == ["v1/probes/copy", f"{published.root}{PATH}"]
    assert {operation for operation, _ in asked} == {"put", "copy"}
    assert summed.read(PATH) == b"film " * 1000


@pytest.mark.parametrize("newsrooms", ["newsroom", "summed"])
def test_a_file_is_served_as_what_it_is(newsrooms: str, request: pytest.FixtureRequest) -> None:
    newsroom: Newsroom = request.getfixturevalue(newsrooms)
    newsroom.published.put(kept(newsroom), PATH, SAVED_AS)
    key = f"team/{newsroom.published.root}{PATH}"
    head = newsroom.store.connection.client.head_object(Bucket=newsroom.store.domain.bucket, Key=key)
    assert (head["ContentType"], head["ContentDisposition"]) == ("video/mp4", SAVED_AS)
    assert head["CacheControl"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("newsrooms", ["newsroom", "summed"])
def test_a_blob_of_other_bytes_is_emptied_and_readers_never_find_them(
    newsrooms: str, request: pytest.FixtureRequest
) -> None:
    newsroom: Newsroom = request.getfixturevalue(newsrooms)
    artifact = kept(newsroom)
    newsroom.flip(blob_key(artifact.sha256))
    with pytest.raises(InputLost, match="`video`: s3://.* held bytes with the digest"):
        newsroom.published.put(artifact, PATH, SAVED_AS)
    assert newsroom.published.sizes("").get(PATH, 0) == 0
    stored = newsroom.store.read(blob_key(artifact.sha256))
    assert stored is not None
    assert stored.body == b"", "so that whoever made it makes it again"


@pytest.mark.parametrize("newsrooms", ["newsroom", "summed"])
def test_a_blob_that_is_gone_is_told(newsrooms: str, request: pytest.FixtureRequest) -> None:
    newsroom: Newsroom = request.getfixturevalue(newsrooms)
    with pytest.raises(InputLost, match="`video` is gone from the store"):
        newsroom.published.put(artifact_of("video", b"film", "video/mp4"), PATH, SAVED_AS)
    assert newsroom.published.sizes("") == {}


def test_what_one_request_cannot_copy_travels_in_parts(summed: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    body = bytes(range(256)) * (12 * MIB // 256)
    artifact, published = kept(summed, body), summed.published
    published.largest_copy_bytes = MIB
    monkeypatch.setattr(objects, "LARGE_BYTES", MIB)
    monkeypatch.setattr(objects, "PART_BYTES", 5 * MIB)
    published.put(artifact, PATH, SAVED_AS)
    stored = summed.store.read(f"{published.root}{PATH}")
    assert stored is not None
    assert stored.body == body
    assert stored.etag.endswith('-3"'), "of three parts"


def test_what_is_read_back_is_hashed_whole(newsroom: Newsroom) -> None:
    body = bytes(range(256)) * (4 * MIB // 256)
    newsroom.published.put(kept(newsroom, body), PATH, SAVED_AS)
    assert newsroom.published.digest(PATH) == hashlib.sha256(body).hexdigest()
    newsroom.flip(f"{newsroom.published.root}{PATH}")
    assert newsroom.published.digest(PATH) != hashlib.sha256(body).hexdigest()
    assert newsroom.published.digest("nothing") is None


def test_no_change_is_lost_however_many_change_the_same(newsroom: Newsroom) -> None:
    def add(number: int) -> bool:
        return newsroom.published.update(
            "list.json", "application/json", lambda body: json.dumps([*json.loads(body or b"[]"), number]).encode()
        )

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(add, range(40)))
    assert sorted(json.loads(newsroom.read("list.json"))) == list(range(40))


def test_a_store_that_does_not_let_it_publish_is_told_with_prefix_and_right(tmp_path: Path) -> None:
    stage = {
        "name": "stage",
        "credentials": [{"accessKey": "stage-key", "secretKey": "stage-secret"}],
        "actions": ["Read:atelier", "List:atelier", "Write:atelier/team/v1/*"],
    }
    folder = tmp_path / "weed"
    folder.mkdir()
    with running(folder, identities=[stage]) as s3:
        limited = replace(s3, access_key="stage-key", secret_key="stage-secret")
        newsroom = Newsroom(Store(Domain(s3.bucket, "team/"), limited.connection()), tmp_path)
        request = newsroom.request({"honey": card()})
        with pytest.raises(BadRequest) as caught:
            newsroom.run(request)
    for part in ("the store refuses PutObject", "`s3:PutObject`", "s3://atelier/team/published/product_cards/*"):
        assert part in str(caught.value)


def test_a_version_that_rots_is_not_believed_and_is_made_anew(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    published, seen = newsroom.published, []

    def make(before: bytes | None) -> bytes:
        seen.append(before)
        return b"told"

    assert published.update("index.json", "application/json", make)
    stored = published.read("index.json")
    assert stored is not None
    newsroom.store.put(f"{published.root}index.json", b"tolb", Headers(metadata=stored.metadata))
    rotten = published.read("index.json")
    assert rotten is not None
    assert rotten.body == b""
    assert "does not hold the bytes that were written there" in caplog.text
    assert published.update("index.json", "application/json", make)
    assert seen == [None, b""]
    assert newsroom.read("index.json") == b"told"
