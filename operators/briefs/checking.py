"""Rows to briefs: each is checked by itself, with its files, and a mistake in one does not affect the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any

from include.contract.brief import Brief, Logo
from include.contract.content_types import ContentType
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from include.contract.own_media import HOLDERS, INTRO, LOGO, OUTRO, OWN_MEDIA
from include.contract.source_rows import Mistake, SourceRow, SourceRows
from operators.briefs.asked import asked
from operators.briefs.brief import BriefRefused, brief_of
from operators.briefs.markup import marked_up_fields, shown_fields

EntryOf = Callable[[Brief], Entry]
"""Finds the files that a brief names; raises `BadRequest` if one cannot be used."""
MUSIC = "music"
AT_ONCE = 8
"""Rows whose files are looked for side by side: a photo on the web takes a while, and is in memory once it is there."""
_NUMBER = re.compile(r"([0-9]+)")


def checked(found: SourceRows, content_type: ContentType, entry_of: EntryOf) -> tuple[list[Entry], list[Mistake]]:
    """The entries of `found` in order, and all mistakes by line; of two rows with one id, the later is a mistake.

    :param entry_of: several threads call it.
    """
    entries: dict[str, Entry] = {}
    places: dict[str, str] = {}
    mistakes = list(found.mistakes)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="files") as threads:
        each = list(zip(found.rows, threads.map(partial(_checked, content_type, entry_of), found.rows), strict=True))
    for row, entry in each:
        if isinstance(entry, BriefRefused):
            mistakes.append(Mistake(row.where, "; ".join(entry.mistakes)))
            continue
        own = entry.brief.id
        if own in entries:
            mistakes.append(
                Mistake(row.where, f"id: `{own}` is already the id in {places[own]}; give each row its own")
            )
            continue
        entries[own], places[own] = entry, row.where
    return list(entries.values()), sorted(mistakes, key=lambda mistake: by_place(mistake.where))


def _checked(content_type: ContentType, entry_of: EntryOf, row: SourceRow) -> Entry | BriefRefused:
    fields = marked_up_fields(row.fields) if row.is_text else row.fields
    try:
        return entry_in(fields, content_type, entry_of)
    except BriefRefused as error:
        return error


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
        raise BriefRefused([*error.mistakes, *_wrong_files(fields, content_type, entry_of)]) from error
    try:
        return entry_of(brief)
    except BadRequest as error:
        raise BriefRefused(str(error).splitlines()) from error


def _wrong_files(fields: Mapping[str, Any], content_type: ContentType, entry_of: EntryOf) -> list[str]:
    """What is wrong with the files that `fields` name, whatever else is wrong with them."""
    set_here, _ = asked(fields, content_type)
    try:
        entry_of(
            _with_files_of(shown_fields({name: set_here[name] for name in content_type.brief_fields & set_here.keys()}))
        )
    except BadRequest as error:
        return str(error).splitlines()
    return []


def _with_files_of(fields: Mapping[str, Any]) -> Brief:
    """A brief, itself unchecked, of the files alone that `fields` name."""
    named: dict[str, Any] = {name: fields[name] for name in (MUSIC, INTRO, OUTRO) if isinstance(fields.get(name), str)}
    logo = fields.get(LOGO)
    if isinstance(logo, Mapping) and isinstance(logo.get("file"), str):
        named[LOGO] = Logo.model_construct(file=logo["file"])
    for holder, parts in HOLDERS:
        whole = fields.get(holder)
        if not isinstance(whole, Mapping):
            continue
        each = whole.get(parts) if parts else None
        if isinstance(each, list | tuple):
            named[holder] = SimpleNamespace(**{parts: tuple(map(_own_in, each))})
        elif not parts:
            named[holder] = _own_in(whole)
    return Brief.model_construct(topic=MUSIC, **named)


def _own_in(part: object) -> SimpleNamespace:
    """The files that a part of a brief names."""
    own = {kind: part.get(kind) for kind in OWN_MEDIA} if isinstance(part, Mapping) else {}
    return SimpleNamespace(**{kind: name for kind, name in own.items() if isinstance(name, str)})
