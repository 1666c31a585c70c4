"""A pod's log in the task's log, while it runs."""

from __future__ import annotations

import psutil
import pytest

from tests.cluster.airflow import until
from tests.cluster.studio import Studio, script

pytestmark = [pytest.mark.cluster, pytest.mark.long]


def test_progress_is_in_the_task_log_while_the_stage_runs(clean: Studio, film: str) -> None:
    clean.forget("image")
    run = clean.run(film, {"id": "talks", "script": script("[slow 4]")})
    run.await_pod("image")
    until(lambda: "progress: 2 of 6" in run.log("image"), 90, "progress is in the log")
    assert run.task("image").state in ("deferred", "running")
    assert run.await_end() == "success", run.why()
    said = run.log("image")
    for number in range(3, 7):
        assert said.count(f"progress: {number} of 6") == 1, said


def test_a_pod_that_writes_50_mb_hurts_nobody(clean: Studio) -> None:
    """Processor seconds, not delays: those also come of whatever else the machine does."""
    triggerer = psutil.Process(clean.airflow.running["triggerer"].pid)
    spent_before_s = processor_seconds(triggerer)
    quiet = clean.run("cpu_small", {"id": "quiet", "script": script("[slow 8]", scenes=4)})
    quiet.await_state("image", "deferred", within_s=90)
    chatty = clean.run("cpu_small", {"id": "chatty", "script": script("[chatter 25][slow 10]", scenes=2)})
    assert [run.await_end() for run in (quiet, chatty)] == ["success"] * 2, quiet.why() + chatty.why()
    spent_s = processor_seconds(triggerer) - spent_before_s
    shown = clean.api.text_of_log("cpu_small", chatty.run_id, "image")
    assert len(shown) < 5_000_000
    assert "lines are left out here" in shown
    assert spent_s < 20, f"the triggerer worked {spent_s:.1f} s"


def processor_seconds(process: psutil.Process) -> float:
    """What a process and those below it have taken so far."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))
