"""A brief in a YAML file: mistakes are reported with file and line."""

from __future__ import annotations

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from include.contract.mistakes import FieldMistake
from include.contract.yaml12 import Document, read_model, refusal_of
from operators.briefs.brief import BriefRefused
from operators.briefs.checking import EntryOf, entry_in

_MOST_DIGITS = 9
"""Of a number of an item: a field may be called by many more."""


def entry_in_file(document: Document, content_type: ContentType, entry_of: EntryOf) -> Entry:
    """The brief in `document` for `content_type`, with the files that it names.

    :raises BadRequest: one line per mistake: file, line, field, what was found, what is allowed.
    """
    if not isinstance(document.value, dict):
        read_model(Brief, document)
    try:
        return entry_in(document.value, content_type, entry_of)
    except BadRequest as error:
        raise placed(error, document) from error


def placed(error: BadRequest, document: Document) -> BadRequest:
    """`error`, where it refuses the brief in `document`, with the lines of its mistakes; any other as it is."""
    if not isinstance(error, BriefRefused):
        return error
    return refusal_of(document, [_mistake(row, document) for row in error.mistakes])


def _mistake(row: str, document: Document) -> FieldMistake:
    """A row begins with its field's path, unless it is about the whole brief."""
    name, _, words = row.partition(": ")
    path = tuple(int(part) if part.isdecimal() and len(part) <= _MOST_DIGITS else part for part in name.split("."))
    return FieldMistake(path, words) if path[:1] in document.lines else FieldMistake((), row)
