from __future__ import annotations

import pytest

from include.contract.errors import BadRequest
from include.contract.source_rows import SourceRow
from operators.sources.limits import MAX_KEPT_BYTES, RowBudget, check_limit


def test_what_is_allowed_passes_and_one_more_does_not() -> None:
    check_limit("a.csv", "rows", 3, 3)
    with pytest.raises(BadRequest, match="a.csv: has 4 rows; allowed: at most 3; split the table"):
        check_limit("a.csv", "rows", 4, 3)


@pytest.mark.parametrize(
    "fields",
    [{"topic": "x" * 2**20}, {"script": {"scenes": [{"narration": "x" * 2**20}]}}, {"topic": "🍵" * 2**18}],
    ids=["text", "within lists", "wide characters"],
)
def test_rows_are_kept_as_long_as_there_is_room_for_them(fields: dict[str, object]) -> None:
    kept = RowBudget("a.csv")
    for number in range(MAX_KEPT_BYTES // 2**20 - 1):
        kept.counted(SourceRow(f"line {number}", fields))
    with pytest.raises(BadRequest, match="a.csv: more than 64 MiB of its rows are needed at once, up to last"):
        kept.counted(SourceRow("last", fields))


def test_rows_without_anything_in_them_take_room_too() -> None:
    kept, row = RowBudget("a.csv"), SourceRow("line", {})
    with pytest.raises(BadRequest, match="are needed at once"):
        all(map(kept.counted, [row] * 200_000))
