"""A feed's items: which elements are an item's own, and what is refused because it could grow."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping

import pytest

from include.contract.errors import BadRequest
from operators.sources.items import MAX_DEPTH, MAX_ELEMENTS, MAX_ITEMS, MAX_TEXT_CHARACTERS, read_items
from operators.sources.opening import MAX_FEED_BYTES

ATTRIBUTES = "".join(f' a{number:x}=""' for number in range(550_000))


def items(body: str) -> list[tuple[int, Mapping[str, str]]]:
    found: list[tuple[int, Mapping[str, str]]] = []
    read_items(body.encode(), "feed", lambda number, texts: found.append((number, texts)))
    return found


def test_items_are_counted_as_they_begin_and_told_as_they_end() -> None:
    body = "<rss><item><title>A</title><x><item><title>B</title></item></x><guid>1</guid></item><item/></rss>"
    assert items(body) == [(2, {"title": "B"}), (1, {"title": "A", "guid": "1"}), (3, {})]


def test_of_two_elements_of_one_name_the_first_counts() -> None:
    assert items("<rss><item><title>A</title><title>B</title></item></rss>") == [(1, {"title": "A"})]


def test_a_link_is_its_text_or_where_it_leads() -> None:
    for link in ('<link href="http://a/"/>', '<link href="http://a/">\n</link>', "<link>http://a/</link>"):
        assert items(f"<rss><item>{link}</item></rss>") == [(1, {"link": "http://a/"})]


def test_an_items_text_is_that_of_the_elements_within_too_without_scripts() -> None:
    body = "<rss><item><title>A <b>b</b><script>c<b>d</b></script> e</title></item></rss>"
    assert items(body) == [(1, {"title": "A b e"})]


def test_a_long_text_is_cut() -> None:
    ((_, texts),) = items(f"<rss><item><title>{'é&#65;' * MAX_TEXT_CHARACTERS}</title></item></rss>")
    assert texts["title"] == "éA" * (MAX_TEXT_CHARACTERS // 2)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<rss>" + "<item>" * (MAX_DEPTH + 1), f"is nested too deep; allowed: {MAX_DEPTH} elements"),
        ("<rss>" + "<a/>" * MAX_ELEMENTS, f"has more than {MAX_ELEMENTS} elements"),
        ("<rss>" + "<item/>" * (MAX_ITEMS + 1), f"has more than {MAX_ITEMS} items"),
        ('<!DOCTYPE rss [<!ATTLIST a b CDATA "c">]><rss/>', "declares entities or attributes (`a`)"),
        ('<!DOCTYPE rss [<!ENTITY % a "b">%a;]><rss/>', "declares entities or attributes (`a`)"),
    ],
)
def test_what_could_grow_is_refused(body: str, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        items(body)
    assert says in str(caught.value)


def test_a_document_type_that_declares_nothing_is_passed_over() -> None:
    public = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://example.org/rss-0.91.dtd">'
    assert items(f"{public}<rss><item><title>Tea&nbsp;</title></item></rss>") == [(1, {"title": "Tea"})]


@pytest.mark.parametrize(
    "body",
    [
        "<rss>"
        + "<item/>" * (MAX_ITEMS - 1)
        + "<a></a>" * 200_000
        + f"<item><title>{'é' * 2**21}</title></item></rss>",
        f"<rss {ATTRIBUTES}/>",
        "<rss><item>" + "<title>x</title>" * 200_000 + "&#65;" * 700_000 + "</item></rss>",
    ],
    ids=["elements", "attributes", "references"],
)
def test_the_longest_feeds_are_read_in_little_memory(body: str) -> None:
    assert 0.6 * MAX_FEED_BYTES < len(body.encode()) <= MAX_FEED_BYTES
    tracemalloc.start()
    read_items(body.encode(), "feed", lambda *_: None)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 200 * 2**20
