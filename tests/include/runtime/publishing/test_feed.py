"""The feed: RSS 2.0 and the podcast namespaces, as a strict reader and as a client understand them."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import feedparser
import pytest

from include.contract.digital_source import DigitalSource
from include.runtime.publishing.feed import ATOM, ITUNES, PODCAST, feed_guid
from tests.include.runtime.publishing.newsroom import PUBLIC_URL, Newsroom, article, card, episode, labelled, words

NAMESPACES = {"atom": ATOM, "itunes": ITUNES, "podcast": PODCAST}
CHANNEL_ELEMENTS = {
    "title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate",
    "category", "generator", "docs", "cloud", "ttl", "image", "textInput", "skipHours", "skipDays", "item",
}  # fmt: skip
ITEM_ELEMENTS = {
    "title", "link", "description", "author", "category", "comments", "enclosure", "guid", "pubDate", "source",
}  # fmt: skip


@pytest.fixture
def podcast(newsroom: Newsroom) -> Newsroom:
    """A newsroom that makes a podcast."""
    newsroom.content_type, newsroom.recipe = "podcast", "publish.podcast"
    return newsroom


def checked(body: bytes) -> ET.Element:
    """The channel of a feed that keeps the rules of RSS 2.0 and of the namespaces."""
    rss = ET.fromstring(body)
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    (channel,) = rss
    assert {element.tag for element in channel if "{" not in element.tag} <= CHANNEL_ELEMENTS
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    (own,) = channel.findall("atom:link", NAMESPACES)
    assert (own.get("rel"), own.get("type")) == ("self", "application/rss+xml")
    items = channel.findall("item")
    guids = [item.findtext("guid") for item in items]
    assert len(set(guids)) == len(guids)
    for item in items:
        _check_item(item)
    for url in _addresses(channel):
        assert urlsplit(url).scheme in ("http", "https"), url
    return channel


def _check_item(item: ET.Element) -> None:
    assert {element.tag for element in item if "{" not in element.tag} <= ITEM_ELEMENTS
    assert item.findtext("title") or item.findtext("description")
    assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is not None
    guid = item.find("guid")
    assert guid is not None
    assert guid.get("isPermaLink") == "false"
    for enclosure in item.findall("enclosure"):
        assert set(enclosure.attrib) == {"url", "length", "type"}
        assert int(enclosure.get("length", "")) > 0


def _addresses(channel: ET.Element) -> list[str]:
    found = [element.text or "" for element in channel.iter("link")]
    return found + [
        element.attrib[name] for element in channel.iter() for name in ("url", "href", "uri") if name in element.attrib
    ]


def test_a_subcategory_stands_inside_its_category(podcast: Newsroom) -> None:
    podcast.publish({"honey": episode(3.0)}, {"honey": words("Honey")}, settings={"category": "Business:Marketing"})
    (category,) = checked(podcast.read("feed.xml")).findall("itunes:category", NAMESPACES)
    (inner,) = category
    assert (category.get("text"), inner.tag, inner.attrib) == ("Business", category.tag, {"text": "Marketing"})


def test_a_feed_says_of_which_pieces_a_trained_model_made_something(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": {**card(), **labelled(DigitalSource.TRAINED)}, "wax": {**card(), **labelled()}})
    channel = checked(newsroom.read("feed.xml"))
    (whole,) = channel.findall("podcast:txt", NAMESPACES)
    assert (whole.attrib, whole.text) == ({"purpose": "ai-content"}, "true")
    told = {item.findtext("title"): item.findtext("podcast:txt", None, NAMESPACES) for item in channel.findall("item")}
    assert told == {"Honey": "true", "Wax": "false"}


def test_a_podcast_keeps_the_rules_of_rss_and_of_its_namespaces(podcast: Newsroom) -> None:
    settings = {"author": "The Hive", "owner_email": "hive@example.org", "category": "Science", "is_explicit": False}
    podcast.publish({"honey": episode(3.0)}, {"honey": words("Honey", description="One.\n\nTwo.")}, settings=settings)
    channel = checked(podcast.read("feed.xml"))
    assert channel.findtext("itunes:author", None, NAMESPACES) == "The Hive"
    assert channel.findtext("itunes:explicit", None, NAMESPACES) == "false"
    assert channel.findtext("itunes:owner/itunes:email", None, NAMESPACES) == "hive@example.org"
    assert channel.find("itunes:category", NAMESPACES).attrib == {"text": "Science"}  # type: ignore[union-attr]
    assert channel.find("itunes:image", NAMESPACES) is not None
    locked = channel.find("podcast:locked", NAMESPACES)
    assert locked is not None
    assert (locked.text, locked.get("owner")) == ("yes", "hive@example.org")
    assert UUID(channel.findtext("podcast:guid", "", NAMESPACES)).version == 5

    (item,) = channel.findall("item")
    folder = f"{PUBLIC_URL}podcast/{podcast.item('honey').folder}"
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.get("url") == f"{folder}audio.mp3"
    assert enclosure.get("type") == "audio/mpeg"
    assert int(enclosure.get("length", "0")) == len(podcast.read(f"{podcast.item('honey').folder}audio.mp3"))
    assert item.findtext("itunes:duration", None, NAMESPACES) == "3"
    transcripts = item.findall("podcast:transcript", NAMESPACES)
    assert [(each.get("url"), each.get("type"), each.get("language")) for each in transcripts] == [
        (f"{folder}transcript.vtt", "text/vtt", "en"),
        (f"{folder}transcript.html", "text/html", "en"),
    ]
    chapters = item.find("podcast:chapters", NAMESPACES)
    assert chapters is not None
    assert chapters.attrib == {"url": f"{folder}chapters.json", "type": "application/json+chapters"}
    assert item.findtext("description") == "<p>One.</p><p>Two.</p>"


def test_a_podcast_client_plays_it(podcast: Newsroom) -> None:
    podcast.publish({"honey": episode(), "wax": episode(2.0)})
    read = feedparser.parse(podcast.read("feed.xml"))
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "rss20"
    assert (read.feed.title, read.feed.language) == ("Honey and more", "en")
    assert {entry.title for entry in read.entries} == {"Honey", "Wax"}
    assert all(entry.enclosures[0].type == "audio/mpeg" for entry in read.entries)
    assert read.feed.image.href.endswith("/cover.jpg")


def test_the_guid_of_a_feed_is_that_of_the_podcast_index() -> None:
    # The example of the Podcast Index's own documentation.
    assert str(feed_guid("https://mp3s.nashownotes.com/pc20rss.xml")) == "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert feed_guid("https://podnews.net/rss/") == feed_guid("http://podnews.net/rss")


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "]]> & <b>",
        "nul\x00 bell\x07 \ufffe end",
        "&amp; &#0;",
        "蜂蜜 🍯 e\u0301",
        "\"'<!--",
    ],
)
def test_words_of_any_kind_stay_words(podcast: Newsroom, title: str) -> None:
    podcast.publish({"honey": episode(0.5)}, {"honey": words(title, description=title)})
    body = podcast.read("feed.xml")
    checked(body)
    read = feedparser.parse(body)
    assert not read.bozo
    assert "<script" not in read.entries[0].description
    (item,) = ET.fromstring(body).iter("item")
    assert re.sub(r"[\x00-\x1f\ufffe]", "", title)[:8] in (item.findtext("title") or "").replace("é", "e\u0301")
    page = podcast.read("index.html").decode()
    assert "<script" not in page


def test_an_article_is_linked_and_a_card_enclosed(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    (item,) = checked(newsroom.read("feed.xml")).findall("item")
    assert item.find("enclosure").get("type") == "image/jpeg"  # type: ignore[union-attr]
    newsroom.content_type, newsroom.recipe = "illustrated_article", "publish.article"
    newsroom.publish({"honey": article()})
    (item,) = checked(newsroom.read("feed.xml")).findall("item")
    assert (item.findtext("link") or "").endswith("/index.html")
    assert item.find("enclosure") is None
