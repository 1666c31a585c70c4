"""A feed's items: what they say of themselves, in every dialect, whatever the size of the feed."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract.errors import BadRequest
from operators.sources.items import FeedItem, feed_of

ATOM = "http://www.w3.org/2005/Atom"


def items(feed: str) -> tuple[FeedItem, ...]:
    return feed_of(feed.encode(), "feed").items


def rss(inner: str) -> FeedItem:
    (item,) = items(f"<rss version='2.0'><channel><item>{inner}</item></channel></rss>")
    return item


def atom(inner: str) -> FeedItem:
    (item,) = items(f"<feed xmlns='{ATOM}'><entry>{inner}</entry></feed>")
    return item


@pytest.mark.parametrize(
    ("title", "markup"),
    [
        ('<title type="text">The &lt;video&gt; element, AT&amp;T</title>', "The &lt;video&gt; element, AT&amp;T"),
        ("<title>List&lt;String&gt; &amp;amp;</title>", "List&lt;String&gt; &amp;amp;"),
        ("<title><![CDATA[a <b>b</b>]]></title>", "a &lt;b&gt;b&lt;/b&gt;"),
        ('<title type="html">&lt;em&gt;Blue&lt;/em&gt; &amp;amp;</title>', "<em>Blue</em> &amp;"),
        ('<title type="xhtml"><div xmlns="urn:x">a: <em>&lt;</em></div></title>', "<div>a: <em>&lt;</em></div>"),
    ],
)
def test_a_title_of_atom_is_what_its_type_says(title: str, markup: str) -> None:
    assert atom(title).titles == (markup,)


def test_a_title_of_an_old_atom_may_be_base64() -> None:
    title = '<title type="text/html" mode="base64">VGVhIDxiPm5vdzwvYj4=</title>'
    (item,) = items(f"<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry>{title}</entry></feed>")
    assert item.titles == ("Tea <b>now</b>",)


@pytest.mark.parametrize(
    ("title", "markup"),
    [
        ("Salt &amp;amp; &lt;i&gt;pepper&lt;/i&gt;", "Salt &amp; <i>pepper</i>"),
        ("<![CDATA[H<sub>2</sub>O]]>", "H<sub>2</sub>O"),
        ("List&lt;String&gt;", "List<String>"),
    ],
)
def test_a_title_of_rss_may_be_html(title: str, markup: str) -> None:
    assert rss(f"<title>{title}</title>").titles == (markup,)


def test_an_item_without_a_title_is_known_by_its_texts() -> None:
    item = rss("<title/><description>a</description><content:encoded>&lt;p&gt;b</content:encoded>")
    assert item.titles == ("a", "<p>b")
    assert atom("<content type='html'>c</content>").titles[0] == "c"
    assert rss("<content:encoded>b</content:encoded>").titles[0] == "b"


@pytest.mark.parametrize(
    ("inner", "dates"),
    [
        ("<pubDate>a</pubDate><dc:date>b</dc:date>", ("a", "b")),
        ("<dcterms:created>c</dcterms:created>", ("c",)),
        ("<atom:updated>b</atom:updated>", ("b",)),
        ("<pubDate> </pubDate>", ()),
        ("<pubDate><![CDATA[ a ]]></pubDate>", ("a",)),
        ("<source><pubDate>z</pubDate></source>", ()),
    ],
)
def test_dates_are_handed_on_as_they_are_written(inner: str, dates: tuple[str, ...]) -> None:
    assert rss(inner).dates == dates


def test_an_entry_of_atom_was_published_when_it_says_so() -> None:
    assert atom("<updated>b</updated><published>a</published>").dates == ("a", "b")
    (old,) = items("<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><issued>a</issued></entry></feed>")
    assert old.dates == ("a",)


@pytest.mark.parametrize(
    ("inner", "identity"),
    [
        ("<guid isPermaLink='false'>g</guid><link>http://a/1</link>", "g"),
        ("<guid>http://a/g</guid><link>http://a/1</link>", "http://a/g"),
        ("<link>http://a/1?b=1&amp;c=2</link>", "http://a/1?b=1&c=2"),
        ("<link>http://a/1</link><guid></guid>", "http://a/1"),
        ("<title>Tea</title>", ""),
    ],
)
def test_an_item_of_rss_is_its_guid_or_else_its_link(inner: str, identity: str) -> None:
    assert rss(inner).identity == identity


def test_an_entry_of_atom_and_an_item_of_rss_1_have_an_identity_too() -> None:
    links = "<link rel='self' href='http://a/self'/><link rel='alternate' href='http://a/1'/>"
    assert atom(f"<id>urn:1</id>{links}").identity == "urn:1"
    assert atom(links).identity == "http://a/1"
    spaces = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"
    (item,) = items(f"<rdf:RDF {spaces}><item rdf:about='http://a/1'><link>http://a/2</link></item></rdf:RDF>")
    assert item.identity == "http://a/1"


def test_a_feed_says_its_language() -> None:
    assert feed_of(b"<rss><channel><language>pl-PL</language><item/></channel></rss>", "feed").language == "pl-PL"
    assert feed_of(f"<feed xmlns='{ATOM}' xml:lang='cs'><entry/></feed>".encode(), "feed").language == "cs"
    assert feed_of(b"<rss><channel><item/></channel></rss>", "feed").language == ""


def test_items_are_numbered_in_their_own_order() -> None:
    assert [item.number for item in items("<rss><item/><item/><item/></rss>")] == [1, 2, 3]


def test_a_body_that_names_a_file_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text("<rss><item/></rss>")
    with pytest.raises(BadRequest, match="has no elements"):
        feed_of(str(secret).encode(), "feed")


@pytest.mark.parametrize(
    "body",
    [
        "<rss>" + "<item/>" * 2_000 + "<a></a>" * 15_000 + f"<title>{'é' * 2**17}</title></rss>",
        "<rss>" + f"<item><title>{'Tea ' * 70}</title><guid>1</guid><pubDate>x</pubDate></item>" * 1_200,
        "<rss><item>" + "<title>x</title>" * 12_000 + "&#65;" * 40_000 + "</item></rss>",
        "<rss " + "".join(f" a{number:x}=''" for number in range(40_000)) + "><item/></rss>",
        "<rss><item><author>a@" + "a." * 200_000 + "</author></item></rss>",
    ],
    ids=["elements", "items", "references", "attributes", "author"],
)
def test_a_feed_is_read_in_memory_in_proportion_to_its_size(body: str) -> None:
    feed_of(b"<rss><item><title>a</title></item></rss>", "feed")
    tracemalloc.start()
    feed_of(body.encode(), "feed")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 25 * len(body.encode())


@given(st.text("<>/![]&;abtitleguidpubDate='\" x", max_size=60))
def test_the_tolerant_parser_of_the_library_is_never_needed(inner: str) -> None:
    """It raises for some inputs, and takes quadratic time for others."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(feedparser.api, "LooseFeedParser", None)
        rss(f"<title>{inner}")
