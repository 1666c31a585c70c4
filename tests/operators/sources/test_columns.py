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
        (["date", *PARTS[:-1], "script"], "has the columns `script` and `script.997`"),
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


def test_all_that_is_wrong_with_a_header_is_told_at_once() -> None:
    with pytest.raises(BadRequest) as caught:
        check_columns(
            ["Date", "", "colour", "script", "script", "product", "product.name", ""],
            "a.csv",
            ALLOWED,
            Key("date", bool),
        )
    assert str(caught.value).splitlines() == [
        "a.csv: has the columns `Date` (did you mean `date`?), `colour`, which are not known; allowed: date, script, "
        "product, and parts of them after a dot, as in `product.name`",
        "a.csv: has no column `date`; found: Date, , colour, script, script, product, product.name, ; add it",
        "a.csv: has the column `script` twice; keep one of them",
        "a.csv: has the columns `product` and `product.name`; keep one of them",
    ]


def test_of_very_many_columns_that_are_not_known_the_first_are_told() -> None:
    with pytest.raises(BadRequest) as caught:
        check_columns([f"x{number}" for number in range(23)], "a.csv", ALLOWED, None)
    assert str(caught.value).startswith("a.csv: has the columns `x0`, `x1`, ")
    assert "`x19` and 3 more, which are not known; allowed: date," in str(caught.value)
