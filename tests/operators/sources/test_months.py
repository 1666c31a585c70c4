"""Names of months in many languages."""

from __future__ import annotations

import pytest
from babel import Locale

from operators.sources import months
from operators.sources.months import month_of


@pytest.mark.parametrize(
    ("word", "month"),
    [
        *(
            ("Nov", 11),
            ("november", 11),
            ("SEPT.", 9),
            ("May", 5),
            ("ott", 10),
            ("Okt.", 10),
            ("März", 3),
            ("Maerz", 3),
        ),
        *(("févr.", 2), ("fevrier", 2), ("août", 8), ("juil.", 7), ("dic", 12), ("setembro", 9), ("ноября", 11)),
        *(("ноя", 11), ("listopada", None), ("srpna", 8), ("Νοε", 11), ("kasım", 11), ("نوفمبر", 11), ("नवंबर", 11)),
        *(("soon", None), ("", None), (".", None), ("n", None), ("ma", None), ("m" * 1000, None)),
    ],
)
def test_a_month_is_known_by_its_name(word: str, month: int | None) -> None:
    assert month_of(word) == month


def test_where_languages_differ_that_of_the_feed_decides() -> None:
    assert [month_of("listopad", language) for language in ("pl-PL", "cs", "hr_HR", "", "de")] == [
        11,
        11,
        10,
        None,
        None,
    ]
    assert [month_of("lip", language) for language in ("pl", "HR")] == [7, 6]


def test_an_english_name_means_the_same_everywhere() -> None:
    english = [name for width in ("wide", "abbreviated") for name in Locale("en").months["format"][width].values()]
    assert all(len(months.months_called(months.plain(name))) == 1 for name in english)
