"""Damage in what is published: noticed and mended by whatever publishes, and never put there."""

from __future__ import annotations

import hashlib
import logging

import pytest

from include.contract.errors import InputLost
from include.contract.keys import blob_key
from include.contract.manifests import Outcome
from tests.asked import asked_for
from tests.include.runtime.publishing.newsroom import Newsroom, article, card, episode, movie

SHOWN = {
    "publish.video": movie(1.0),
    "publish.podcast": episode(1.0),
    "publish.article": article(),
    "publish.cards": card(),
}


@pytest.mark.parametrize("recipe", SHOWN)
def test_every_file_of_a_piece_is_mended_when_it_is_published_again(
    recipe: str, newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.recipe, pieces = recipe, {"honey": SHOWN[recipe]}
    newsroom.publish(pieces)
    item = newsroom.item("honey")
    paths = [item.address(file) for file in item.files]
    before = [newsroom.read(path) for path in paths]
    for path in paths:
        newsroom.flip(f"{newsroom.published.root}{path}")
    with caplog.at_level(logging.WARNING):
        (line,) = newsroom.publish(pieces, run_id="run-2")
    assert [newsroom.read(path) for path in paths] == before
    assert line.outcome is Outcome.MADE
    assert newsroom.item("honey") == item, "the piece is the same as it was"
    for path, file in zip(paths, item.files, strict=True):
        assert f"{newsroom.published.uri(path)} holds bytes with the digest" in caplog.text
        assert f"instead of {file.sha256}" in caplog.text


def test_what_is_right_is_read_once_and_left_alone(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    item = newsroom.item("honey")
    with asked_for() as asked:
        (line,) = newsroom.publish({"honey": card()}, run_id="run-2")
    assert line.outcome is Outcome.REUSED
    of_files = [ask for ask in asked if any(ask[1].endswith(item.address(file)) for file in item.files)]
    assert sorted(operation for operation, _ in of_files) == ["stream"] * len(item.files)


def test_a_damaged_blob_is_not_published_and_the_task_to_clear_is_named(newsroom: Newsroom) -> None:
    request = newsroom.request({"honey": card(), "wax": card("wax")})
    newsroom.flip(blob_key(hashlib.sha256(card()["card_square"][0]).hexdigest()))
    with pytest.raises(InputLost, match="clear the task `card`, which makes it again") as caught:
        newsroom.run(request)
    assert caught.value.producer == "card"
    assert [entry.slug for entry in newsroom.index().items] == ["wax"]
    assert newsroom.published.read("2026/11/25/honey/item.json") is None
    newsroom.publish({"honey": card(), "wax": card("wax")}, run_id="run-2")
    assert {entry.slug for entry in newsroom.index().items} == {"honey", "wax"}


def test_damage_on_both_sides_leaves_nothing_that_readers_could_take_for_right(summed: Newsroom) -> None:
    summed.publish({"honey": card()})
    item = summed.item("honey")
    path = item.address(item.files[0])
    request = summed.request({"honey": card()}, run_id="run-2")
    for key in (f"{summed.published.root}{path}", blob_key(item.files[0].sha256)):
        summed.flip(key)
    with pytest.raises(InputLost):
        summed.run(request)
    assert summed.read(path) == b""
    summed.publish({"honey": card()}, run_id="run-3")
    assert summed.read(path) == card()["card_square"][0]
