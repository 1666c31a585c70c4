"""The published folder: files hashed on their way, versions that meet, and a store that does not let it write there."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from boto3.s3.transfer import TransferConfig

from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import BadRequest, InputLost, StoreAway
from include.contract.keys import Domain, blob_key
from include.runtime import store as stores
from include.runtime.publishing import published_store as shelves
from include.runtime.store import Store
from tests import weed
from tests.include.runtime.publishing.newsroom import Newsroom, card, requests_to

MIB = 1 << 20


PATH = "2026/11/25/honey/x/video.mp4"
SAVED_AS = 'inline; filename="honey-video.mp4"'


def kept(newsroom: Newsroom, body: bytes = b"film " * 1000) -> Artifact:
    artifact = artifact_of("video", body, "video/mp4")
    newsroom.store.put_small_blob(body, artifact)
    return artifact


def copied(newsroom: Newsroom, asked: list[tuple[str, str]]) -> list[str]:
    """Keys that the store was asked to copy to."""
    prefix = f"/{newsroom.store.domain.prefix}"
    return [path.removeprefix(prefix) for operation, path in asked if operation == "CopyObject"]


@pytest.mark.parametrize("body", [b"film " * 1000, b"film " * MIB], ids=["small", "middling"])
def test_bytes_travel_where_the_store_does_not_say_what_it_copied(
    newsroom: Newsroom, tmp_path: Path, body: bytes
) -> None:
    artifact, shelf = kept(newsroom, body), newsroom.shelf
    with requests_to(newsroom.store) as asked:
        for name in ("one.mp4", "two.mp4"):
            shelf.put(artifact, f"x/{name}", SAVED_AS, scratch=tmp_path)
    assert newsroom.read("x/one.mp4") == newsroom.read("x/two.mp4") == body
    assert copied(newsroom, asked) == ["v1/probes/copy"], "asked once, with a few bytes"
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_says_what_it_copied_copies_it(summed: Newsroom, tmp_path: Path) -> None:
    artifact, shelf = kept(summed), summed.shelf
    with requests_to(summed.store) as asked:
        shelf.put(artifact, PATH, SAVED_AS, scratch=tmp_path)
    assert copied(summed, asked) == ["v1/probes/copy", f"{shelf.root}{PATH}"]
    assert {operation for operation, _ in asked} == {"PutObject", "CopyObject"}
    assert summed.read(PATH) == b"film " * 1000


@pytest.mark.parametrize("newsrooms", ["newsroom", "summed"])
def test_a_file_is_served_as_what_it_is(newsrooms: str, request: pytest.FixtureRequest) -> None:
    newsroom: Newsroom = request.getfixturevalue(newsrooms)
    newsroom.shelf.put(kept(newsroom), PATH, SAVED_AS)
    key = f"team/{newsroom.shelf.root}{PATH}"
    head = newsroom.store._client.head_object(Bucket=newsroom.store.domain.bucket, Key=key)
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
        newsroom.shelf.put(artifact, PATH, SAVED_AS)
    assert newsroom.shelf.sizes("").get(PATH, 0) == 0
    stored = newsroom.store.read(blob_key(artifact.sha256))
    assert stored is not None
    assert stored.body == b"", "so that whoever made it makes it again"


@pytest.mark.parametrize("newsrooms", ["newsroom", "summed"])
def test_a_blob_that_is_gone_is_told(newsrooms: str, request: pytest.FixtureRequest) -> None:
    newsroom: Newsroom = request.getfixturevalue(newsrooms)
    with pytest.raises(InputLost, match="`video` is gone from the store"):
        newsroom.shelf.put(artifact_of("video", b"film", "video/mp4"), PATH, SAVED_AS)
    assert newsroom.shelf.sizes("") == {}


def test_what_one_request_cannot_copy_travels_in_parts(summed: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    body = bytes(range(256)) * (12 * MIB // 256)
    artifact, shelf = kept(summed, body), summed.shelf
    shelf.largest_copy_bytes = MIB
    monkeypatch.setattr(
        stores, "_TRANSFER", TransferConfig(multipart_threshold=MIB, multipart_chunksize=5 * MIB, max_concurrency=2)
    )
    with requests_to(summed.store) as asked:
        shelf.put(artifact, PATH, SAVED_AS)
    assert [operation for operation, _ in asked].count("UploadPart") == 3
    assert summed.read(PATH) == body


def test_what_is_read_back_is_hashed_whole(newsroom: Newsroom) -> None:
    body = bytes(range(256)) * (4 * MIB // 256)
    newsroom.shelf.put(kept(newsroom, body), PATH, SAVED_AS)
    assert newsroom.shelf.digest_of(PATH) == hashlib.sha256(body).hexdigest()
    newsroom.flip(f"{newsroom.shelf.root}{PATH}")
    assert newsroom.shelf.digest_of(PATH) != hashlib.sha256(body).hexdigest()
    assert newsroom.shelf.digest_of("nothing") is None


def test_no_change_is_lost_however_many_change_the_same(newsroom: Newsroom) -> None:
    def add(number: int) -> bool:
        return newsroom.shelf.change(
            "list.json", "application/json", lambda body: json.dumps([*json.loads(body or b"[]"), number]).encode()
        )

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(add, range(40)))
    assert sorted(json.loads(newsroom.read("list.json"))) == list(range(40))


def test_who_is_always_too_late_gives_up(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "_TRIES", 3)
    newsroom.store.write(f"{newsroom.shelf.root}list.json", b"0")

    def make(body: bytes | None) -> bytes:
        newsroom.store.write(f"{newsroom.shelf.root}list.json", b"another's " + (body or b""))
        return b"mine"

    with pytest.raises(StoreAway, match="changed by others 3 times"):
        newsroom.shelf.change("list.json", "application/json", make)


def test_only_what_is_read_of_a_blob_is_fetched(newsroom: Newsroom) -> None:
    body = bytes(range(256)) * (4 * MIB // 256)
    artifact = artifact_of("video", body, "video/mp4")
    newsroom.store.put_small_blob(body, artifact)
    asked: list[str] = []
    newsroom.store._client.meta.events.register(
        "before-call.s3.GetObject", lambda params, **_: asked.append(params["headers"]["Range"])
    )
    with newsroom.shelf.opened(artifact) as file:
        file.seek(3 * MIB + 5)
        assert file.read(10) == body[3 * MIB + 5 : 3 * MIB + 15]
        file.seek(-1, 2)
        assert file.read() == body[-1:]
    assert len(asked) == 2


def test_a_store_that_does_not_let_it_publish_is_told_with_prefix_and_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = weed._identities()
    own["identities"].append(
        {
            "name": "stage",
            "credentials": [{"accessKey": "stage-key", "secretKey": "stage-secret"}],
            "actions": ["Read:atelier", "List:atelier", "Write:atelier/team/v1/*"],
        }
    )
    monkeypatch.setattr(weed, "_identities", lambda: own)
    folder = tmp_path / "weed"
    folder.mkdir()
    with weed.running(folder) as s3:
        limited = replace(s3, access_key="stage-key", secret_key="stage-secret")
        newsroom = Newsroom(Store(Domain(s3.bucket, "team/"), limited.client()), tmp_path)
        request = newsroom.request({"honey": card()})
        with pytest.raises(BadRequest) as caught:
            newsroom.run(request)
    for part in ("the store refuses PutObject", "`s3:PutObject`", "s3://atelier/team/published/product_cards/*"):
        assert part in str(caught.value)


def test_a_version_that_rots_is_not_believed_and_is_made_anew(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    shelf, seen = newsroom.shelf, []

    def make(before: bytes | None) -> bytes:
        seen.append(before)
        return b"told"

    assert shelf.change("index.json", "application/json", make)
    stored = shelf.look("index.json")
    assert stored is not None
    newsroom.store._client.put_object(
        **newsroom.store._at(f"{shelf.root}index.json"), Body=b"tolb", Metadata=stored.metadata
    )
    rotten = shelf.look("index.json")
    assert rotten is not None
    assert rotten.body == b""
    assert "does not hold the bytes that were written there" in caplog.text
    assert shelf.change("index.json", "application/json", make)
    assert seen == [None, b""]
    assert newsroom.read("index.json") == b"told"
