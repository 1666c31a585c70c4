"""Rows to briefs: each is checked alone, and what is wrong with one does not keep the others."""

from __future__ import annotations

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.errors import BadRequest
from operators.briefs import brief_of
from operators.markup import marked_up_fields
from operators.sources import Found, Mistake


def checked(found: Found, content_type: ContentType) -> tuple[list[Brief], list[Mistake]]:
    """The briefs of `found` in order, and all mistakes; of two rows with one id, the later is one."""
    briefs: dict[str, Brief] = {}
    places: dict[str, str] = {}
    mistakes = list(found.mistakes)
    for row in found.rows:
        try:
            brief = brief_of(marked_up_fields(row.fields) if row.is_text else row.fields, content_type)
        except BadRequest as error:
            mistakes.append(Mistake(row.where, _on_one_line(error)))
            continue
        if brief.id in briefs:
            mistakes.append(
                Mistake(row.where, f"id: `{brief.id}` is that of {places[brief.id]}; give each row its own")
            )
            continue
        briefs[brief.id], places[brief.id] = brief, row.where
    return list(briefs.values()), mistakes


def _on_one_line(error: BadRequest) -> str:
    _, *rows = str(error).splitlines()
    return "; ".join(row.removeprefix("- ") for row in rows)
