"""An upstream asset's events: each carries briefs; several may have started one run together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from include.contract.brief import slug_of
from operators.sources import Found, Mistake, Row

BRIEFS = "briefs"


def rows_of_events(events: Sequence[Any]) -> Found:
    """The briefs of all `events`, in order of time; of two with one id, the later.

    :param events: as Airflow gives them, each with `extra` and `timestamp`.
    """
    rows: dict[str, Row] = {}
    mistakes = []
    for number, event in enumerate(sorted(events, key=lambda event: event.timestamp), start=1):
        briefs = event.extra.get(BRIEFS) if isinstance(event.extra, Mapping) else None
        where = f"event {number} of {event.timestamp:%Y-%m-%d %H:%M:%S}"
        if not isinstance(briefs, list):
            mistakes.append(Mistake(where, f"carries no list `{BRIEFS}` in its extra (found {briefs!r:.40})"))
            continue
        for position, fields in enumerate(briefs, start=1):
            place = f"{where}, brief {position}"
            if isinstance(fields, dict):
                key = _id(fields) or place
                rows.pop(key, None)
                rows[key] = Row(place, dict(fields))
            else:
                mistakes.append(Mistake(place, f"is not a mapping of fields (found {fields!r:.40})"))
    return Found.of(rows.values(), mistakes)


def _id(fields: Mapping[str, Any]) -> str:
    """The id that the brief has, or gets from its topic."""
    own, topic = fields.get("id"), fields.get("topic")
    return str(own) if own else slug_of(topic) if isinstance(topic, str) else ""
