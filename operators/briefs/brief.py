"""One brief, checked: what a form, a row or a file sets, on top of the content type's defaults (I5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from include.contract.brief import FIELDS, Brief
from include.contract.content_types import ContentType
from include.contract.errors import BadRequest
from include.contract.messages import MAX_MISTAKES
from include.contract.mistakes import field_mistakes
from operators.briefs.asked import asked
from operators.briefs.markup import shown_fields
from operators.briefs.takes import wrong_takes

COUNTED = {"scenes": "script", "sections": "article"}
"""Fields that count what another field may bring ready-made."""
_NUMBERED = re.compile(r"[a-z_.]+\.\d+\b")


class BriefRefused(BadRequest):
    """A brief with mistakes: a line each, which begins with the path of its field, if it has one."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        told = tuple(dict.fromkeys(mistakes))
        more = (f"and {len(told) - MAX_MISTAKES} more mistakes",) if len(told) > MAX_MISTAKES + 1 else ()
        self.mistakes = (*told[:MAX_MISTAKES], *more) if more else told
        counted = " (places count from 0)" if any(map(_NUMBERED.match, self.mistakes)) else ""
        super().__init__(
            "\n".join(
                [f"the brief was refused; nothing was started{counted}:", *(f"- {each}" for each in self.mistakes)]
            )
        )


def brief_of(conf: Mapping[str, Any], content_type: ContentType) -> Brief:
    """The brief that `conf` describes; what it omits or sets to null comes from the content type's defaults.

    HTML in its texts becomes what a browser shows; pass plain text through `marked_up_fields` first.

    :raises BriefRefused: one line per mistake: field, what was found, what is allowed.
    """
    defaults, read = content_type.brief, content_type.brief_fields
    fields, mistakes = asked(conf, content_type)
    given = shown_fields(fields)
    merged = {**defaults, **given}
    for counted, holder in COUNTED.items():
        brought = given.get(holder)
        if isinstance(brought, Mapping) and brought.get(counted) and merged.get(counted) == defaults.get(counted):
            # The form always sends the number that it shows; what a script or an article has outdoes it.
            merged.pop(counted, None)
    unread = [name for name in Brief.model_fields if name in given and name not in read]
    mistakes += [f"{name}: no stage of `{content_type.name}` reads it; remove it" for name in unread]
    written = [stage.unaided for stage in content_type.content_stages if stage.unaided]
    try:
        brief = Brief.model_validate({n: v for n, v in merged.items() if n not in unread}, context={FIELDS: read})
    except ValidationError as error:
        found, more = field_mistakes(error, Brief, read)
        rows = [*map(str, found), *mistakes]
        told = {row.partition(":")[0] for row in map(str, found)}
        right = {name: value for name, value in merged.items() if name not in told}
        alone = [unaided for unaided in written if merged.get(unaided.holder) is None]
        for unaided in alone:
            rows += unaided.of_topic(right.get("topic"), right.get("language"), right.get(unaided.counted))
        rows += [f"and {more} more mistakes"] if more else []
        raise BriefRefused(rows) from error
    for unaided in written:
        mistakes += unaided.mistakes(brief)
    mistakes += wrong_takes(brief, content_type)
    if mistakes:
        raise BriefRefused(mistakes)
    return brief


def fields_for_rows(conf: Mapping[str, Any], content_type: ContentType) -> dict[str, Any]:
    """The brief's fields that `conf`, which has no brief of its own, sets for the rows of the content type's source.

    :raises BriefRefused: it sets one in two ways.
    """
    fields, mistakes = asked(conf, content_type)
    if mistakes:
        raise BriefRefused(mistakes)
    return fields
