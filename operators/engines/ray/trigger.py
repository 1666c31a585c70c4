"""Waiting for a job in the triggerer, without a worker."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from airflow.triggers.base import TriggerEvent
from asgiref.sync import sync_to_async

from include.contract.deployments import StoreSettings
from include.contract.errors import AtelierError
from include.contract.manifests import RunRef
from include.contract.messages import legible
from include.contract.ray import RaySettings
from operators.engines.lines import TaskLog
from operators.engines.ray.connection import access_of
from operators.engines.ray.jobs import Access, awaitable_jobs
from operators.engines.ray.left import Left
from operators.engines.ray.logs import LogPlace, LogReader
from operators.engines.ray.waiting import End, JobWait, Limits
from operators.engines.trigger import StageTrigger

log = logging.getLogger(__name__)

_MESSAGE_CHARACTERS = 2000
"""Of Ray's message, those that travel; the log's last lines are there besides."""


class RayJobTrigger(StageTrigger):
    """Waits for a job."""

    def __init__(
        self,
        *,
        submission_id: str,
        try_number: int,
        request: str,
        run: Mapping[str, Any],
        engine: Mapping[str, Any],
        store: Mapping[str, Any],
        late_s: float,
        grace_s: float,
        log_place: Mapping[str, Any],
        last_lines: Sequence[str],
    ) -> None:
        super().__init__()
        self.submission_id = submission_id
        self.try_number = try_number
        self.request = request
        self.run_ref = run
        self.engine = engine
        self.store = store
        self.late_s = late_s
        self.grace_s = grace_s
        self.log_place = log_place
        self.last_lines = last_lines

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {
                "submission_id": self.submission_id,
                "try_number": self.try_number,
                "request": self.request,
                "run": dict(self.run_ref),
                "engine": dict(self.engine),
                "store": dict(self.store),
                "late_s": self.late_s,
                "grace_s": self.grace_s,
                "log_place": dict(self.log_place),
                "last_lines": list(self.last_lines),
            },
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait, then fire; not before the scheduler has had time to see that the task was deferred."""
        began = time.monotonic()
        engine = RaySettings.model_validate(self.engine)
        left = await sync_to_async(Left.of)(
            StoreSettings.model_validate(self.store),
            RunRef.model_validate(self.run_ref),
            self.request,
            self.try_number,
        )
        shown = TaskLog(log, self.last_lines)
        reader = LogReader(left.chunk, engine.log_bytes_per_s, LogPlace.read(self.log_place))
        limits = Limits(engine.start_timeout_s, self.late_s, self.grace_s)
        access = await self._access()
        end = await JobWait(access, self.submission_id, left, limits, reader, shown).until_end()
        await asyncio.sleep(max(0.0, began + engine.hold_event_s - time.monotonic()))
        self._has_fired = True
        yield TriggerEvent(_event(end, shown))  # type: ignore[no-untyped-call]

    async def end(self) -> None:
        """Stop the job."""
        log.info("The task is no longer deferred, so job %s is stopped", self.submission_id)
        try:
            async with awaitable_jobs(await self._access()) as jobs:
                await jobs.stop(self.submission_id)
        except AtelierError as error:
            log.warning("Job %s could not be stopped (%s); the reaper will", self.submission_id, error)

    async def _access(self) -> Access:
        found: Access = await sync_to_async(access_of)(RaySettings.model_validate(self.engine))
        return found


def _event(end: End, shown: TaskLog) -> dict[str, Any]:
    """What the worker that goes on is told."""
    event: dict[str, Any] = {"last_lines": shown.last_lines}
    if end.job is not None:
        event["job"] = end.job.model_dump(mode="json", exclude={"metadata", "message"}) | {
            "message": legible((end.job.message or "")[-_MESSAGE_CHARACTERS:])
        }
    if end.why is not None:
        event |= {"cause": end.why.cause.value, "words": legible(end.why.words)}
    return event
