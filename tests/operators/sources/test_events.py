from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from hypothesis import example, given

from include.contract.entries import Entries, Entry
from operators.briefs.checking import checked
from operators.sources.events import rows_of_events
from tests.foreign import TREES, damaged
from tests.operators.conftest import films


def event(minute: int, extra: dict[str, Any] | None) -> Any:
    return SimpleNamespace(timestamp=datetime(2026, 11, 25, 6, minute, tzinfo=UTC), extra=extra)


def test_the_briefs_of_all_events_are_made_and_of_two_with_one_id_the_later() -> None:
    later = event(2, {"briefs": [{"id": "tea", "topic": "Tea again"}, {"topic": "Rain"}]})
    found = rows_of_events([later, event(1, {"briefs": [{"id": "tea", "topic": "Tea"}, {"id": "bees"}]})])
    assert [row.fields for row in found.rows] == [
        {"id": "bees"},
        {"id": "tea", "topic": "Tea again"},
        {"topic": "Rain"},
    ]
    assert found.mistakes == ()


def test_an_event_without_briefs_is_told_and_the_others_are_made() -> None:
    found = rows_of_events([event(1, None), event(2, {"briefs": ["tea", {"topic": "Tea"}]})])
    assert [row.fields for row in found.rows] == [{"topic": "Tea"}]
    assert [mistake.message for mistake in found.mistakes] == [
        "has no list `briefs` in its extra (found None)",
        "is not a mapping of fields (found 'tea')",
    ]


def test_one_topic_in_two_events_is_one_brief() -> None:
    found = rows_of_events([event(1, {"briefs": [{"topic": "Tea"}]}), event(2, {"briefs": [{"topic": "tea!"}]})])
    assert [row.fields for row in found.rows] == [{"topic": "tea!"}]


def test_an_id_that_is_no_text_is_left_to_the_brief_to_refuse() -> None:
    assert [row.fields for row in rows_of_events([event(1, {"briefs": [{"id": ["a"]}]})]).rows] == [{"id": ["a"]}]


@given(TREES | damaged({"briefs": [{"id": "tea", "topic": "Tea"}, {"topic": "Rain"}]}))
@example({"briefs": [{"topic": "\ud800"}]})
@example({"briefs": [{"id": 1 << 20_000}, {"id": "tea"}]})
@example({"briefs": [{"topic": "a" + "\u0301\u0323" * 10**6}]})
def test_whatever_an_event_carries_makes_rows_or_mistakes(extra: Any) -> None:
    found = rows_of_events([event(1, extra)])
    assert all(isinstance(row.fields, dict) for row in found.rows)
    entries, mistakes = checked(found, films(), lambda brief: Entry(brief=brief))
    assert len(entries) + len(mistakes) >= len(found.mistakes)
    Entries(day=date(2026, 1, 1), entries=(), mistakes=tuple(each.message for each in mistakes)).model_dump_json()
