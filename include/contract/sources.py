"""Where the briefs of a run come from that brings none itself: exactly one source a content type (I9)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Discriminator, Field, Tag

from include.contract.values import Closed

TABLES = (".csv", ".parquet", ".yaml")
CATALOGUES = (".csv", ".parquet")


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


class CalendarSource(Closed):
    """The rows of the run's own day."""

    calendar: Annotated[str, Field(max_length=1024), _table_of(TABLES)]
    """A file below the deployment's `files` folder, or `s3://bucket/key`."""


class CatalogueSource(Closed):
    """Every row of a table of products."""

    catalogue: Annotated[str, Field(max_length=1024), _table_of(CATALOGUES)]
    """A file below the deployment's `files` folder, or `s3://bucket/key`."""


class FeedSource(Closed):
    """The items of an RSS or Atom feed that were published since the last run."""

    feed: Annotated[str, Field(max_length=2048), AfterValidator(_web_address)]
    limit: Annotated[int, Field(ge=1, le=500)] = 20
    """The newest items that one run makes at most."""


class AssetSource(Closed):
    """The briefs that another DAG's asset events carry as `briefs` in their extra."""

    asset: Annotated[str, Field(min_length=1, max_length=1500)]
    """Name of the asset."""


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
