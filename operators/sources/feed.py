"""RSS 2.0, RSS 1.0 and Atom: what was published between two moments, as briefs.

Titles are other people's text: tags and scripts are taken out, what is left is a topic and never markup.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from include.contract.brief import slug_of
from include.contract.markup import shown_text
from include.contract.messages import quoted
from include.contract.source_rows import Mistake, SourceRow
from operators.sources.items import FeedItem, feed_of
from operators.sources.moments import moment_of

TOPIC_CHARACTERS = 300
MAX_UNDATED = 500
"""Items without a date that are reported one by one."""
LAST = datetime.max.replace(tzinfo=UTC)
_SHOWN_CHARACTERS = 60
_NOT_YOURS = "so no run makes it; only the feed's owner can fix that, and you need do nothing"
_PARTS = re.compile(r"[/:#]+")


@dataclass(frozen=True)
class Dated:
    """An item of a feed that has a date."""

    at: datetime
    row: SourceRow

    @property
    def id(self) -> str:
        """The same for the same item, even if its title changes."""
        return str(self.row.fields["id"])


@dataclass(frozen=True)
class FeedItems:
    """What a feed has: its items of an interval, oldest first, and its mistakes."""

    dated: tuple[Dated, ...]
    mistakes: tuple[Mistake, ...] = ()


def read_feed(
    body: bytes, name: str, since: datetime, until: datetime, charset: str = "", earliest: datetime = LAST
) -> FeedItems:
    """The items that were published from `since`, or from `earliest`, on and before `until`.

    An item without a date that can be read belongs to no run: it is a lasting mistake, which every run finds again.

    :param charset: the encoding of `body`, as its server says.
    :param earliest: mistakes in items from before `since` are not reported again.
    :raises BadRequest: it is not a feed, or one that would do harm.
    """
    rows: dict[str, Dated] = {}
    mistakes: list[Mistake] = []
    undated: list[Mistake] = []
    feed = feed_of(body, name, charset)
    for item in feed.items:
        at = next(filter(None, (moment_of(date, feed.language) for date in item.dates)), None)
        if at is None:
            undated.append(Mistake(_where(item, name), _undated(item), _digest(item)))
        elif min(since, earliest) <= at < until:
            topic = _topic(item)
            own = _id(item, topic)
            if not topic:
                if at >= since:
                    mistakes.append(Mistake(_where(item, name), f"has neither a title nor a text, {_NOT_YOURS}"))
            elif own not in rows or rows[own].at <= at:
                rows[own] = Dated(at, SourceRow(_where(item, name), {"id": own, "topic": topic}, is_text=True))
    if len(undated) > MAX_UNDATED:
        further = "has further items whose dates are missing or cannot be understood"
        undated[MAX_UNDATED:] = [
            Mistake(f"{name:.200}", f"{further}, {_NOT_YOURS}", hashlib.sha256(further.encode()).hexdigest())
        ]
    return FeedItems(tuple(sorted(rows.values(), key=lambda item: item.at)), (*mistakes, *undated))


def plain_text(markup: str) -> str:
    """What a browser shows of `markup`, on one line."""
    return " ".join(shown_text(markup).split())


def _topic(item: FeedItem) -> str:
    """A plain title; of an item without one, how its text begins."""
    text = next(filter(None, map(plain_text, item.titles)), "")
    if len(text) <= TOPIC_CHARACTERS:
        return text
    head = text[: TOPIC_CHARACTERS - 2]
    blank = head.rfind(" ")
    return f"{head[:blank] if blank > TOPIC_CHARACTERS // 2 else head} …"


def _where(item: FeedItem, name: str) -> str:
    title = next(filter(None, map(plain_text, item.titles)), "")
    place = f"{name:.200}, item {item.number}"
    return f"{place} (`{title:.{_SHOWN_CHARACTERS}}`)" if title else place


def _undated(item: FeedItem) -> str:
    if not item.dates:
        return f"has no date, {_NOT_YOURS}"
    return (
        f"has the date {quoted(item.dates[0])}, of which not every part can be understood, {_NOT_YOURS}. Allowed: what "
        "RSS and Atom prescribe, such as 'Fri, 20 Nov 2026 09:30:00 +0100', and many other common forms"
    )


def _digest(item: FeedItem) -> str:
    """Of what is wrong with an item that has no date: that of another date, or of another item, is another."""
    said = "\0".join((item.identity or "".join(item.titles), *item.dates))
    return hashlib.sha256(said.encode()).hexdigest()


def _id(item: FeedItem, topic: str) -> str:
    """The same for the same item whatever becomes of its title, as far as it says which item it is."""
    own = item.identity or topic
    readable = [part for part in _PARTS.split(own) if part]
    return f"{slug_of(readable[-1] if readable else own)}-{hashlib.sha256(own.encode()).hexdigest()[:8]}"
