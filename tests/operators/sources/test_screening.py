"""What is left of a feed before anybody interprets it: its items alone, well-formed, whatever others wrote."""

from __future__ import annotations

from contextlib import suppress
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.errors import BadRequest
from operators.sources.screening import (
    MAX_FIELDS,
    MAX_ITEMS,
    MAX_OWN_ENTITIES,
    MAX_TAGS,
    MAX_TEXT_CHARACTERS,
    screened,
)

DC = "{http://purl.org/dc/elements/1.1/}"


def items(feed: str) -> list[dict[str, str]]:
    """Each item's elements by name, with their text."""
    found = [
        each for each in ElementTree.fromstring(screened(feed, "feed")).iter() if _local(each) in ("item", "entry")
    ]
    return [{_local(each): each.text or "" for each in item} for item in found]


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def titles(inner: str) -> list[str]:
    return [item["title"] for item in items(f"<rss><channel><item><title>{inner}</title></item></channel></rss>")]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Salt & Pepper", "Salt & Pepper"),
        ("AT&amp;T &lt;b&gt; &#233;&#xe9; &apos;", "AT&T <b> éé '"),
        ("Bees&nbsp;at&rsquo;&eacute;", "Bees\N{NO-BREAK SPACE}at’é"),
        ("a?b=1&copy=2&nosuch; &; &#; &#99999999;", "a?b=1&copy=2&nosuch; &; &#; &#99999999;"),
        ("&#146;&#0;&#8;&#xD800;", "’\ufffd\ufffd"),
        ("a\x08b\x0bc\x00d", "abcd"),
        ("a < b <3 << c", "a < b <3 << c"),
        ("<![CDATA[<b>x</b> &amp; y]]> &amp; z", "<b>x</b> &amp; y & z"),
        ("Tea<!-- not <b> this --> now<?php echo ?>", "Tea now"),
        ("a &lt; <b>b</b><br/>c", "a &lt; <b>b</b><br>c"),
        ("<![CDATA[no end", "no end</title></item></channel></rss>"),
    ],
)
def test_text_is_what_its_writer_meant(written: str, text: str) -> None:
    assert titles(written) == [text]


@pytest.mark.parametrize(
    "feed",
    [
        "\n\n<?xml version='1.0'?><rss><item><title>Ok</title></item></rss>",
        "\ufeff\n<rss><item><title>Ok</title></item></rss>",
        "<b>Warning</b>: mysql <br />\n<rss><item><title>Ok</title></item></rss>",
        "<rss><item><title>Ok</title></item></rss>\n<script>1</script><!-- cached -->",
        "<rss><item><title>Ok</title><media:thumbnail url='x'/></item></rss>",
        "<rss><item><title>Ok</title><enclosure url='https://x.example/a?b=1&c=2'/></item></rss>",
        "<rss><item><title>Ok</title><description><p>a<br>b</description></item></rss>",
        "<rss><item><title>Ok<description>x</description><guid>1</guid></item></rss>",
        "<rss><item><title>Ok</title><guid>1</item></rss>",
        "<rss><item><title>Ok</title>",
        "<RSS><Channel><Item><Title>Ok</Title></Item></Channel></RSS>",
        "<!DOCTYPE rss PUBLIC '-//Netscape//DTD' 'http://example.org/rss.dtd'><rss><item><title>Ok</title></item></rss>",
        "<!DOCTYPE rss [<!ELEMENT a ANY><!ATTLIST a b CDATA 'c'>]><rss><item><title>Ok</title></item></rss>",
        "<!DOCTYPE rss [<!ENTITY ok 'O&#107;'>\n<!ENTITY b 'c'>]><rss><item><title>&ok;</title></item></rss>",
        "<a:feed xmlns:a='urn:a'><a:entry><a:title>Ok</a:title></a:entry></a:feed>",
    ],
)
def test_a_feed_that_is_not_quite_one_is_read(feed: str) -> None:
    assert [item["title"] for item in items(feed)] == ["Ok"]


