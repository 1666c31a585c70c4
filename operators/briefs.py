"""One brief, checked: what a form, a row or a file says, over the content type's defaults (I5)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.errors import BadRequest
from include.contract.messages import MAX_MISTAKES, path_of, quoted
from operators.markup import shown_fields

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

COUNTED = {"scenes": "script", "sections": "article"}
"""Fields that count what another field may bring ready."""


def brief_of(conf: Mapping[str, Any], content_type: ContentType) -> Brief:
    """The brief that `conf` describes; what it leaves out or null comes from the content type's defaults.

    HTML in its texts becomes what a browser shows: hand over what is text already by `marked_up_fields`.

    :raises BadRequest: one line per mistake: field, what was found, what is allowed.
    """
    defaults, read = content_type.brief, content_type.brief_fields
    given = shown_fields({name: value for name, value in conf.items() if value is not None})
    merged = {**defaults, **given}
    for counted, holder in COUNTED.items():
        told = given.get(holder)
        if isinstance(told, Mapping) and told.get(counted) and merged.get(counted) == defaults.get(counted):
            # The form always sends the number that it shows; what a script or an article has outdoes it.
            merged.pop(counted, None)
    unread = [f"- {name}: no stage of `{content_type.name}` reads it; remove it" for name in _unread(given, read)]
    try:
        brief = Brief.model_validate(merged)
    except ValidationError as error:
        rows = [_mistake(detail, read) for detail in error.errors(include_url=False)[:MAX_MISTAKES]]
        more = error.error_count() - len(rows)
        rows += [f"- and {more} more mistakes"] if more else []
        raise _refusal([*rows, *unread]) from error
    if unread:
        raise _refusal(unread)
    return brief


def _refusal(rows: list[str]) -> BadRequest:
    return BadRequest("the brief is refused, nothing was started:\n" + "\n".join(dict.fromkeys(rows)))


def _unread(given: Mapping[str, Any], read: Sequence[str]) -> list[str]:
    return [name for name in Brief.model_fields if name in given and name not in read]


def _mistake(detail: ErrorDetails, read: Sequence[str]) -> str:
    """One line: field, what is wrong, what was found."""
    name = path_of(detail["loc"])
    if detail["type"] == "extra_forbidden":
        return _unknown_field(name, str(detail["loc"][0]) if len(detail["loc"]) > 1 else None, read)
    message = detail["msg"].removeprefix("Value error, ")
    return f"- {name}: {message} (found {quoted(detail['input'])})" if name else f"- {message}"


def _unknown_field(name: str, holder: str | None, read: Sequence[str]) -> str:
    if holder is not None:
        return f"- {name}: is not a field of a brief's `{holder}`; remove it"
    near = difflib.get_close_matches(name, read, n=1)
    guess = f"; did you mean `{near[0]}`?" if near else ""
    return f"- {name}: is not a field of a brief{guess} Allowed: {', '.join(read)}"
