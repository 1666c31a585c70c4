"""One sweep over a Ray cluster: stop this Airflow's jobs whose tasks are gone, and forget those that ended long ago."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from include.contract.errors import AtelierError
from operators.engines.identity import AIRFLOW_ANNOTATION, TaskKey, installation_id
from operators.engines.ray.jobs import Jobs, RayJob
from operators.reaper.answers import Airflow, InstanceKey
from operators.reaper.sweep import Report, check_installation
from operators.reaper.verdict import YOUNG_S, Judgement, PodVerdict, judge

log = logging.getLogger(__name__)

KEPT_S = 7 * 86400.0
"""An ended job stays in Ray's list for so long."""


def sweep_jobs(jobs: Jobs, airflow: Airflow, *, is_dry_run: bool = False) -> Report:
    """Stop jobs whose tasks are gone, and forget ended ones after a week; a line of log for each that is not over.

    :raises BadRequest: this Airflow cannot be told apart from another, or Ray refuses.
    :raises ClusterAway: the Ray cluster does not answer.
    """
    check_installation()
    report = Report(what="jobs")
    own = [job for job in jobs.each() if (job.metadata or {}).get(AIRFLOW_ANNOTATION) == installation_id()]
    forget, stop = (_Act(jobs.delete, "forget", is_dry_run), _Act(jobs.stop, "stop", is_dry_run))
    for job in own:
        if job.has_ended and _since_s(job.end_time) > KEPT_S:
            forget.on(job, "it ended long ago", report)
    for job, judgement in _judged([job for job in own if not job.has_ended], airflow):
        if judgement.verdict is PodVerdict.REMOVE:
            stop.on(job, judgement.reason, report)
        else:
            log.info("Left %s: %s", _told(job), judgement.reason)
            report.left += judgement.verdict is PodVerdict.LEAVE
            report.unknown += judgement.verdict is PodVerdict.LEAVE_UNKNOWN
    log.info("%s%s", "Dry run, nothing was stopped: " if is_dry_run else "", report)
    return report


def _judged(running: list[RayJob], airflow: Airflow) -> Iterator[tuple[RayJob, Judgement]]:
    """Each job with its judgement. Airflow is asked after the jobs were listed: its answers are the newer."""
    keys = {job.submission_id: TaskKey.read(job.metadata) for job in running if _since_s(job.start_time) >= YOUNG_S}
    wanted = {InstanceKey.of(key) for key in keys.values() if key is not None}
    answers = airflow.ask(wanted) if wanted else {}
    for job in running:
        key = keys.get(job.submission_id)
        if job.submission_id not in keys:
            yield job, Judgement(PodVerdict.LEAVE, f"it is younger than {YOUNG_S:g} s")
        elif key is None:
            yield (
                job,
                Judgement(PodVerdict.LEAVE, "its metadata do not say whose it is; stop it by hand"),
            )
        else:
            yield job, judge(key, answers[InstanceKey.of(key)])


@dataclass(frozen=True)
class _Act:
    """What is done to a job."""

    do: Callable[[str], None]
    word: str
    is_dry_run: bool

    def on(self, job: RayJob, reason: str, report: Report) -> None:
        """Do it; what cannot be done to one job does not keep the others."""
        try:
            if not self.is_dry_run:
                self.do(job.submission_id or "")
        except AtelierError as error:
            log.error("Could not %s %s, though %s: %s", self.word, _told(job), reason, error)
            report.undeletable += 1
            return
        log.info("%s %s %s: %s", "Would" if self.is_dry_run else "Did", self.word, _told(job), reason)
        report.removed += 1


def _since_s(moment_ms: int | None) -> float:
    return 0.0 if moment_ms is None else time.time() - moment_ms / 1000


def _told(job: RayJob) -> str:
    """The job as a line of log names it."""
    key = TaskKey.read(job.metadata)
    whose = f" of {InstanceKey.of(key)}, try {key.try_number}" if key else ""
    return f"job {job.submission_id}{whose}"