def test_what_speaks_of_something_else_is_passed_over() -> None:
    inner = (
        "<media:group><media:title>Photo</media:title><title>Photo</title></media:group>"
        "<source><title>Other feed</title><id>urn:other</id><updated>2020</updated></source>"
        "<title xmlns='http://search.yahoo.com/mrss/'>Photo</title>"
        "<title>Tea</title><dc:title>Photo</dc:title><dc:date>2026</dc:date>"
    )
    head = "<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><title>News</title><image><title>Logo</title></image>"
    assert items(f"{head}<item>{inner}</item></channel></rss>") == [{"title": "Tea", "date": "2026"}]


def test_an_item_begins_where_the_one_before_has_no_end() -> None:
    feed = "<rss><item><title>A</title><x><item><title>B</title></item></x><guid>1</guid></item><item/></rss>"
    assert items(feed) == [{"title": "A"}, {"title": "B"}, {}]


def test_a_long_text_is_cut() -> None:
    assert titles("é&#65;" * MAX_TEXT_CHARACTERS) == ["éA" * (MAX_TEXT_CHARACTERS // 2)]


def test_of_an_item_only_so_many_elements_are_read() -> None:
    document = ElementTree.fromstring(screened(f"<rss><item>{'<title>x</title>' * 1000}</item></rss>", "feed"))
    assert len(list(document.iter("title"))) == MAX_FIELDS


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        ("<html><body>Not found</body></html>", "feed: is `html`, not a feed; allowed: the address of an RSS or Atom"),
        ("Not found", "feed: has no elements at all, not a feed"),
        ("", "feed: has no elements at all"),
        ("<rss>" + "<item/>" * (MAX_ITEMS + 1), f"has more than {MAX_ITEMS} items"),
        ("<rss>" + "<a></a>" * (MAX_TAGS // 2), f"has more than {MAX_TAGS} tags"),
        ("<!DOCTYPE a [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'>]><rss/>", "declares entities that refer to others"),
        (
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss>&x;</rss>",
            "`<!ENTITY x SYSTEM 'file:///etc/pass",
        ),
        ("<!DOCTYPE a [<!ENTITY % x PUBLIC '-' 'http://example.org/'>%x;]><rss/>", "or to an address"),
        (f"<!DOCTYPE a [<!ENTITY a '{'b' * 101}'>]><rss/>", "or are long"),
        (
            f"<!DOCTYPE a [<!ENTITY a 'b'>]><rss><item><title>{'&a;' * (MAX_OWN_ENTITIES + 1)}",
            f"refers to entities of its own more than {MAX_OWN_ENTITIES} times",
        ),
    ],
)
def test_what_is_no_feed_or_could_grow_is_refused(feed: str, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        screened(feed, "feed")
    assert says in str(caught.value)


PARTS = (
    *("<", "<a ", "<a '", "<a \"'", "<a b='c' ", "<a>", "</", "</a>", "<!", "<!--", "<?", "<![CDATA[", "<![CDATA[]]>"),
    *("&", "&a", "&#", "&amp;", "< ", "a=", "'", '"', "]]>", "<!ENTITY ", "<item>", "<title>", "<b><i>", "\x00", " "),
)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("before", ["", "<rss><item><title>"])
def test_a_long_text_is_read_in_one_go(before: str, part: str) -> None:
    """Were all that is left read again for every part, this would take hours."""
    check_well_formed(before + part * (2**20 // len(part)))


@given(
    st.text()
    | st.lists(st.sampled_from((*PARTS, "x", "</title>", "</item>", "guid", "xmlns:a='", "<a:title>", "/>"))).map(
        "".join
    )
)
@example('<title>a</title><guid isPermaLink="\'">')
@example("<language>x</language><title>\N{LATIN SMALL LETTER DOTLESS I}")
def test_whatever_a_feed_holds_the_document_is_well_formed(inner: str) -> None:
    for head in ("<rss><item>", "<feed xmlns='http://www.w3.org/2005/Atom'><entry>", "<rdf:RDF><item rdf:about='x'>"):
        check_well_formed(head + inner)


def check_well_formed(feed: str) -> None:
    """Fails unless what is left of `feed` can be parsed, or it is refused."""
    with suppress(BadRequest):
        ElementTree.fromstring(screened(feed, "feed").encode())
