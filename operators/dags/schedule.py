"""When a content type's DAG runs, and for which interval: the timetable depends on the source (ADR 6)."""

from __future__ import annotations

from airflow.sdk import Asset, CronDataIntervalTimetable, CronTriggerTimetable
from airflow.sdk.bases.timetable import BaseTimetable

from include.contract.content_types import ContentType
from include.contract.errors import BadRequest
from include.contract.source import About, SourceSettings


def schedule_of(content_type: ContentType) -> BaseTimetable | list[Asset] | None:
    """The timetable: runs cover the time since the last one, follow events, or have a day, as the source requires.

    :raises BadRequest: Airflow has no asset of that name.
    """
    if content_type.source is not None and content_type.about is About.EVENTS:
        return [_asset(content_type.source)]
    if content_type.schedule is None:
        return None
    if content_type.about is About.INTERVAL:
        return CronDataIntervalTimetable(content_type.schedule, timezone=content_type.timezone)
    return CronTriggerTimetable(content_type.schedule, timezone=content_type.timezone)


def _asset(source: SourceSettings) -> Asset:
    try:
        return Asset(source.named)
    except ValueError as error:
        raise BadRequest(
            f"`source.{source.source_key()}`: Airflow refuses {source.named!r:.80} as the name of an asset: {error}"
        ) from error
