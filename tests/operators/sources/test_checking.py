from __future__ import annotations

from operators.sources import Found, Row
from operators.sources.checking import checked
from tests.operators.conftest import films


def test_html_in_a_row_becomes_text_once() -> None:
    said = "<b>Salt</b> &amp;amp; pepper"
    rows = [
        Row("c.csv, line 2", {"id": "read", "topic": said}),
        Row("feed", {"id": "text", "topic": said}, is_text=True),
    ]
    briefs, _ = checked(Found.of(rows), films())
    assert [brief.topic for brief in briefs] == ["Salt &amp; pepper", said]


def test_each_row_is_checked_alone_and_of_two_with_one_id_the_later_is_a_mistake() -> None:
    rows = [{"topic": "Tea"}, {"topic": "Rain", "scenes": 99, "colour": 1}, {"id": "tea", "topic": "Other"}]
    found = Found.of(Row(f"c.csv, line {number}", fields) for number, fields in enumerate(rows, start=2))
    briefs, mistakes = checked(found, films())
    assert [(brief.id, brief.scenes) for brief in briefs] == [("tea", 2)]
    assert [mistake.where for mistake in mistakes] == ["c.csv, line 3", "c.csv, line 4"]
    assert "scenes: " in mistakes[0].message
    assert "colour: is not a field" in mistakes[0].message
    assert mistakes[1].message == "id: `tea` is that of c.csv, line 2; give each row its own"
