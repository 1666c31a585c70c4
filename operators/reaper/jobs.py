"""One sweep over a Ray cluster: stop this Airflow's jobs whose tasks are gone, and forget those that ended long ago."""

from __future__ import annotations

import time
from functools import partial

from operators.engines.identity import is_own
from operators.engines.ray.jobs import Jobs, RayJob
from operators.reaper.answers import Airflow
from operators.reaper.sweep import Ending, Report, Started, Sweep
from operators.reaper.verdict import TOO_YOUNG, YOUNG_S

KEPT_S = 7 * 86400.0
"""An ended job stays in Ray's list for so long."""


def sweep_jobs(jobs: Jobs, airflow: Airflow, *, is_dry_run: bool = False) -> Report:
    """Stop jobs whose tasks are gone, and forget ended ones after a week; a line of log for each that is not over.

    :raises BadRequest: this Airflow cannot be told apart from another, or Ray refuses.
    :raises ClusterAway: the Ray cluster does not answer.
    """
    sweep = Sweep("jobs", is_dry_run=is_dry_run)
    own = [job for job in jobs.each() if is_own(job.metadata)]
    for job in own:
        if job.has_ended and _since_s(job.end_time) > KEPT_S:
            sweep.end(_started(job, jobs), "it ended long ago", Ending.FORGET)
    sweep.decide([_started(job, jobs) for job in own if not job.has_ended], airflow, Ending.STOP)
    return sweep.finished()


def _started(job: RayJob, jobs: Jobs) -> Started:
    name = job.submission_id or ""
    at_sight = TOO_YOUNG if _since_s(job.start_time) < YOUNG_S else ""
    return Started.of(f"job {name}", job.metadata, at_sight, partial(jobs.delete if job.has_ended else jobs.stop, name))


def _since_s(moment_ms: int | None) -> float:
    return 0.0 if moment_ms is None else time.time() - moment_ms / 1000
