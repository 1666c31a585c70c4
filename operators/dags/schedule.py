"""When a content type's DAG runs, and for which time: the timetable follows from the source (ADR 6)."""

from __future__ import annotations

from airflow.sdk import Asset, CronDataIntervalTimetable, CronTriggerTimetable
from airflow.sdk.bases.timetable import BaseTimetable

from include.contract.content_types import ContentType
from include.contract.errors import BadRequest
from include.contract.sources import AssetSource, FeedSource


def schedule_of(content_type: ContentType) -> BaseTimetable | list[Asset] | None:
    """A feed's run covers the time since the last one; a calendar's run has a day; an asset's follows its events.

    :raises BadRequest: Airflow has no asset of that name.
    """
    if isinstance(content_type.source, AssetSource):
        return [_asset(content_type.source.asset)]
    if content_type.schedule is None:
        return None
    if isinstance(content_type.source, FeedSource):
        return CronDataIntervalTimetable(content_type.schedule, timezone=content_type.timezone)
    return CronTriggerTimetable(content_type.schedule, timezone=content_type.timezone)


def _asset(name: str) -> Asset:
    try:
        return Asset(name)
    except ValueError as error:
        raise BadRequest(f"`source.asset`: Airflow refuses {name!r:.80} as the name of an asset: {error}") from error
