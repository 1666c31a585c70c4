"""One try as one job: submitted or found, waited for, read, and stopped when nobody needs it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from include.contract.deployments import Profile, StoreSettings
from include.contract.ending import FailureReason, to_failure, with_reason
from include.contract.engines import Job, RunOutcome, Suspension, TaskTry
from include.contract.errors import AtelierError, Cause
from include.contract.failures import Failure
from include.contract.keys import split_request_uri
from include.contract.ray import RaySettings
from include.contract.requests import Execution
from operators.engines.beside import run_beside
from operators.engines.identity import TaskKey
from operators.engines.leaving import Stopped, unless_left
from operators.engines.lines import TaskLog
from operators.engines.ray.causes import failure_of_job
from operators.engines.ray.connection import access_of
from operators.engines.ray.identity import INSTANCE, is_of_task, metadata_of, submission_id
from operators.engines.ray.jobs import Access, Jobs, RayJob
from operators.engines.ray.left import Left
from operators.engines.ray.logs import LogPlace, LogReader
from operators.engines.ray.submission import submission_of
from operators.engines.ray.trigger import RayJobTrigger
from operators.engines.ray.waiting import GONE_S, STOP_SLACK_S, End, JobWait, Limits, may_live
from operators.engines.task_status import TaskStatus, task_status_of

log = logging.getLogger(__name__)

POLL_S = 0.5
LATE_S = 60.0
"""How much longer than its limit and its grace a job may run: its driver ends itself before."""
_LAST_LINES = 20


@dataclass(frozen=True)
class RayTask:
    """What the engine needs to know about the task whose stage it runs."""

    key: TaskKey
    metadata: Mapping[str, str]
    profile: Profile
    memory_mib: int
    timeout_s: float
    store: StoreSettings
    is_made: Callable[[int], bool]
    """Whether the try with this number left a manifest that counts as success."""
    count: Callable[[str], None]
    """Called with the id of each job that is submitted or found."""
    show: Callable[[str], None]
    """Called with the address of the job's page in Ray's dashboard."""


class RayEngine:
    """Runs one request at a time."""

    def __init__(self, settings: RaySettings, task: RayTask) -> None:
        self._settings, self._task = settings, task
        self._is_asked_to_stop = False

    def run(self, job: Job) -> RunOutcome:
        """Submit the try's job, or find it, and wait for a while."""
        try:
            self._jobs.check_version()
            self._end_all(self._earlier(submission_id(job.request_uri, job.attempt)), job.grace_s)
            self._see_gone(job)
            self._submit(job)
            return self._wait(job, TaskLog(log))
        except Stopped as stopped:
            return stopped.failure

    def resume(self, job: Job, event: Mapping[str, Any]) -> RunOutcome:
        """Continue after the triggerer has waited: the job has ended, or is not waited for any more."""
        self._task.show(self._page(job))
        told = event.get("job")
        why = FailureReason(Cause(event["cause"]), str(event["words"])) if "cause" in event else None
        end = End(None if told is None else RayJob.model_validate(told), why)
        return self._conclude(job, end, TaskLog(log, event.get("last_lines", ())))

    def stop(self) -> None:
        """Note that the task is asked to stop; what that means for the job is decided outside the signal handler."""
        self._is_asked_to_stop = True

    def abandon(self) -> None:
        """Stop the task's jobs, and see them end: nobody needs them any more."""
        try:
            self._end_all(self._earlier(""), Execution().grace_s)
        except (AtelierError, Stopped) as error:
            log.warning("The task's jobs could not be stopped (%s); the reaper will", error)

    def _page(self, job: Job) -> str:
        """Where people see the job of this try; asks nobody."""
        return Access(self._settings.address).page(submission_id(job.request_uri, job.attempt))

    @cached_property
    def _access(self) -> Access:
        return access_of(self._settings)

    @cached_property
    def _jobs(self) -> Jobs:
        return Jobs(self._access)

    def _earlier(self, own: str) -> list[str]:
        """The jobs of this task's tries that have not ended, but for `own`."""
        if self._task.key.try_number == 1 and own:
            return []  # the list may be long
        jobs = [job for job in self._jobs.each() if not job.has_ended and is_of_task(job, self._task.key)]
        return [job.submission_id for job in jobs if job.submission_id not in (None, own)]

    def _end_all(self, ids: Iterable[str], grace_s: float) -> None:
        """Ask the jobs to stop, and wait until all have ended.

        :raises Stopped: one does not end.
        """
        left = list(ids)
        for each in left:
            log.info("Job %s is stopped before another try begins", each)
            self._task.count(each)
        limit = time.monotonic() + grace_s + STOP_SLACK_S
        while left:
            for each in left:
                self._jobs.stop(each)
            left = [each for each in left if (job := self._jobs.find(each)) is not None and not job.has_ended]
            if left and time.monotonic() > limit:
                words = f"the job {left[0]} of an earlier try still runs, long after it was stopped"
                raise Stopped(to_failure(FailureReason(Cause.NODE_LOST, words)))
            if left:
                time.sleep(POLL_S)

    def _see_gone(self, job: Job) -> None:
        """Wait until the drivers of earlier tries are gone that Ray has lost sight of.

        :raises Stopped: one lives on.
        """
        limit = time.monotonic() + GONE_S
        for attempt in range(1, job.attempt):
            earlier = replace(job, attempt=attempt)
            name, left = submission_id(earlier.request_uri, attempt), self._left(earlier)
            while may_live(self._jobs.find(name), left):
                if time.monotonic() > limit:
                    words = f"the driver of the earlier job {name} lives on, although Ray has lost sight of it"
                    raise Stopped(to_failure(FailureReason(Cause.NODE_LOST, words)))
                time.sleep(POLL_S)

    def _submit(self, job: Job) -> None:
        """Submit the job unless it is there: an answer may have been lost, or who waited for it."""
        own = submission_id(job.request_uri, job.attempt)
        if not self._has(own):
            self._left(job).forget()
            settings, task = self._settings, self._task
            wanted = submission_of(job, own, task.metadata, settings, task.profile, task.memory_mib)
            try:
                self._jobs.submit(wanted)
            except AtelierError:
                if self._jobs.find(own) is None:
                    raise
        self._task.count(own)
        self._task.show(self._page(job))
        log.info("Job %s: %s", own, self._page(job))

    def _has(self, own: str) -> bool:
        """Whether Ray has the job of this try; one that has ended in a run that was deleted is forgotten."""
        found = self._jobs.find(own)
        if found is None:
            return False
        if found.has_ended and (found.metadata or {}).get(INSTANCE) != self._task.metadata[INSTANCE]:
            self._jobs.delete(own)
            return False
        log.info("Found job %s, which this try has submitted", own)
        return True

    def _wait(self, job: Job, shown: TaskLog) -> RunOutcome:
        """Wait in this worker for a while, or for as long as it takes where nothing may be deferred."""
        left, name = self._left(job), submission_id(job.request_uri, job.attempt)
        reader = LogReader(left.chunk, self._settings.log_bytes_per_s)
        wait = JobWait(self._access, name, left, self._limits(job), reader, shown)
        began = time.monotonic()

        def leaves() -> bool:
            is_long = time.monotonic() - began > self._settings.sync_wait_s
            return self._is_asked_to_stop or (self._settings.deferrable and is_long)

        end = run_beside(unless_left(wait.until_end(), leaves, POLL_S))
        if end is not None:
            return self._conclude(job, end, shown)
        if self._is_asked_to_stop:
            return self._stopped(job)
        log.info("Job %s is running; the triggerer waits for it", name)
        return Suspension(self._trigger(job, reader.place, shown))

    def _conclude(self, job: Job, end: End, shown: TaskLog) -> RunOutcome:
        """Every path ends here: the manifest decides, whatever Ray says of the job."""
        if self._task.is_made(job.attempt):
            return None
        if end.why is not None and end.why.cause is Cause.CLUSTER_AWAY:
            return to_failure(end.why)
        own = self._left(job).failure()
        if own is not None:
            return with_reason(own, end.why)
        if end.why is not None:
            return to_failure(end.why)
        name = submission_id(job.request_uri, job.attempt)
        return failure_of_job(name, end.job, self._tail(name, end.job, shown))

    def _tail(self, name: str, found: RayJob | None, shown: TaskLog) -> str:
        """The last lines that were shown; of a job that left none in the store, those that Ray has."""
        if not shown.last_lines and found is not None:
            try:
                lines = self._jobs.log(name).splitlines()[-_LAST_LINES:]
            except AtelierError as error:
                lines = [f"(its log cannot be read: {error})"]
            for line in lines:
                shown.show(line)
        return shown.tail()

    def _stopped(self, job: Job) -> Failure:
        """A user's kill takes the job along; a worker that goes leaves it to the next try."""
        key = self._task.key
        if task_status_of(key.dag_id, key.run_id, key.task_id, key.map_index) is TaskStatus.GONE:
            self.abandon()
            return to_failure(FailureReason(Cause.PREEMPTED, "the task was ended from outside; its job is stopped"))
        name = submission_id(job.request_uri, job.attempt)
        words = (
            f"the worker was asked to stop; its job {name} runs on until the next try, which goes on from its records"
        )
        return to_failure(FailureReason(Cause.WORKER_STOPPED, words))

    def _left(self, job: Job) -> Left:
        _, sha256 = split_request_uri(job.request_uri)
        key = self._task.key
        return Left.of(self._task.store, key.run(), sha256, job.attempt)

    def _limits(self, job: Job) -> Limits:
        late_s = self._task.timeout_s + job.grace_s + LATE_S
        return Limits(self._settings.start_timeout_s, late_s, job.grace_s)

    def _trigger(self, job: Job, place: LogPlace, shown: TaskLog) -> RayJobTrigger:
        _, sha256 = split_request_uri(job.request_uri)
        limits = self._limits(job)
        return RayJobTrigger(
            submission_id=submission_id(job.request_uri, job.attempt),
            try_number=job.attempt,
            request=sha256,
            run=self._task.key.run().model_dump(mode="json"),
            engine=self._settings.model_dump(mode="json"),
            store=self._task.store.model_dump(mode="json"),
            late_s=limits.late_s,
            grace_s=limits.grace_s,
            log_place=place.told(),
            last_lines=shown.last_lines,
        )


def begin(settings: RaySettings, task: TaskTry) -> RayEngine:
    """The engine for one try of `task`."""
    key = TaskKey.of(task.context)
    ray_task = RayTask(
        key=key,
        metadata=metadata_of(key, task.context),
        profile=task.profile,
        memory_mib=task.memory_mib,
        timeout_s=task.operator.settings.timeout_s,
        store=task.operator.deployment.store,
        is_made=task.is_made,
        count=task.count,
        show=task.show,
    )
    return RayEngine(settings, ray_task)
