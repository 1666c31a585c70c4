"""The publishers that come with Atelier keep what is asked of every publisher."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from atelier.testing import S3, check_publisher
from include.contract.keys import Domain
from include.contract.published import DayIndex, PublishedItem
from include.contract.publishing_recipes import PUBLISH_CARDS, PUBLISH_FOLDER
from include.runtime.publishing.published_store import PublishedStore
from include.store.store import Store

FIRST = {"card_square": (b"honey square", "image/jpeg"), "thumbnail": (b"honey small", "image/webp")}
SECOND = {"card_square": (b"wax square", "image/jpeg"), "thumbnail": (b"wax small", "image/webp")}


@pytest.fixture
def server(s3: S3) -> S3:
    return S3(s3.endpoint, s3.bucket, access_key=s3.access_key, secret_key=s3.secret_key)


def test_the_publisher_of_the_store_keeps_it(server: S3, tmp_path: Path) -> None:
    store = Store(Domain(server.bucket), server.connection())
    published = PublishedStore(store, "samples")

    def seen() -> Sequence[bytes]:
        index = published.read("2026/11/25/index.json")
        items = DayIndex.model_validate_json(index.body).items if index else ()
        files = [published.read(item.address(file)) for item in items for file in item.files]
        return [file.body for file in files if file]

    check_publisher(PUBLISH_CARDS, FIRST, SECOND, s3=server, folder=tmp_path, seen=seen)


def test_the_publisher_of_a_folder_keeps_it(server: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "share"
    share.mkdir()
    monkeypatch.setenv("ATELIER_PUBLISH_FOLDER", str(share))

    def seen() -> Sequence[bytes]:
        items = [PublishedItem.model_validate_json(path.read_bytes()) for path in share.rglob("item.json")]
        return [(share / "samples" / item.address(file)).read_bytes() for item in items for file in item.files]

    check_publisher(PUBLISH_FOLDER, FIRST, SECOND, s3=server, folder=tmp_path, seen=seen)
