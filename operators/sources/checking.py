"""Rows to briefs: each is checked alone, with its files, and what is wrong with one does not keep the others."""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic import ValidationError

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from operators.briefs import brief_of
from operators.markup import marked_up_fields
from operators.sources import Found, Mistake, Row

EntryOf = Callable[[Brief], Entry]
"""Looks for the files that a brief names; raises `BadRequest` where one cannot be taken."""
MUSIC = "music"
_NUMBER = re.compile(r"([0-9]+)")


def checked(found: Found, content_type: ContentType, entry_of: EntryOf) -> tuple[list[Entry], list[Mistake]]:
    """The entries of `found` in order, and all mistakes by their lines; of two rows with one id, the later is one."""
    entries: dict[str, Entry] = {}
    places: dict[str, str] = {}
    mistakes = list(found.mistakes)
    for row in found.rows:
        try:
            entry = _entry(row, content_type, entry_of)
        except BadRequest as error:
            mistakes.append(Mistake(row.where, _on_one_line(error)))
            continue
        own = entry.brief.id
        if own in entries:
            mistakes.append(Mistake(row.where, f"id: `{own}` is that of {places[own]}; give each row its own"))
            continue
        entries[own], places[own] = entry, row.where
    return list(entries.values()), sorted(mistakes, key=lambda mistake: by_place(mistake.where))


def by_place(where: str) -> list[tuple[int, str]]:
    """What sorts places as people do: line 9 before line 10."""
    return [_place(part) for part in _NUMBER.split(where)]


def _place(part: str) -> tuple[int, str]:
    return (int(part), "") if part.isdecimal() else (0, part)


def _entry(row: Row, content_type: ContentType, entry_of: EntryOf) -> Entry:
    """What `row` says.

    :raises BadRequest: a line for each mistake, with those in the files that it names.
    """
    try:
        brief = brief_of(marked_up_fields(row.fields) if row.is_text else row.fields, content_type)
    except BadRequest as error:
        is_read = MUSIC in row.fields and MUSIC in content_type.brief_fields
        raise BadRequest("\n".join([str(error), *(_wrong_music(row, entry_of) if is_read else ())])) from error
    return entry_of(brief)


def _wrong_music(row: Row, entry_of: EntryOf) -> list[str]:
    """What is wrong with the file that `row` names, whatever else is wrong with it."""
    try:
        entry_of(Brief(topic=MUSIC, music=row.fields[MUSIC]))
    except ValidationError:
        return []
    except BadRequest as error:
        return [str(error)]
    return []


def _on_one_line(error: BadRequest) -> str:
    first, *rows = str(error).splitlines()
    return "; ".join(row.removeprefix("- ") for row in rows) or first
