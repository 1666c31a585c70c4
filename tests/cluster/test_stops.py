"""A task that people or Airflow end: its pod goes, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cluster.airflow import until
from tests.cluster.studio import Run, Studio, script

pytestmark = [pytest.mark.cluster, pytest.mark.long]
SCENES = 6
BRIEF = {"id": "stops", "script": script("[slow 20]", scenes=SCENES)}
"""Two minutes of work: what is gone before that has not just ended."""
GONE_S = 60.0


def mark_failed(studio: Studio, run: Run) -> None:
    studio.api.mark(run.dag_id, run.run_id, "image", "failed")


def fail_run(studio: Studio, run: Run) -> None:
    studio.api.fail_run(run.dag_id, run.run_id)


def delete_run(studio: Studio, run: Run) -> None:
    studio.api.fail_run(run.dag_id, run.run_id)
    studio.api.delete_run(run.dag_id, run.run_id)


@pytest.mark.parametrize("stop", [mark_failed, fail_run, delete_run])
def test_a_task_that_is_ended_from_outside_takes_its_pod_along(
    clean: Studio, film: str, stop: Callable[[Studio, Run], None]
) -> None:
    clean.forget("image")
    run = clean.run(film, BRIEF)
    pod = run.await_pod("image")
    _await_waiting(run, film)
    stop(clean, run)
    until(lambda: not clean.pods(run), GONE_S, "the pod is gone")
    assert pod.metadata.name not in [each.metadata.name for each in clean.pods()]
    assert len(clean.records("image")) < SCENES, "it was ended, and did not end by itself"


def test_a_task_that_is_cleared_while_it_runs_starts_anew_and_makes_only_what_is_missing(
    clean: Studio, film: str
) -> None:
    clean.forget("image", "clip", "video")
    run = clean.run(film, {"id": "cleared", "script": script("[slow 3]")})
    old = run.await_pod("image")
    run.await_progress("image", 2)
    clean.api.clear(run.dag_id, run.run_id, "image")
    new = until(lambda: _another(run, old), 90, "another pod of the stage runs")
    assert new.metadata.annotations["atelier.dev/max-tries"] != old.metadata.annotations["atelier.dev/max-tries"]
    assert run.await_end() == "success", run.why()
    counts = run.manifest("image").counts
    assert counts.reused >= 2
    assert counts.made + counts.reused == 6


def _await_waiting(run: Run, film: str) -> None:
    """Somebody waits for the pod: if a task is ended before a triggerer has taken it, the reaper ends the pod."""
    if film == "film":
        until(lambda: run.triggerer("image"), 60, "a triggerer waits for the stage")
    else:
        run.await_state("image", "running")


def _another(run: Run, old: object) -> object:
    pod = run.await_pod("image", within_s=90)
    return pod if pod.metadata.uid != old.metadata.uid else None  # type: ignore[attr-defined]
