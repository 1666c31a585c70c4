"""An upstream asset's events: each has briefs, and several may have started one run together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from include.contract.brief import slug_of
from include.contract.messages import quoted
from include.contract.source_rows import Mistake, SourceRow, SourceRows

BRIEFS = "briefs"
_TOPIC_CHARACTERS = 1000
"""More than a topic may have."""


def rows_of_events(events: Sequence[Any]) -> SourceRows:
    """The briefs of all `events`, in order of time; of two with one id, the later.

    :param events: as Airflow gives them, each with `extra` and `timestamp`.
    """
    rows: dict[str, SourceRow] = {}
    mistakes = []
    for number, event in enumerate(sorted(events, key=lambda event: event.timestamp), start=1):
        briefs = event.extra.get(BRIEFS) if isinstance(event.extra, Mapping) else None
        where = f"event {number} of {event.timestamp:%Y-%m-%d %H:%M:%S}"
        if not isinstance(briefs, list):
            mistakes.append(Mistake(where, f"has no list `{BRIEFS}` in its extra (found {quoted(briefs)})"))
            continue
        for position, fields in enumerate(briefs, start=1):
            place = f"{where}, brief {position}"
            if isinstance(fields, dict):
                key = _id(fields) or place
                rows.pop(key, None)
                rows[key] = SourceRow(place, dict(fields))
            else:
                mistakes.append(Mistake(place, f"is not a mapping of fields (found {quoted(fields)})"))
    return SourceRows.of(rows.values(), mistakes)


def _id(fields: Mapping[str, Any]) -> str:
    """The id that the brief has, or gets from its topic; none of what no brief can have."""
    own, topic = fields.get("id"), fields.get("topic")
    if own:
        return own if isinstance(own, str) else ""
    return slug_of(topic[:_TOPIC_CHARACTERS]) if isinstance(topic, str) else ""
