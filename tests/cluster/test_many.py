"""Much at once: a thousand items in one stage, and two hundred stages that are deferred at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

import pytest
from kubernetes.watch import Watch
from urllib3.exceptions import ProtocolError

from tests.cluster.studio import Studio, script

pytestmark = [pytest.mark.cluster, pytest.mark.long, pytest.mark.timeout(3000)]
ITEMS = 1000
STAGES = 200
_WATCH_S = 10
"""How long one watch lasts."""


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
    briefs = [{"id": f"race-{n}", "script": script(scenes=1), "variation": n} for n in range(STAGES)]
    with created_pods(clean) as created:
        runs = [clean.run("words", brief) for brief in briefs]
        limit = time.monotonic() + 2400
        waiting = list(runs)
        while waiting:
            waiting = [run for run in waiting if run.state() not in ("success", "failed")]
            assert time.monotonic() < limit, f"{len(waiting)} of {STAGES} runs have not ended"
            time.sleep(10)
        left = unneeded_pods(clean)
    assert [run.run_id for run in runs if run.state() != "success"] == []
    counted = {run.run_id: run.xcom("text")["pods_started"] for run in runs}
    assert len(created) - len(left) <= sum(counted.values()) <= len(created), counted


@contextmanager
def created_pods(studio: Studio) -> Iterator[set[str]]:
    """The uids of all pods that come meanwhile, as the cluster tells them."""
    found: set[str] = set()
    over = threading.Event()

    def note() -> None:
        watch = Watch()
        listed = partial(watch.stream, studio.core.list_namespaced_pod, studio.namespace, timeout_seconds=_WATCH_S)
        while not over.is_set():
            with suppress(ProtocolError):  # the server ends it when it likes; the next goes on where this one came to
                for event in listed(resource_version=watch.resource_version):
                    found.add(event["object"].metadata.uid)

    watcher = threading.Thread(target=note)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def unneeded_pods(studio: Studio) -> set[str]:
    """Remove what the reaper would later: pods of starts that Airflow had given up, and that had not yet noticed."""
    left = studio.pods()
    for pod in left:
        studio.core.delete_namespaced_pod(pod.metadata.name, studio.namespace)
    return {pod.metadata.uid for pod in left}
