"""RSS 2.0, RSS 1.0 and Atom: what was published between two moments, as briefs.

Titles are other people's text: tags and scripts are taken out, what is left is a topic and never markup.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from include.contract.brief import slug_of
from include.contract.markup import shown_text
from operators.sources import Found, Mistake, Row
from operators.sources.items import DATES, IDS, TITLES, read_items

TOPIC_CHARACTERS = 300
_DATE_CHARACTERS = 100


def read_feed(body: bytes, name: str, since: datetime, until: datetime, limit: int) -> Found:
    """The newest `limit` items that were published from `since` on and before `until`, oldest first.

    :raises BadRequest: it is not a feed, or one that would do harm.
    """
    rows: dict[str, tuple[datetime, Row]] = {}
    mistakes = []

    def take(number: int, texts: Mapping[str, str]) -> None:
        where = f"{name:.200}, item {number}"
        at = _moment(next((texts[key] for key in DATES if texts.get(key)), ""))
        if at is None:
            mistakes.append(Mistake(where, "has no date that can be read; allowed: as RSS or Atom write it"))
        elif since <= at < until:
            topic = _topic(texts)
            own = _id(texts, topic)
            if not topic:
                mistakes.append(Mistake(where, "has neither a title nor a description"))
            elif own not in rows or rows[own][0] <= at:
                rows[own] = at, Row(where, {"id": own, "topic": topic}, is_text=True)

    read_items(body, name, take)
    newest = sorted(rows.values(), key=lambda pair: pair[0])[-limit:]
    return Found.of((row for _, row in newest), mistakes)


def _topic(texts: Mapping[str, str]) -> str:
    """A plain title; of an item without one, how its text begins."""
    text = next(filter(None, (" ".join(shown_text(texts.get(key, "")).split()) for key in TITLES)), "")
    if len(text) <= TOPIC_CHARACTERS:
        return text
    head = text[: TOPIC_CHARACTERS - 2]
    blank = head.rfind(" ")
    return f"{head[:blank] if blank > TOPIC_CHARACTERS // 2 else head} …"


def _moment(written: str) -> datetime | None:
    if len(written) > _DATE_CHARACTERS:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(written)
        except (ValueError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def _id(texts: Mapping[str, str], topic: str) -> str:
    own = next((texts[key] for key in IDS if texts.get(key)), topic)
    return f"{slug_of(topic)}-{hashlib.sha256(own.encode()).hexdigest()[:8]}"
