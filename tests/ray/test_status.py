"""What a run tells of its items while workers on a cluster make them, and afterwards."""

from __future__ import annotations

import socket

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import Cause
from include.store.store import Store
from operators.status.reading import StatusReader
from operators.status.status import StageStatus
from tests.operators.conftest import Run, films
from tests.ray.runs import brief, lines, pictures, when, with_settings

pytestmark = pytest.mark.ray


def run_of(deployment: Deployment, name: str, scenes: int) -> Run:
    run = Run(deployment)
    run.brief(brief(name, scenes))
    run.text()
    return run


def pictures_of(store: Store, run: Run) -> StageStatus:
    seen = StatusReader(store, films(name="narrated_video"), run.run_id).look()
    return next(stage for stage in seen.stages if stage.stage == "image")


@pytest.mark.long
def test_who_makes_an_item_and_what_it_says_is_told_as_without_a_cluster(deployment: Deployment, store: Store) -> None:
    run = run_of(with_settings(deployment, workers={"max": 1}), "lengthy", 1)
    seen: list[StageStatus] = []

    def says_something() -> bool:
        seen.append(pictures_of(store, run))
        return any(task.under_way for task in seen[-1].tasks)

    with when(says_something, lambda: None):
        result = pictures(run)
    (task,), (item,) = seen[-1].tasks, seen[-1].items
    assert (task.phase, task.under_way, task.in_hand) == ("making", "stroke 7 of 20", 0.4)
    assert (item.item, item.state, item.tries) == ("lengthy/01", "running", 1)
    assert item.node.startswith(f"{socket.gethostname()}/")
    assert item.since
    (made,) = pictures_of(store, run).items
    assert (made.state, made.tries) == (lines(store, result)["lengthy/01"].outcome, 1)


@pytest.mark.long
def test_how_often_an_item_was_tried_that_its_workers_died_of_is_told_with_the_node(
    deployment: Deployment, store: Store
) -> None:
    run = run_of(with_settings(deployment, workers={"max": 1}), "segv-2", 2)
    pictures(run, max_failed_share=0.5, batch_size=2)
    made, failed = pictures_of(store, run).items
    assert (failed.state, failed.cause, failed.tries) == ("failed", Cause.WORKER_CRASHED, 4)
    assert failed.node.startswith(f"{socket.gethostname()}/")
    assert made.state == "made"
    assert (made.tries or 0) >= 2, "it was lost with the other one at least once"
