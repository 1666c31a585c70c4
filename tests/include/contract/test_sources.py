from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.contract.sources import (
    AssetSettings,
    CalendarSettings,
    CatalogueSettings,
    FeedSettings,
    no_source,
    settings_named,
    source_fields,
    sources,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"calendar": "s3://team/c.YAML"}, CalendarSettings(calendar="s3://team/c.YAML")),
        ({"catalogue": "p.parquet"}, CatalogueSettings(catalogue="p.parquet")),
        ({"feed": "https://example.org/f.xml"}, FeedSettings(feed="https://example.org/f.xml", limit=20)),
        ({"asset": "news"}, AssetSettings(asset="news")),
    ],
)
def test_one_key_says_which_source_it_is(written: dict[str, str], read: object) -> None:
    named = settings_named(written)
    assert named is not None
    assert named.model_validate(written) == read


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"calendar": "c.csv", "feed": "https://example.org/f.xml"}, "Extra inputs are not permitted"),
        ({"calendar": "c.xlsx"}, "allowed endings: .csv, .tsv, .txt, .parquet, .yaml"),
        ({"catalogue": "c.yaml"}, "allowed endings: .csv, .tsv, .txt, .parquet"),
        ({"feed": "file:///etc/passwd"}, "is not an address on the web; allowed: one that starts with https://"),
        ({"feed": "https://example.org/f.xml", "limit": 0}, "greater than or equal to 1"),
        ({"calendar": "c.csv", "limit": 3}, "Extra inputs are not permitted"),
        ({"asset": " "}, "starts or ends with a blank"),
        ({"asset": "self"}, "is reserved by Airflow"),
        ({"asset": "airflow://news"}, "is reserved by Airflow"),
        ({"asset": "http://[news"}, "is neither a name nor an address"),
        ({"calendar": "a\x00.csv"}, "unprintable characters"),
    ],
)
def test_what_a_source_cannot_be_is_refused(written: dict[str, object], says: str) -> None:
    named = settings_named(written)
    assert named is not None
    with pytest.raises(ValidationError) as caught:
        named.model_validate(written)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({}, "does not name a source; allowed: calendar, catalogue, feed, asset"),
        ("c.csv", "does not name a source (found 'c.csv'); allowed: calendar, catalogue, feed, asset"),
        (
            {"calender": "c.csv"},
            "does not name a source (found 'calender'); did you mean `calendar`? allowed: calendar, catalogue, feed, "
            "asset",
        ),
    ],
)
def test_what_names_no_source_is_told_with_what_may_be_meant(written: object, says: str) -> None:
    assert settings_named(written) is None
    assert no_source(written) == says


def test_every_source_is_named_by_a_field_that_no_other_has() -> None:
    fields = [name for settings in sources().values() for name in settings.model_fields]
    assert sorted(fields) == sorted(source_fields())
    assert all(settings.model_fields[key].is_required() for key, settings in sources().items())
