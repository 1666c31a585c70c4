"""What is put in place for each content type, and what keeps a piece from being placed."""

from __future__ import annotations

import re

import pytest

from include.contract.digital_source import DigitalSource
from include.contract.errors import ItemsRejected
from include.contract.labels import NoLabel, PieceLabel
from include.contract.manifests import Outcome
from include.contract.published import DayIndex
from include.contract.publishing import Role
from tests.include.runtime.publishing.newsroom import Newsroom, article, card, episode, labelled, movie, words


def test_a_film_has_its_length_its_poster_and_its_subtitles(newsroom: Newsroom) -> None:
    newsroom.content_type, newsroom.recipe = "narrated_video", "publish.video"
    newsroom.publish({"honey": movie(2.0)})
    item = newsroom.item("honey")
    assert item.duration_s == pytest.approx(2.0, abs=0.05)
    assert {file.path: file.role for file in item.files} == {
        "video.mp4": Role.MAIN,
        "poster.jpg": Role.POSTER,
        "subtitles.vtt": Role.SUBTITLES,
        "subtitles.srt": Role.SUBTITLES,
    }
    assert b"<video" in newsroom.read("index.html")


def test_an_episode_has_its_length(newsroom: Newsroom) -> None:
    newsroom.content_type, newsroom.recipe = "podcast", "publish.podcast"
    newsroom.publish({"honey": episode(3.0)})
    assert newsroom.item("honey").duration_s == pytest.approx(3.0, abs=0.1)


def test_a_piece_keeps_how_it_was_made_and_who_decided_that_people_are_not_told(newsroom: Newsroom) -> None:
    decided = NoLabel(decided_by="Ada Lovelace", reason="The shop says it itself.")
    newsroom.publication = {"no_label": decided}
    newsroom.publish({"honey": {**card(), **labelled(DigitalSource.TRAINED, sentence="")}})
    item = newsroom.item("honey")
    assert item.no_label == decided
    assert item.label == PieceLabel(digital_source="trainedAlgorithmicMedia", sentence="", language="en")
    newsroom.publication = {}
    newsroom.publish({"honey": {**card(), **labelled()}}, run_id="run-2")
    again = newsroom.item("honey")
    assert (again.no_label, newsroom.index().items[0].label) == (None, again.label)


def test_a_label_that_cannot_be_read_keeps_the_piece_back(newsroom: Newsroom) -> None:
    with pytest.raises(ItemsRejected, match="honey: output `label` cannot be read"):
        newsroom.publish({"honey": {**card(), "label": (b"{}", "application/json")}})


def test_a_piece_of_an_older_recipe_is_published_without_a_label(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": {name: output for name, output in card().items() if name != "label"}})
    assert newsroom.item("honey").label is None
    assert b"podcast:txt" not in newsroom.read("feed.xml")


def test_an_articles_pictures_lie_where_its_page_looks_for_them(newsroom: Newsroom) -> None:
    newsroom.content_type, newsroom.recipe = "illustrated_article", "publish.article"
    newsroom.publish({"honey": article()})
    item = newsroom.item("honey")
    there = newsroom.published.sizes(item.folder)
    assert {"index.html", "standalone.html", "article.md", "pictures/01-480.jpg", "pictures/02-480.avif"} <= set(there)
    assert len(there) == len(item.files) == 9
    assert [file.path for file in newsroom.index().items[0].files] == [
        "index.html", "standalone.html", "article.md", "pictures/01-480.jpg", "pictures/02-480.jpg",
    ]  # fmt: skip


def test_cards_are_published_in_the_formats_that_were_made(newsroom: Newsroom) -> None:
    (line,) = newsroom.publish({"honey": {**card(), "card_story": (b"tall", "image/jpeg")}})
    assert [output.name for output in line.outputs] == ["card_square", "card_story", "thumbnail"]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"title": (b"\xff", "text/plain")}, "output `title` is not UTF-8"),
        ({"title": (b" \n", "text/plain")}, "output `title` is empty"),
        ({"script": (b"{", "application/json")}, "output `script` is not JSON"),
        ({"script": (b"[]", "application/json")}, "output `script` is not a JSON object"),
    ],
)
def test_a_piece_that_cannot_be_told_fails_alone(
    newsroom: Newsroom, told: dict[str, tuple[bytes, str]], message: str
) -> None:
    request = newsroom.request({"honey": card(), "wax": card("wax")}, {"honey": {**words(), **told}})
    request = request.model_copy(update={"execution": request.execution.model_copy(update={"max_failed_share": 0.5})})
    honey, wax = newsroom.run(request)
    assert honey.outcome is Outcome.FAILED
    assert message in honey.message
    assert wax.outcome is Outcome.MADE


