from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.errors import BadRequest
from include.contract.source_rows import SourceRows
from operators.sources.feed import MAX_UNDATED, TOPIC_CHARACTERS, plain_text, read_feed
from operators.sources.screening import MAX_TEXT_CHARACTERS

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


def read(text: str) -> SourceRows:
    found = read_feed(text.encode(), "https://example.org/feed", SINCE, UNTIL)
    return SourceRows(tuple(item.row for item in found.dated), found.mistakes)


def test_what_lies_between_two_moments_becomes_briefs_with_plain_topics() -> None:
    found = read(RSS)
    assert [row.fields["topic"] for row in found.rows] == ["Tea & milk", "Rain"]
    (undated,) = found.mistakes
    assert undated.where == "https://example.org/feed, item 5 (`Undated`)"
    assert undated.message == (
        "has no date, so no run makes it; only the feed's owner can fix that, and you need do nothing"
    )


@pytest.mark.parametrize("feed", [ATOM, RDF])
def test_every_kind_of_feed_is_read(feed: str) -> None:
    assert [row.fields["topic"] for row in read(feed).rows] == ["Tea"]


def test_an_item_keeps_its_id_whatever_becomes_of_its_title() -> None:
    assert read(RSS).rows[-1].fields["id"] == read(RSS.replace("Rain", "Snow")).rows[-1].fields["id"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (LAUGHS, "declares entities that refer to others"),
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "declares entities"),
        (
            "<html><body>Not found</body></html>",
            "https://example.org/feed: is `html`, not a feed; allowed: the address",
        ),
    ],
)
def test_what_is_no_feed_or_would_do_harm_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(text)
    assert says in str(caught.value)


def item(inner: str, published: str = "Tue, 24 Nov 2026 12:00:00 GMT") -> str:
    return f"<item>{inner}<pubDate>{published}</pubDate></item>"


def topics(*items: str) -> list[str]:
    body = f'<rss xmlns:media="http://search.yahoo.com/mrss/"><channel>{"".join(items)}</channel></rss>'
    return [row.fields["topic"] for row in read(body).rows]


def test_the_title_of_an_items_picture_is_not_its_own() -> None:
    assert topics(item("<media:title>Photo</media:title><title>Tea</title><media:title>Photo</media:title>")) == ["Tea"]


def test_an_item_without_a_title_is_named_by_its_text_and_one_without_either_is_told() -> None:
    assert topics(item("<description>Good &lt;i&gt;morning&lt;/i&gt;</description>")) == ["Good morning"]
    (mistake,) = read(f"<rss>{item('')}{item('', 'Tue, 24 Nov 2020 12:00:00 GMT')}</rss>").mistakes
    assert (mistake.where, mistake.message[:13]) == ("https://example.org/feed, item 1", "has neither a")


def test_a_title_of_xhtml_is_plain_text_without_its_scripts() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">Tea <b>now</b><script>alert(1)</script></div>'
    feed = ATOM.replace("<entry><title>Tea", f'<entry><title type="xhtml">{div}')
    assert [row.fields["topic"] for row in read(feed).rows] == ["Tea now"]


@pytest.mark.parametrize("text", ["Tea " * 200, "茶" * 400])
def test_a_long_title_is_cut_in_any_script(text: str) -> None:
    (topic,) = topics(item(f"<title>{text}</title>"))
    assert topic.endswith(" …")
    assert TOPIC_CHARACTERS // 2 < len(topic) <= TOPIC_CHARACTERS


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("H<sub>2</sub>O and un<i>believ</i>able", "H₂O and unbelievable"),
        ("one<br>two<p>three</p>", "one two three"),
        ("Using List<String> in Java", "Using List<String> in Java"),
        ("Salt & Pepper", "Salt & Pepper"),
    ],
)
def test_a_title_is_what_a_browser_shows(title: str, topic: str) -> None:
    assert plain_text(title) == topic
    assert topics(item(f"<title><![CDATA[{title}]]></title>")) == [topic]


@pytest.mark.parametrize(
    ("identity", "readable"),
    [
        ("<guid isPermaLink='false'>tag:example.org,2026:Honey bees</guid><link>http://a/1</link>", "honey-bees"),
        ("<guid>https://example.org/2026/11/tea-at-dawn/</guid>", "tea-at-dawn"),
        ("<link>https://example.org/?p=4711</link>", "p-4711"),
        ("<guid>7</guid>", "brief-7902699b"),
    ],
)
def test_an_item_stays_the_same_brief_whatever_becomes_of_its_title(identity: str, readable: str) -> None:
    def named(title: str) -> str:
        (row,) = read(f"<rss>{item(f'<title>{title}</title>{identity}')}</rss>").rows
        return str(row.fields["id"])

    assert named("Tea") == named("Tea: corrected") != named("Tea").replace(readable, "other")
    assert named("Tea").rpartition("-")[0] == readable


def test_what_belongs_to_no_run_keeps_its_digest_and_what_belongs_to_this_one_has_none() -> None:
    def lasting(*items: str) -> list[str]:
        return [mistake.lasting for mistake in read(f"<rss>{''.join(items)}</rss>").mistakes]

    (pinned,) = lasting("<item><title>Tea</title><guid>1</guid></item>")
    assert lasting(item("<title>Rain</title>"), "<item><title>Tea: corrected</title><guid>1</guid></item>") == [pinned]
    (other_item,) = lasting("<item><title>Tea</title><guid>2</guid></item>")
    (other_date,) = lasting(item("<guid>1</guid>", "soon"))
    assert len({pinned, other_item, other_date}) == 3
    assert lasting(item("<guid>1</guid>")) == [""]


