from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from include.contract.sources import AssetSource, CalendarSource, CatalogueSource, FeedSource, Source

SOURCES: TypeAdapter[Any] = TypeAdapter(Source)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"calendar": "s3://team/c.YAML"}, CalendarSource(calendar="s3://team/c.YAML")),
        ({"catalogue": "p.parquet"}, CatalogueSource(catalogue="p.parquet")),
        ({"feed": "https://example.org/f.xml"}, FeedSource(feed="https://example.org/f.xml", limit=20)),
        ({"asset": "news"}, AssetSource(asset="news")),
    ],
)
def test_one_key_says_which_source_it_is(written: dict[str, Any], read: object) -> None:
    assert SOURCES.validate_python(written) == read
    assert SOURCES.validate_python(read) == read


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({}, "names no source; allowed: one of `calendar`, `catalogue`, `feed`, `asset`"),
        ("c.csv", "names no source"),
        ({"calendar": "c.csv", "feed": "https://example.org/f.xml"}, "Extra inputs are not permitted"),
        ({"calendar": "c.xlsx"}, "allowed endings: .csv, .tsv, .txt, .parquet, .yaml"),
        ({"catalogue": "c.yaml"}, "allowed endings: .csv, .tsv, .txt, .parquet"),
        ({"feed": "file:///etc/passwd"}, "is not an address on the web; allowed: one that starts with https://"),
        ({"feed": "https://example.org/f.xml", "limit": 0}, "greater than or equal to 1"),
        ({"calendar": "c.csv", "limit": 3}, "Extra inputs are not permitted"),
        ({"asset": " "}, "has blanks around it"),
        ({"asset": "self"}, "is a name that Airflow keeps for itself"),
        ({"asset": "airflow://news"}, "is a name that Airflow keeps for itself"),
        ({"asset": "http://[news"}, "is neither a name nor an address"),
        ({"calendar": "a\x00.csv"}, "characters that do not print"),
    ],
)
def test_anything_else_is_refused(written: object, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        SOURCES.validate_python(written)
    assert says in str(caught.value)
