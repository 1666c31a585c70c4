from __future__ import annotations

from datetime import UTC, datetime

import pytest

from include.contract.errors import BadRequest
from operators.sources import Found
from operators.sources.feed import plain_text, read_feed

SINCE, UNTIL = datetime(2026, 11, 24, 6, tzinfo=UTC), datetime(2026, 11, 25, 6, tzinfo=UTC)
RSS = """<rss version="2.0"><channel><title>News</title>
<item><title>Old</title><guid>0</guid><pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate></item>
<item><title>&lt;b&gt;Tea&lt;/b&gt; &amp;amp; milk</title><guid>1</guid>
  <pubDate>Tue, 24 Nov 2026 07:00:00 +0100</pubDate></item>
<item><title><![CDATA[<script>alert(1)</script>Rain]]></title><guid>2</guid>
  <pubDate>Wed, 25 Nov 2026 05:59:59 GMT</pubDate></item>
<item><title>Next time</title><guid>3</guid><pubDate>Wed, 25 Nov 2026 06:00:00 GMT</pubDate></item>
<item><title>Undated</title><guid>4</guid></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><title>Tea</title><id>urn:1</id><published>2026-11-24T12:00:00Z</published></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><item><title>Tea</title><link>http://example.org/1</link>
<dc:date>2026-11-24T12:00:00Z</dc:date></item></rdf:RDF>"""
LAUGHS = """<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>
<rss><channel><title>&c;</title></channel></rss>"""


def read(text: str, limit: int = 20) -> Found:
    return read_feed(text.encode(), "https://example.org/feed", SINCE, UNTIL, limit)


def test_what_lies_between_two_moments_becomes_briefs_with_plain_topics() -> None:
    found = read(RSS)
    assert [row.fields["topic"] for row in found.rows] == ["Tea & milk", "Rain"]
    assert [row.fields["id"].rpartition("-")[0] for row in found.rows] == ["tea-milk", "rain"]
    (undated,) = found.mistakes
    assert undated.where == "https://example.org/feed, item 5"
    assert undated.message.startswith("has no date")


@pytest.mark.parametrize("feed", [ATOM, RDF])
def test_every_kind_of_feed_is_read(feed: str) -> None:
    assert [row.fields["topic"] for row in read(feed).rows] == ["Tea"]


def test_an_item_keeps_its_id_and_only_the_newest_are_made() -> None:
    assert read(RSS).rows[-1].fields["id"] == read(RSS, limit=1).rows[0].fields["id"]
    assert [row.fields["topic"] for row in read(RSS, limit=1).rows] == ["Rain"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (LAUGHS, "declares entities (EntitiesForbidden), which no feed needs"),
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "declares entities"),
        ("<html><body>Not found</body></html>", "is `html`, not a feed; allowed: RSS or Atom"),
        ("Not found", "is not XML"),
        ("", "is not XML"),
    ],
)
def test_what_is_no_feed_or_would_do_harm_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("markup", "text"),
    [("<p>One</p><p>two</p>", "One two"), ("a < b & c", "a < b & c"), ("<style>p{}</style>x<script>y", "x")],
)
def test_markup_becomes_the_text_that_a_browser_shows(markup: str, text: str) -> None:
    assert plain_text(markup) == text