def test_of_items_from_before_the_runs_own_time_no_mistake_is_told() -> None:
    early = "Mon, 23 Nov 2026 10:00:00 GMT"
    feed = f"<rss>{item('', early)}{item('<title>Fog</title>', early)}{item('<title>Tea</title>')}</rss>".encode()
    found = read_feed(feed, "f", SINCE, UNTIL, earliest=SINCE - timedelta(days=1))
    assert [each.row.fields["topic"] for each in found.dated] == ["Fog", "Tea"]
    assert found.mistakes == ()


def test_a_feed_without_any_dates_is_told_in_short() -> None:
    mistakes = read(f"<rss>{'<item/>' * (MAX_UNDATED + 7)}</rss>").mistakes
    assert len(mistakes) == MAX_UNDATED + 1
    assert mistakes[-1].where == "https://example.org/feed"
    assert mistakes[-1].message.startswith("has further items whose dates are missing")


def test_two_items_without_an_identity_are_two_briefs() -> None:
    found = read(f"<rss>{item('<title>Tea</title>')}{item('<title>Rain</title>')}</rss>")
    assert len({row.fields["id"] for row in found.rows}) == 2


def test_dates_of_every_zone_lie_where_they_belong() -> None:
    dates = ("Wed, 25 Nov 2026 00:30:00 -05:00", "Wed, 25 Nov 2026 07:30:00 GMT+0200", "Tue, 24 Nov 2026 11:30 PM CST")
    assert topics(*(item("<title>Tea</title><guid>1</guid>", date) for date in dates[:1])) == ["Tea"]
    assert [len(topics(item("<title>Tea</title>", date))) for date in dates] == [1, 1, 1]
    assert topics(item("<title>Tea</title>", "Wed, 25 Nov 2026 05:30:00 -05:00")) == []


def test_the_language_of_a_feed_tells_its_months() -> None:
    assert topics("<language>pl</language>", item("<title>Herbata</title>", "wt., 24 lis 2026 12:00")) == ["Herbata"]


def test_an_item_that_stands_twice_is_made_once() -> None:
    assert topics(item("<title>Tea</title><guid>1</guid>"), item("<title>Tea</title><guid>1</guid>")) == ["Tea"]


@pytest.mark.parametrize(
    "published",
    ["Tue, 99 Nov 2026 12:00:00 GMT", "soon", "Mon, 1 Jan 99999 00:00:00 GMT", "1 Jan 2026 00:00 +99999999"],
)
def test_a_date_that_is_none_is_told(published: str) -> None:
    (mistake,) = read(f"<rss>{item('<title>Tea</title>', published)}</rss>").mistakes
    assert mistake.message.startswith(f"has the date '{published}', of which not every part can be understood, so no")


@pytest.mark.parametrize("title", ["a <![ b", "a <!b", "<a <b", "a &#xD800; &#0; <", "<!--", "<?php", "</", "]]>"])
def test_a_title_that_is_no_markup_ends_neither_its_feed_nor_its_item(title: str) -> None:
    assert topics(item(f"<title>{escape(title)}</title><description>Tea</description>"), item("<title>Rain</title>"))[
        -1:
    ] == ["Rain"]


def test_a_title_is_cut_before_anybody_reads_it() -> None:
    blank = " " * MAX_TEXT_CHARACTERS
    assert topics(item(f"<title>{blank}Tea</title><description>Rain</description>")) == ["Rain"]


@given(
    st.text("TueNov0123456789 :,+-ZGM9")
    | st.from_regex(r"[0-9]{4,20}-[0-9]+-[0-9]+T[0-9]{2}:[0-9]{2}[+-][0-9]+", fullmatch=True)
)
@example("Tue, 24 Nov 9999999026 12:00:00 GMT")
@example("Tue, 24 Nov 2026 99999999999999999999:00:00 GMT")
@example("Tue, 24 Nov 2026 12:00:00 +99999999999999999999")
@example("0001-01-01T00:00+23:59")
@example("24 Nov 2026 ٣٣:00")
def test_whatever_a_date_is_the_other_items_are_made(published: str) -> None:
    assert "Tea" in topics(item("<title>Rain</title>", escape(published)), item("<title>Tea</title>"))


@given(st.binary() | st.text("<>/![]&;rssitemguidtle=' ").map(lambda text: f"<rss><item>{text}</item></rss>".encode()))
@example(b"<?xml version='1.0' encoding='undefined'?><rss/>")
@example(b"<?xml version='1.0' encoding='utf-16'?><rss/>")
@example(b"<rss xmlns='\xed\xa0\x80'/>")
@example(b"\xff\xfe<\x00r\x00\xd8\x00")
@example(b"<rss><item><guid>http://[</guid><link>//[a</link></item></rss>")
@example(b"<rss><item><title type='application/octet-stream'>!!</title></item></rss>")
def test_whatever_a_feed_is_only_typed_errors_come_of_it(body: bytes) -> None:
    try:
        read_feed(body, "https://example.org/feed", SINCE, UNTIL)
    except BadRequest as error:
        str(error).encode()
