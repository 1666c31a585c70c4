"""Waiting for a job: it is asked after until it ends, and its log is shown as it comes.

The triggerer awaits this directly; a worker runs it beside its main thread.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from include.contract.ending import FailureReason
from include.contract.errors import AtelierError, Cause
from operators.engines.lines import TaskLog
from operators.engines.ray.jobs import Access, AwaitableJobs, JobStatus, RayJob, awaitable_jobs
from operators.engines.ray.left import Left
from operators.engines.ray.logs import LogReader

log = logging.getLogger(__name__)

POLL_S = 1.0
LOG_S = 5.0
"""Between two readings of a log."""
SILENT_S = 120.0
"""A job whose driver has been silent for so long is not believed to run, whatever Ray says."""
GONE_S = 30.0
"""A driver that Ray has lost sight of, and that has been silent for so long, is gone: it writes every 20 s."""
API_PATIENCE_S = 180.0
"""How long the cluster may be away."""
STOP_SLACK_S = 15.0
"""How much longer than its grace a job that was asked to stop is waited for."""


@dataclass(frozen=True)
class End:
    """How waiting ended."""

    job: RayJob | None
    """As last seen; None if Ray does not know it."""
    why: FailureReason | None = None
    """Why it is no longer waited for; it was stopped, unless the cluster is away."""


@dataclass(frozen=True)
class Limits:
    """How long a job is waited for."""

    start_s: float
    """A job that is pending longer fails."""
    late_s: float
    """One that runs longer is stopped: its driver should have ended itself."""
    grace_s: float
    """Seconds between asking it to stop and killing it."""


def may_live(job: RayJob | None, left: Left) -> bool:
    """Whether the driver of a job may live although Ray tells its end.

    Ray has not seen it end if it has lost what watched it, or does not know the job any more. Asks the store.
    """
    is_lost = job is None or (job.status is JobStatus.FAILED and job.driver_exit_code is None)
    if not is_lost or left.failure() is not None:
        return False
    silent_s = left.silence_s()
    return silent_s is not None and silent_s < GONE_S


class JobWait:
    """One job that is waited for."""

    def __init__(
        self, access: Access, submission_id: str, left: Left, limits: Limits, reader: LogReader, shown: TaskLog
    ) -> None:
        self._access, self._id, self._left, self._limits = access, submission_id, left, limits
        self._reader, self._shown = reader, shown
        self._began = time.monotonic()
        self._runs_since: float | None = None
        self._away_since: float | None = None
        self._look_due_at = 0.0

    async def until_end(self) -> End:
        """How it ended: the job has ended, is unknown, or is no longer worth waiting for."""
        async with awaitable_jobs(self._access) as jobs:
            end = await self._end_of(jobs)
            if end.why is not None and end.why.cause is not Cause.CLUSTER_AWAY:
                end = End(await self._stopped(jobs), end.why)
        await self._show()
        return end

    async def _end_of(self, jobs: AwaitableJobs) -> End:
        """Ask after it until it has ended, or is no longer worth waiting for."""
        while True:
            try:
                job = await jobs.find(self._id)
            except AtelierError as error:
                end = self._without_answer(error)
            else:
                self._away_since = None
                end = self._end(job, await self._look())
                if end is not None and end.why is None and await asyncio.to_thread(may_live, end.job, self._left):
                    end = None
            if end is not None:
                return end
            await asyncio.sleep(POLL_S)

    def _end(self, job: RayJob | None, silent_s: float | None) -> End | None:
        """How it ended, by the job; `silent_s` for how long its driver has been, if that is known."""
        if job is None or job.has_ended:
            return End(job)
        now = time.monotonic()
        if job.status is JobStatus.PENDING:
            return self._not_started(job) if now - self._began > self._limits.start_s else None
        self._runs_since = now if self._runs_since is None else self._runs_since
        runs_s = now - self._runs_since
        if silent_s is not None and min(silent_s, runs_s) > SILENT_S:
            words = f"Ray says that the job {self._id} runs, but its driver has not been heard of for {SILENT_S:g} s"
            return End(job, FailureReason(Cause.NODE_LOST, words))
        if runs_s > self._limits.late_s:
            words = f"the job {self._id} had to be stopped after {runs_s:.0f} s"
            return End(job, FailureReason(Cause.DEADLINE, words))
        return None

    def _not_started(self, job: RayJob) -> End:
        words = (
            f"Ray has not started the job {self._id} within {self._limits.start_s:g} s (`start_timeout_s`); "
            "what the cluster has and who waits, its dashboard shows"
        )
        return End(job, FailureReason(Cause.STARTUP_TIMEOUT, words))

    def _without_answer(self, error: AtelierError) -> End | None:
        now = time.monotonic()
        self._away_since = now if self._away_since is None else self._away_since
        if now - self._away_since < API_PATIENCE_S:
            return None
        words = f"the job {self._id} has not been seen for {API_PATIENCE_S:g} s: {error}"
        return End(None, FailureReason(Cause.CLUSTER_AWAY, words))

    async def _stopped(self, jobs: AwaitableJobs) -> RayJob | None:
        """The job after it was asked to stop, once it has ended or had time enough to."""
        limit = time.monotonic() + self._limits.grace_s + STOP_SLACK_S
        job: RayJob | None = None
        while time.monotonic() < limit:
            try:
                await jobs.stop(self._id)
                job = await jobs.find(self._id)
            except AtelierError as error:
                log.warning("Job %s cannot be stopped now: %s", self._id, error)
            else:
                if job is None or job.has_ended:
                    return job
            await asyncio.sleep(POLL_S)
        return job

    async def _look(self) -> float | None:
        """Now and then, show what the log has grown by; how long the driver has been silent, if that is known."""
        if time.monotonic() < self._look_due_at:
            return None
        self._look_due_at = time.monotonic() + LOG_S
        await self._show()
        return await asyncio.to_thread(self._left.silence_s)

    async def _show(self) -> None:
        """Best effort: all lies in the store too."""
        for line in await asyncio.to_thread(self._reader.more):
            self._shown.show(line)
