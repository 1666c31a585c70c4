"""The published folder: large copies, versions that meet, and a store that does not let the stage write there."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from boto3.s3.transfer import TransferConfig

from include.contract.artifacts import artifact_of
from include.contract.errors import BadRequest, InputLost, StoreAway
from include.contract.keys import Domain, blob_key
from include.runtime.publishing import shelf as shelves
from include.runtime.store import Store
from tests import weed
from tests.include.runtime.publishing.newsroom import Newsroom, card

MIB = 1 << 20


def test_what_one_request_cannot_copy_is_copied_in_parts(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    body = bytes(range(256)) * (12 * MIB // 256)
    artifact = artifact_of("video", body, "video/mp4")
    newsroom.store.put_small_blob(body, artifact)
    shelf = newsroom.shelf
    shelf.largest_copy_bytes = MIB
    monkeypatch.setattr(
        shelves, "_TRANSFER", TransferConfig(multipart_threshold=MIB, multipart_chunksize=5 * MIB, max_concurrency=2)
    )
    shelf.copy(artifact, "2026/11/25/honey/x/video.mp4", "honey-video.mp4")
    assert newsroom.read("2026/11/25/honey/x/video.mp4") == body
    key = f"team/{shelf.root}2026/11/25/honey/x/video.mp4"
    head = shelf._client.head_object(Bucket=shelf.domain.bucket, Key=key)
    assert (head["ContentType"], head["ContentDisposition"]) == ("video/mp4", 'inline; filename="honey-video.mp4"')


def test_a_blob_that_is_not_whole_is_not_published(newsroom: Newsroom) -> None:
    artifact = artifact_of("video", b"film", "video/mp4")
    newsroom.store.write(blob_key(artifact.sha256), b"")
    with pytest.raises(InputLost, match="`video`: blob .* is gone from the store, or is not whole"):
        newsroom.shelf.copy(artifact, "x/video.mp4", "video.mp4")
    assert newsroom.shelf.sizes("") == {}


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
    for part in ("the store refuses CopyObject", "`s3:PutObject`", "s3://atelier/team/published/product_cards/*"):
        assert part in str(caught.value)
