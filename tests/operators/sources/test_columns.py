from __future__ import annotations

import pytest

from include.contract.errors import BadRequest
from operators.sources.columns import Key, check_columns, nested
from operators.sources.limits import MAX_COLUMNS

ALLOWED = ("date", "script", "product")
PARTS = [f"script.{number}" for number in range(MAX_COLUMNS - 1)]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (["date", *PARTS, "script.x"], f"has {MAX_COLUMNS + 1} columns; allowed: at most {MAX_COLUMNS}"),
        (["date", *PARTS[:-1], "script.0"], "has the column `script.0` twice"),
        (["date", *PARTS[:-1], "script"], "has the columns `script` and `script.0`"),
        (["date", *PARTS[:-1], "colour"], "has the column `colour`, which is not known; allowed: date, script"),
        (["script"], "has no column `date`; found: script; add it"),
    ],
)
def test_a_wrong_column_is_found_among_many(header: list[str], says: str) -> None:
    with pytest.raises(BadRequest, match=f"a.csv: {says}"):
        check_columns(header, "a.csv", ALLOWED, Key("date", bool))


def test_as_many_columns_as_are_allowed_may_have_any_order() -> None:
    check_columns([*PARTS, "date"], "a.csv", ALLOWED, Key("date", bool))


def test_a_part_of_a_field_stands_within_it() -> None:
    assert nested({"product.name": "Mug", "date": 1, "product.price": 2}) == {
        "product": {"name": "Mug", "price": 2},
        "date": 1,
    }
