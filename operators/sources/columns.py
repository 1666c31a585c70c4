"""What the columns of a table may be, whatever its format, and the fields that they fill."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from include.contract.errors import BadRequest
from operators.sources.limits import MAX_COLUMNS, check_limit

_COMPARED_CHARACTERS = 40


@dataclass(frozen=True)
class Key:
    """A column that a table must have, and which of its values are asked for: other rows are passed over quickly."""

    column: str
    wanted: Callable[[Any], bool]


def check_columns(header: Sequence[str], where: str, allowed: Sequence[str], key: Key | None) -> None:
    """Refuse a table in which a column is not known, is missing, or stands twice, or that has too many.

    :raises BadRequest: it is such a table.
    """
    check_limit(where, "columns", len(header), MAX_COLUMNS)
    named = [column for column in header if column]
    unknown = [column for column in named if column.partition(".")[0] not in allowed]
    if unknown:
        raise BadRequest(
            f"{where}: has the column `{unknown[0]:.40}`, which is not known; {_guess(unknown[0], allowed)}allowed: "
            f"{', '.join(allowed)}, and parts of them after a dot, as in `product.name`"
        )
    if key and key.column not in header:
        raise BadRequest(f"{where}: has no column `{key.column}`; found: {', '.join(header):.200}; add it")
    twice = [column for column, times in Counter(named).items() if times > 1]
    if twice:
        raise BadRequest(f"{where}: has the column `{twice[0]:.40}` twice; keep one of them")
    whole = set(header)
    parts = [column for column in header if "." in column and column.partition(".")[0] in whole]
    if parts:
        outer = parts[0].partition(".")[0]
        raise BadRequest(f"{where}: has the columns `{outer}` and `{parts[0]:.40}`; keep one of them")


def _guess(column: str, allowed: Sequence[str]) -> str:
    near = difflib.get_close_matches(column[:_COMPARED_CHARACTERS].lower().strip(), allowed, n=1)
    return f"did you mean `{near[0]}`? " if near else ""


def nested(given: dict[str, Any]) -> dict[str, Any]:
    """`product.name` as `name` within `product`."""
    fields: dict[str, Any] = {}
    for column, value in given.items():
        outer, _, inner = column.partition(".")
        if inner:
            fields.setdefault(outer, {})[inner] = value
        else:
            fields[column] = value
    return fields
