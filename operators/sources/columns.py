"""Which columns a table may have, whatever its format, and the fields that they fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from include.contract.errors import BadRequest
from include.contract.names import guess, nearest
from operators.sources.limits import MAX_COLUMNS, check_limit

_SHOWN = 40
"""Characters of a column that are shown."""
_TOLD = 20
"""Columns with the same kind of mistake that are shown."""


@dataclass(frozen=True)
class Key:
    """A column that a table must have, and the wanted values in it: other rows are skipped quickly."""

    column: str
    wanted: Callable[[Any], bool]


def check_columns(header: Sequence[str], where: str, allowed: Sequence[str], key: Key | None) -> None:
    """Refuse a table in which a column is unknown, missing or duplicated, or that has too many.

    :raises BadRequest: it is such a table; a line for each mistake.
    """
    check_limit(where, "columns", len(header), MAX_COLUMNS)
    told = [*_unknown(header, allowed), *_missing(header, key), *_twice(header)]
    if told:
        raise BadRequest("\n".join(f"{where}: {mistake}" for mistake in told))


def _unknown(header: Sequence[str], allowed: Sequence[str]) -> Iterator[str]:
    unknown = [column for column in header if column and column.partition(".")[0] not in allowed]
    if not unknown:
        return
    shown = ", ".join(f"`{column:.{_SHOWN}}`{_guess(column, allowed)}" for column in unknown[:_TOLD])
    more = f" and {len(unknown) - _TOLD} more" if len(unknown) > _TOLD else ""
    known = f"{', '.join(allowed)}, and parts of them after a dot, as in `product.name`"
    if len(unknown) == 1:
        yield f"has the column {shown}, which is not known; allowed: {known}"
    else:
        yield f"has the columns {shown}{more}, which are not known; allowed: {known}"


def _missing(header: Sequence[str], key: Key | None) -> Iterator[str]:
    if key and key.column not in header:
        yield f"has no column `{key.column}`; found: {', '.join(header):.200}; add it"


def _twice(header: Sequence[str]) -> Iterator[str]:
    counted = Counter(column for column in header if column)
    for column in [column for column, times in counted.items() if times > 1][:_TOLD]:
        yield f"has the column `{column:.{_SHOWN}}` twice; keep one of them"
    parts = {column.partition(".")[0]: column for column in header if "." in column}
    for outer in [outer for outer in parts if outer in counted][:_TOLD]:
        yield f"has the columns `{outer}` and `{parts[outer]:.{_SHOWN}}`; keep one of them"


def _guess(column: str, allowed: Sequence[str]) -> str:
    near = guess(nearest(column, allowed)).strip()
    return f" ({near})" if near else ""


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