def test_sound_that_cannot_be_opened_fails_its_piece(newsroom: Newsroom) -> None:
    newsroom.content_type, newsroom.recipe = "podcast", "publish.podcast"
    request = newsroom.request({"honey": {**episode(1.0), "audio_mp3": (b"noise", "audio/mpeg")}})
    with pytest.raises(Exception, match="output `audio_mp3` cannot be opened"):
        newsroom.run(request)


def test_an_item_that_cannot_be_read_is_written_anew(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    newsroom.store.put(f"{newsroom.published.root}2026/11/25/honey/item.json", b"{")
    (line,) = newsroom.publish({"honey": card()}, run_id="run-2")
    assert line.outcome is Outcome.MADE
    assert newsroom.item("honey").title == "Honey"


def test_damage_in_what_an_item_says_is_mended(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    before = newsroom.item("honey")
    said = newsroom.read("2026/11/25/honey/item.json").replace(b'"Honey"', b'"Money"')
    newsroom.store.put(f"{newsroom.published.root}2026/11/25/honey/item.json", said)
    (line,) = newsroom.publish({"honey": card()}, run_id="run-2")
    assert line.outcome is Outcome.MADE
    assert newsroom.item("honey").title == newsroom.index().items[0].title == "Honey"
    assert newsroom.item("honey").guid == before.guid


@pytest.mark.parametrize("path", ["2026/11/25/honey/item.json", "2026/11/25/index.json", "index.json"])
@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (rb'"guid":"....', b'"guid":"0000'),
        (rb'"published_at":"20', b'"published_at":"19'),
        (rb'"duration_s":[0-9.]+', b'"duration_s":77.5'),
    ],
)
def test_damage_to_what_lasts_is_mended_wherever_it_is(
    newsroom: Newsroom, path: str, said: bytes, instead: bytes
) -> None:
    newsroom.content_type, newsroom.recipe = "podcast", "publish.podcast"
    newsroom.publish({"honey": episode(1.0)})
    right = newsroom.item("honey")
    newsroom.store.put(f"{newsroom.published.root}{path}", re.sub(said, instead, newsroom.read(path), count=1))
    newsroom.publish({"honey": episode(1.0)}, run_id="run-2")
    item = newsroom.item("honey")
    assert (item.guid, item.published_at, item.duration_s) == (right.guid, right.published_at, right.duration_s)
    day = DayIndex.model_validate_json(newsroom.read("2026/11/25/index.json"))
    assert day.items == newsroom.index().items == (item.entry(),)


def test_a_lost_item_is_written_anew_with_its_first_moment(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    right = newsroom.item("honey")
    newsroom.store.put(f"{newsroom.published.root}2026/11/25/honey/item.json", b"{")
    newsroom.publish({"honey": card()}, run_id="run-2")
    assert newsroom.item("honey").published_at == right.published_at


def test_a_piece_keeps_its_guid_when_the_store_moves(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    guid, moved = newsroom.item("honey").guid, b"0f0e0d0c-0000-5000-8000-000000000000"
    for path in ("2026/11/25/honey/item.json", "2026/11/25/index.json", "index.json"):
        body = newsroom.read(path).replace(str(guid).encode(), moved)
        newsroom.store.put(f"{newsroom.published.root}{path}", body)
    newsroom.publish({"honey": card("better")}, run_id="run-2")
    assert str(newsroom.item("honey").guid) == moved.decode()
