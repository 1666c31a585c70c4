"""What people read in a script: each text, labelled with the part that it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_NOT_READ = frozenset(("title", "image_prompt", "image_alt", "hashtags", "language", "speakers", "price", "currency"))
"""Shown elsewhere, or repeated by another text."""
_NUMBERED = {"scenes": "Scene", "sections": "Section"}
_OF_THE_PART_ITSELF = frozenset(("heading", "narration", "text", "paragraphs"))
_FIRST = ("chapter", "heading")
_LABELS = {"price_text": "Price", "image_caption": "Under its picture"}


def labelled(document: Any) -> Iterator[tuple[str, str]]:
    """Label and text of everything to read in `document`, a script of any recipe, in order."""
    speakers = document.get("speakers") if isinstance(document, dict) else None
    return _within(document, "Text", speakers if isinstance(speakers, list) else [])


def _within(value: Any, label: str, speakers: list[Any]) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value:
            yield label, value
    elif isinstance(value, list):
        for inner in value:
            yield from _within(inner, label, speakers)
    elif isinstance(value, dict):
        own = _speaker(value, speakers) or label
        for name, inner in sorted(value.items(), key=lambda field: field[0] not in _FIRST):
            yield from _field(name, inner, own, speakers)


def _field(name: str, value: Any, around: str, speakers: list[Any]) -> Iterator[tuple[str, str]]:
    if name in _NOT_READ:
        return
    if name in _NUMBERED and isinstance(value, list):
        for number, part in enumerate(value, start=1):
            yield from _within(part, f"{_NUMBERED[name]} {number}", speakers)
        return
    own = around if name in _OF_THE_PART_ITSELF else _LABELS.get(name, name.replace("_", " ").capitalize())
    yield from _within(value, own, speakers)


def _speaker(line: dict[str, Any], speakers: list[Any]) -> str | None:
    """Name of who speaks a line of a conversation."""
    number = line.get("speaker")
    if isinstance(number, int) and 1 <= number <= len(speakers):
        return str(speakers[number - 1])
    return None
