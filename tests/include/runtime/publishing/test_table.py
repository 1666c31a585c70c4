"""A day's pieces as a table, read again by another reader's eyes: every row, every file, nothing that was withdrawn."""

from __future__ import annotations

import io
from typing import Any

from pyarrow import parquet

from include.runtime.publishing.table import SCHEMA
from include.runtime.publishing.withdrawal import withdraw
from tests.include.runtime.publishing.newsroom import DAY, PUBLIC_URL, Newsroom, card, words

FOLDER = "2026/11/25/"


def rows(newsroom: Newsroom) -> list[dict[str, Any]]:
    stored = newsroom.published.read(f"{FOLDER}pieces.parquet")
    assert stored
    found: list[dict[str, Any]] = parquet.read_table(io.BytesIO(stored.body), schema=SCHEMA).to_pylist()
    return found


def test_a_day_has_a_row_for_each_of_its_pieces(newsroom: Newsroom) -> None:
    briefs = {"honey": words("Honey bees", caption="Sweet."), "tea": words("Tee 🍵", caption="Hot.")}
    newsroom.publish({"honey": card("honey"), "tea": card("tea")}, briefs)
    by_slug = {row["slug"]: row for row in rows(newsroom)}
    assert sorted(by_slug) == ["honey", "tea"]
    tea, item = by_slug["tea"], newsroom.item("tea")
    assert (tea["title"], tea["summary"], tea["day"], tea["guid"]) == ("Tee 🍵", "Hot.", DAY, str(item.guid))
    assert (tea["published_at"], tea["content_digest"]) == (item.published_at, item.content_digest)
    assert [(file["role"], file["bytes"], file["sha256"]) for file in tea["files"]] == [
        (file.role.value, file.bytes, file.sha256) for file in item.entry().files
    ]
    for file in tea["files"]:
        assert newsroom.published.read(file["path"]), "a path leads to its file"
        assert file["url"] == f"{PUBLIC_URL}product_cards/{file['path']}"


def test_what_is_withdrawn_leaves_the_table_and_the_last_row_leaves_an_empty_one(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card("honey")}, {"honey": words()})
    withdraw(newsroom.store, "product_cards", "honey", by="ann", why="wrong")
    assert rows(newsroom) == []
