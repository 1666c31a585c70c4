"""RSS 2.0, RSS 1.0 and Atom: what was published between two moments, as briefs.

Titles are other people's text: tags and scripts are taken out, what is left is a topic and never markup.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from include.contract.brief import slug_of
from include.contract.errors import BadRequest
from operators.sources import Found, Mistake, Row

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

TOPIC_CHARACTERS = 300
_ITEMS = ("item", "entry")
_DATES = ("pubDate", "published", "updated", "date")
_IDS = ("guid", "id", "link")
_TITLES = ("title", "description", "summary", "content")
_DC_DATE = "{http://purl.org/dc/elements/1.1/}date"
_SILENT = ("script", "style")


def read_feed(body: bytes, name: str, since: datetime, until: datetime, limit: int) -> Found:
    """The newest `limit` items that were published from `since` on and before `until`, oldest first.

    :raises BadRequest: it is not a feed, or one that would do harm.
    """
    rows: dict[str, tuple[datetime, Row]] = {}
    mistakes = []
    for number, item in enumerate(_items(body, name), start=1):
        where = f"{name:.200}, item {number}"
        texts = _texts(item)
        at = _moment(next((texts[key] for key in _DATES if texts.get(key)), ""))
        if at is None:
            mistakes.append(Mistake(where, "has no date that can be read; allowed: as RSS or Atom write it"))
        elif since <= at < until:
            topic = _topic(texts)
            own = _id(texts, topic)
            if not topic:
                mistakes.append(Mistake(where, "has neither a title nor a description"))
            elif own not in rows or rows[own][0] <= at:
                rows[own] = at, Row(where, {"id": own, "topic": topic})
    newest = sorted(rows.values(), key=lambda pair: pair[0])[-limit:]
    return Found.of((row for _, row in newest), mistakes)


def plain_text(markup: str) -> str:
    """What a browser would show of `markup` as text."""
    reader = _Text()
    reader.feed(markup)
    reader.close()
    return " ".join("".join(reader.said).split())


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in _SILENT
        self.said.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def _items(body: bytes, name: str) -> Iterator[Element]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(body)
    except DefusedXmlException as error:
        raise BadRequest(
            f"{name:.200}: declares entities ({type(error).__name__}), which no feed needs; refused"
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        # The two others are encodings that the parser does not know.
        raise BadRequest(
            f"{name:.200}: is not XML that can be read: {error}; name the address of an RSS or Atom feed in UTF-8"
        ) from error
    if _local(root) not in ("rss", "RDF", "feed"):
        raise BadRequest(f"{name:.200}: is `{_local(root):.40}`, not a feed; allowed: RSS or Atom")
    return (element for element in root.iter() if _local(element) in _ITEMS)


def _texts(item: Element) -> dict[str, str]:
    """What the item's own elements say; those of extensions, such as `media:title`, say something else."""
    space = _space(item)
    texts: dict[str, str] = {}
    for child in item:
        if _space(child) == space or child.tag == _DC_DATE:
            texts.setdefault(_local(child), (_inner_text(child) or child.get("href") or "").strip())
    return texts


def _inner_text(element: Element) -> str:
    """The text of `element` and of the XHTML within it."""
    for inner in element.iter():
        if _local(inner) in _SILENT:
            inner.text = None
    return "".join(element.itertext())


def _topic(texts: dict[str, str]) -> str:
    """A plain title; of an item without one, how its text begins."""
    text = next(filter(None, (plain_text(texts.get(key, "")) for key in _TITLES)), "")
    if len(text) <= TOPIC_CHARACTERS:
        return text
    head = text[: TOPIC_CHARACTERS - 2]
    blank = head.rfind(" ")
    return f"{head[:blank] if blank > TOPIC_CHARACTERS // 2 else head} …"


def _space(element: Element) -> str:
    return str(element.tag).rpartition("}")[0]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _moment(written: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(written)
        except ValueError:
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def _id(texts: dict[str, str], topic: str) -> str:
    own = next((texts[key] for key in _IDS if texts.get(key)), topic)
    return f"{slug_of(topic)}-{hashlib.sha256(own.encode()).hexdigest()[:8]}"
