from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from operators.briefs.markup import SUBJECTS, marked_up_fields, shown_fields
from tests.foreign import JSON_TREES


def test_html_is_read_in_what_a_brief_is_about_and_in_nothing_else() -> None:
    fields = {"topic": "<b>Tea</b>", "id": "<b>", "voice": "&amp;", "script": {"scenes": [{"narration": "<i>a</i>"}]}}
    assert shown_fields(fields) == {**fields, "topic": "Tea", "script": {"scenes": [{"narration": "a"}]}}


def test_paragraphs_stay_where_they_mean_something_and_are_one_line_elsewhere() -> None:
    markup = "<p>One.</p><p>Two.</p>"
    shown = shown_fields({"article": {"title": markup, "sections": [{"heading": markup, "text": markup}]}})
    section = {"heading": "One. Two.", "text": "One.\n\nTwo."}
    assert shown == {"article": {"title": "One. Two.", "sections": [section]}}


def test_text_without_html_keeps_its_blanks() -> None:
    assert shown_fields({"topic": " a  b\n"}) == {"topic": " a  b\n"}


def test_what_lies_deeper_than_any_brief_is_left_as_it_is() -> None:
    deep: Any = "<b>x</b>"
    for _ in range(2000):
        deep = [deep]
    assert shown_fields({"script": deep})["script"] is not None


@given(st.dictionaries(st.sampled_from(SUBJECTS), JSON_TREES))
@example({"topic": "List<String> &amp; <b>2 < 3</b>"})
@example({"product": {"name": "&lt;", "description": "<p>a</p>\n\n<p>b"}})
def test_text_that_is_marked_up_is_shown_as_it_was(fields: dict[str, Any]) -> None:
    assert _words(shown_fields(marked_up_fields(fields))) == _words(fields)


def _words(value: Any) -> Any:
    """`value` with its blanks made plain, which HTML does."""
    if isinstance(value, str):
        return value.split()
    if isinstance(value, dict):
        return {name: _words(inner) for name, inner in value.items()}
    return [_words(inner) for inner in value] if isinstance(value, list) else repr(value)
