"""Rows to briefs: each is checked by itself, with its files, and a mistake in one does not affect the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from include.contract.source_rows import Mistake, SourceRows
from operators.briefs.asked import asked
from operators.briefs.brief import BriefRefused, brief_of
from operators.briefs.markup import marked_up_fields

EntryOf = Callable[[Brief], Entry]
"""Finds the files that a brief names; raises `BadRequest` if one cannot be used."""
MUSIC = "music"
_NUMBER = re.compile(r"([0-9]+)")


def checked(found: SourceRows, content_type: ContentType, entry_of: EntryOf) -> tuple[list[Entry], list[Mistake]]:
    """The entries of `found` in order, and all mistakes by line; of two rows with one id, the later is a mistake."""
    entries: dict[str, Entry] = {}
    places: dict[str, str] = {}
    mistakes = list(found.mistakes)
    for row in found.rows:
        try:
            entry = entry_in(marked_up_fields(row.fields) if row.is_text else row.fields, content_type, entry_of)
        except BriefRefused as error:
            mistakes.append(Mistake(row.where, "; ".join(error.mistakes)))
            continue
        own = entry.brief.id
        if own in entries:
            mistakes.append(
                Mistake(row.where, f"id: `{own}` is already the id in {places[own]}; give each row its own")
            )
            continue
        entries[own], places[own] = entry, row.where
    return list(entries.values()), sorted(mistakes, key=lambda mistake: by_place(mistake.where))


def by_place(where: str) -> list[tuple[int, str]]:
    """A sort key for places as people sort them: line 9 before line 10."""
    return [_place(part) for part in _NUMBER.split(where)]


def _place(part: str) -> tuple[int, str]:
    digits = part.lstrip("0") if part.isdecimal() else ""
    return (len(digits), digits or part)


def entry_in(fields: Mapping[str, Any], content_type: ContentType, entry_of: EntryOf) -> Entry:
    """The entry that `fields` of a row or a conf describe.

    :raises BriefRefused: a line for each mistake, with those in the files that they name.
    """
    try:
        brief = brief_of(fields, content_type)
    except BriefRefused as error:
        wrong = _wrong_music(fields, content_type, entry_of) if MUSIC in content_type.brief_fields else []
        raise BriefRefused([*error.mistakes, *wrong]) from error
    try:
        return entry_of(brief)
    except BadRequest as error:
        raise BriefRefused(str(error).splitlines()) from error


def _wrong_music(fields: Mapping[str, Any], content_type: ContentType, entry_of: EntryOf) -> list[str]:
    """What is wrong with the file that `fields` name, whatever else is wrong with them."""
    set_here, _ = asked(fields, content_type)
    try:
        entry_of(Brief(topic=MUSIC, music=set_here.get(MUSIC, False)))
    except ValidationError:
        return []
    except BadRequest as error:
        return [str(error)]
    return []
