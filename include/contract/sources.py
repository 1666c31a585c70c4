"""Where the briefs of a run come from that brings none itself: exactly one source a content type (I9)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Discriminator, Field, Tag

from include.contract.values import PRINTABLE, Closed, TechnicalName

TEXTS = (".csv", ".tsv", ".txt")
"""Cells with commas, semicolons or tabs between them; Excel names its Unicode text `.txt`."""
TABLES = (*TEXTS, ".parquet", ".yaml")
CATALOGUES = (*TEXTS, ".parquet")


def _table_of(endings: tuple[str, ...]) -> AfterValidator:
    def check(name: str) -> str:
        if not name.lower().endswith(endings):
            raise ValueError(f"is none of the files that are read here; allowed endings: {', '.join(endings)}")
        return name

    return AfterValidator(check)


def _web_address(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("is not an address on the web; allowed: one that starts with https:// or http://")
    return url


def _asset_name(name: str) -> str:
    """Refuse what Airflow never takes, which reads the name as an address too."""
    try:
        scheme = urlsplit(name).scheme
    except ValueError as error:
        raise ValueError(f"is neither a name nor an address: {error}") from error
    if name in ("self", "context") or scheme == "airflow":
        raise ValueError("is a name that Airflow keeps for itself; allowed: any but `self`, `context` and `airflow:…`")
    return name


class CalendarSource(Closed):
    """The rows of the run's own day."""

    calendar: Annotated[TechnicalName, _table_of(TABLES)]
    """A file below the deployment's `files` folder, or `s3://bucket/key`."""


class CatalogueSource(Closed):
    """Every row of a table of products."""

    catalogue: Annotated[TechnicalName, _table_of(CATALOGUES)]
    """A file below the deployment's `files` folder, or `s3://bucket/key`."""


class FeedSource(Closed):
    """The items of an RSS or Atom feed that were published since the last run."""

    feed: Annotated[str, Field(max_length=2048), PRINTABLE, AfterValidator(_web_address)]
    limit: Annotated[int, Field(ge=1, le=500)] = 20
    """The newest items that one run makes at most; how many it leaves out is told."""


class AssetSource(Closed):
    """The briefs that another DAG's asset events carry as `briefs` in their extra."""

    asset: Annotated[str, Field(min_length=1, max_length=1500), PRINTABLE, AfterValidator(_asset_name)]
    """Name of the asset."""


def table_of(source: Closed | None) -> tuple[str, str]:
    """The key under which `source` names a table, and that table's file; empty where it names none."""
    match source:
        case CalendarSource(calendar=name):
            return "calendar", name
        case CatalogueSource(catalogue=name):
            return "catalogue", name
    return "", ""


def _kind(source: object) -> str:
    """The one key that says which source it is."""
    keys = source if isinstance(source, dict) else type(source).model_fields if isinstance(source, Closed) else ()
    return next((key for key in ("calendar", "catalogue", "feed", "asset") if key in keys), "")


Source = Annotated[
    Annotated[CalendarSource, Tag("calendar")]
    | Annotated[CatalogueSource, Tag("catalogue")]
    | Annotated[FeedSource, Tag("feed")]
    | Annotated[AssetSource, Tag("asset")],
    Discriminator(
        _kind,
        custom_error_type="source",
        custom_error_message="names no source; allowed: one of `calendar`, `catalogue`, `feed`, `asset`",
    ),
]
