"""Where a run's briefs come from if it brings none itself: exactly one source per content type (I9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from include.contract.errors import BadRequest
from include.contract.installed import POINTER_FORM, Group, is_pointer
from include.contract.messages import quoted
from include.contract.names import allowed_names
from include.contract.source import About, SourceSettings
from include.contract.values import PRINTABLE, TechnicalName

TEXTS = (".csv", ".tsv", ".txt")
"""Cells separated by commas, semicolons or tabs; Excel calls its Unicode text `.txt`."""
TABLES = (*TEXTS, ".parquet", ".yaml")
CATALOGUES = (*TEXTS, ".parquet")


def _table_of(endings: tuple[str, ...]) -> AfterValidator:
    def check(name: str) -> str:
        if not name.lower().endswith(endings):
            raise ValueError(f"is not a kind of file that can be read here; allowed endings: {', '.join(endings)}")
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
        raise ValueError("is reserved by Airflow; allowed: any name but `self`, `context` and `airflow:…`")
    return name


class CalendarSettings(SourceSettings):
    """The rows of the run's own day."""

    about: ClassVar = About.DAY
    reader: ClassVar = "operators.sources.built_in:CalendarSource"
    left_empty: ClassVar = "If left empty, the calendar's rows of the run's day are made."
    calendar: Annotated[TechnicalName, _table_of(TABLES)]
    """A file below the deployment's `files` folder, or `s3://bucket/key`."""


class CatalogueSettings(SourceSettings):
    """Every row of a table of products."""

    about: ClassVar = About.ALL
    reader: ClassVar = "operators.sources.built_in:CatalogueSource"
    left_empty: ClassVar = "If left empty, all rows of the catalogue are made."
    catalogue: Annotated[TechnicalName, _table_of(CATALOGUES)]
    """A file below the deployment's `files` folder, or `s3://bucket/key`."""


class FeedSettings(SourceSettings):
    """The items of an RSS or Atom feed that were published since the last run."""

    about: ClassVar = About.INTERVAL
    reader: ClassVar = "operators.sources.built_in:FeedSource"
    left_empty: ClassVar = "If left empty, the feed's new items are made."
    feed: Annotated[str, Field(max_length=2048), PRINTABLE, AfterValidator(_web_address)]
    limit: Annotated[int, Field(ge=1, le=500)] = 20
    """The most items that one run makes, the newest; how many it leaves out is reported."""


class AssetSettings(SourceSettings):
    """The briefs in `briefs` in the extra of another DAG's asset events."""

    about: ClassVar = About.EVENTS
    reader: ClassVar = "operators.sources.built_in:AssetSource"
    left_empty: ClassVar = "Without it, a run makes what an event of the asset brings."
    asset: Annotated[str, Field(min_length=1, max_length=1500), PRINTABLE, AfterValidator(_asset_name)]
    """Name of the asset."""


def checked_settings(name: str, found: object) -> type[SourceSettings]:
    """`found`, which is registered under `name`, if it is the settings of a source.

    :raises BadRequest: it is none, or does not say what runs, schedules and forms ask of it: all that is wrong.
    """
    if not (isinstance(found, type) and issubclass(found, SourceSettings)):
        raise BadRequest("is not a subclass of `SourceSettings`; derive it from that class")
    mistakes = list(_wrong_settings(name, found))
    if mistakes:
        raise BadRequest("; ".join(mistakes))
    return found


def _wrong_settings(name: str, found: type[SourceSettings]) -> Iterator[str]:
    first = next(iter(found.model_fields), "")
    if first != name:
        yield f"its first field is not called what its entry point says (found {first!r:.80}); allowed: {name!r}"
    elif not found.model_fields[first].is_required():
        yield f"`{first}` names the source, so it cannot have a default; remove the default"
    if not isinstance(getattr(found, "about", None), About):
        yield f"`about` is missing; allowed: {', '.join(f'About.{each.name}' for each in About)}"
    if not is_pointer(str(getattr(found, "reader", ""))):
        yield f"`reader` leads nowhere (found {getattr(found, 'reader', '')!r:.80}); allowed: {POINTER_FORM}"
    if not str(getattr(found, "left_empty", "")).endswith("."):
        yield "`left_empty` is not a sentence; say what a run without a brief makes"
    taken = [field for field in found.model_fields if field != name and field in _BUILT_IN]
    if taken:
        yield f"`{taken[0]}` is the name of another source; rename the field"


_BUILT_IN = {each.source_key(): each for each in (CalendarSettings, CatalogueSettings, FeedSettings, AssetSettings)}
SOURCES = Group("atelier.sources", "source", checked_settings, _BUILT_IN)


def sources() -> Mapping[str, type[SourceSettings]]:
    """The settings of every source that can be used, by the key that names it."""
    return SOURCES.all()


def settings_named(source: object) -> type[SourceSettings] | None:
    """The settings class that a content type's `source` is read into; None if it names none."""
    keys = source if isinstance(source, Mapping) else ()
    return next((settings for key, settings in sources().items() if key in keys), None)


def source_fields() -> tuple[str, ...]:
    """The fields of all sources."""
    return tuple(dict.fromkeys(name for settings in sources().values() for name in settings.model_fields))


def no_source(source: object) -> str:
    """Why `source` does not name one, in words."""
    found = next((key for key in source), None) if isinstance(source, Mapping) else source
    told = "" if found is None else f" (found {quoted(found)})"
    refused = SOURCES.refused.get(found) if isinstance(found, str) else None
    return f"does not name a source{told}{f': {refused}' if refused else ''}; {allowed_names(found, sources())}"
