"""HTML in a brief's fields: read as text once, where briefs come in, and written where a text goes that way again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from include.contract.markup import as_markup, shown_text

SUBJECTS = ("topic", "script", "article", "dialogue", "product")
"""Fields of a brief of which one says what it is about; all of its prose is in them."""
_WITH_LINES = frozenset(("description", "narration", "summary", "text"))
"""Fields whose lines and paragraphs mean something; all others are one line."""
_MAX_LEVELS = 5
"""Of a brief's text within its fields."""


def shown_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A brief's `fields` with what a browser would show of each text."""
    return _each_text(fields, _shown)


def marked_up_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What `shown_fields` makes `fields` of."""
    return _each_text(fields, lambda _, text: as_markup(text))


def _shown(name: str, markup: str) -> str:
    text = shown_text(markup)
    return text if name in _WITH_LINES or text == markup else " ".join(text.split())


def _each_text(fields: Mapping[str, Any], change: Callable[[str, str], str]) -> dict[str, Any]:
    return {name: _changed(name, value, change, 0) if name in SUBJECTS else value for name, value in fields.items()}


def _changed(name: str, value: Any, change: Callable[[str, str], str], level: int) -> Any:
    if isinstance(value, str):
        return change(name, value)
    if level == _MAX_LEVELS:
        return value
    if isinstance(value, Mapping):
        return {key: _changed(key, inner, change, level + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_changed(name, inner, change, level + 1) for inner in value]
    return value
