"""A stage that is preempted goes on where it was."""

from __future__ import annotations

import pytest

from tests.cluster.studio import Studio, script

pytestmark = [pytest.mark.cluster, pytest.mark.long]
ITEMS = 40


def test_forty_items_preempted_at_half_take_half_the_time_again(clean: Studio) -> None:
    run = clean.run("cpu_small", {"id": "resume", "script": script("[slow 1]", scenes=ITEMS)})
    pod = run.await_pod("image", within_s=120)
    run.await_progress("image", ITEMS // 2 - 2, within_s=120)
    clean.core.delete_namespaced_pod(pod.metadata.name, clean.namespace)
    assert run.await_end() == "success", run.why()
    manifest = run.manifest("image")
    assert run.xcom("image")["pods_started"] == 2
    assert manifest.counts.made + manifest.counts.reused == ITEMS
    assert manifest.counts.made <= ITEMS - (ITEMS // 2 - 2)
    assert "asked to stop" in run.log("image", 1) or "deleted" in run.log("image", 1)
