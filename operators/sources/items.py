"""The items of a feed, RSS or Atom of any version, as feedparser interprets them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from include.contract.markup import as_markup
from operators.sources.encoding import text_of
from operators.sources.screening import screened

if TYPE_CHECKING:
    from feedparser import FeedParserDict

_DATES = ("published", "updated", "created")
_PLAIN = "text/plain"


@dataclass(frozen=True)
class FeedItem:
    """What a feed says about one item."""

    number: int
    """Its place in the feed, from 1."""
    titles: tuple[str, ...]
    """HTML that may serve as its title, the best first: the title, then its texts."""
    dates: tuple[str, ...]
    """As they are written, the best first."""
    identity: str
    """What its owner promises not to change, a `guid` or an Atom `id`, else its link; empty if there is neither."""


@dataclass(frozen=True)
class Feed:
    """A feed as it was read."""

    items: tuple[FeedItem, ...]
    language: str
    """A BCP 47 tag, if its owner writes one; empty if the feed does not say."""


def feed_of(body: bytes, name: str, charset: str = "") -> Feed:
    """What `body` says, its items in its own order.

    :param name: the feed's, for messages.
    :param charset: the encoding of `body`, as its server says.
    :raises BadRequest: it is not a feed, or would do harm.
    """
    import feedparser

    document = screened(text_of(body, charset), name)
    # A file: text or bytes that are an address or a path would be opened.
    found = feedparser.parse(
        io.BytesIO(document.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    is_atom = found.version.startswith("atom")
    items = (_item(number, entry, is_atom) for number, entry in enumerate(found.entries, start=1))
    return Feed(tuple(items), found.feed.get("language") or "")


def _item(number: int, entry: FeedParserDict, is_atom: bool) -> FeedItem:
    return FeedItem(
        number=number,
        titles=tuple(filter(None, (_markup(detail, is_atom) for detail in _details(entry)))),
        dates=tuple(entry[key] for key in _DATES if key in entry and entry[key]),
        identity=entry.get("id") or entry.get("link") or "",
    )


def _details(entry: FeedParserDict) -> Iterator[FeedParserDict]:
    for key in ("title_detail", "summary_detail"):
        if key in entry:
            yield entry[key]
    yield from entry.get("content", ())


def _markup(detail: FeedParserDict, is_atom: bool) -> str:
    """In Atom text is text (RFC 4287, 3.1.1.1); in RSS nobody says what it is, and many write HTML."""
    text: str = detail["value"].strip()
    return as_markup(text) if is_atom and detail["type"] == _PLAIN else text
