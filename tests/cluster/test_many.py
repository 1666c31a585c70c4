"""Much at once: a thousand items in one stage, and two hundred stages that are deferred at once."""

from __future__ import annotations

import time

import pytest

from tests.cluster.studio import Studio, script

pytestmark = [pytest.mark.cluster, pytest.mark.long, pytest.mark.timeout(3000)]
ITEMS = 1000
STAGES = 200


def test_a_thousand_items_are_made_in_one_pod_and_reused_without_one(clean: Studio) -> None:
    clean.forget("text")
    brief = {"id": "many", "script": script(scenes=1)}
    run = clean.run("thousand", brief)
    assert run.await_end(within_s=900) == "success", run.why()
    counts = run.manifest("text").counts
    assert (counts.planned, counts.made) == (ITEMS, ITEMS)
    assert run.xcom("text")["pods_started"] == 1
    assert len(clean.records("text")) == ITEMS
    again = clean.run("thousand", brief)
    assert again.await_end() == "success", again.why()
    assert again.xcom("text")["pods_started"] == 0


def test_no_stage_is_lost_however_soon_its_pod_ends_after_the_deferral(clean: Studio) -> None:
    """A scheduler that comes late may take the deferral for an end; the next try then finds the manifest."""
    clean.forget("text")
    runs = [clean.run("words", {"id": f"race-{n}", "script": script(scenes=1), "variation": n}) for n in range(STAGES)]
    limit = time.monotonic() + 2400
    left = list(runs)
    while left:
        left = [run for run in left if run.state() not in ("success", "failed")]
        assert time.monotonic() < limit, f"{len(left)} of {STAGES} runs have not ended"
        time.sleep(10)
    assert [run.run_id for run in runs if run.state() != "success"] == []
    odd = [run for run in runs if run.xcom("text")["pods_started"] != 1]
    assert odd == [], "\n".join(f"{run.run_id}: {run.xcom('text')}\n{run.why()}\n{run.log('text')}" for run in odd)
