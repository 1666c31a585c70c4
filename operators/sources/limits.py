"""How much a table may hold: more is refused before it is read, or as soon as it is noticed."""

from __future__ import annotations

import sys
from typing import Any

from include.contract.errors import BadRequest
from include.contract.source_rows import SourceRow

MAX_TABLE_BYTES = 64 * 2**20
"""The most bytes of a table's file."""
MAX_UNPACKED_BYTES = 32 * 2**20
"""The most bytes of a Parquet file, parts of which are in memory up to four times."""
MAX_ROWS = 1_000_000
"""The most rows of a table; of a CSV file, lines."""
MAX_CELLS = 10_000_000
MAX_COLUMNS = 1000
MAX_CELL_CHARACTERS = 100_000
MAX_LINE_CHARACTERS = 2**20
MAX_KEPT_BYTES = 64 * 2**20
"""The most bytes of the rows that are needed at once, in memory."""
_ROW_BYTES = 500
"""Memory for a row besides its cells."""


def check_limit(name: str, what: str, found: int, allowed: int) -> None:
    """Refuse a table that has more of something than is allowed.

    :raises BadRequest: it has more.
    """
    if found > allowed:
        raise BadRequest(f"{name:.200}: has {found} {what}; allowed: at most {allowed}; split the table")


class RowBudget:
    """Counts the rows of a table that are kept in memory together.

    :param name: the table's, for messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._bytes = 0

    def counted(self, row: SourceRow) -> SourceRow:
        """`row`, once there is room for it.

        :raises BadRequest: there is no room.
        """
        self._bytes += _ROW_BYTES + _bytes_in(row.fields)
        if self._bytes > MAX_KEPT_BYTES:
            raise BadRequest(
                f"{self._name:.200}: more than {MAX_KEPT_BYTES // 2**20} MiB of its rows are needed at once, up to "
                f"{row.where:.200}; split the table"
            )
        return row


def _bytes_in(value: Any) -> int:
    if isinstance(value, dict):
        return sys.getsizeof(value) + sum(map(_bytes_in, value.values()))
    if isinstance(value, list):
        return sys.getsizeof(value) + sum(map(_bytes_in, value))
    return sys.getsizeof(value)
