"""Workers that die, hang, grow, or cannot be had: what they were not making goes on."""

from __future__ import annotations

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import Cause
from include.contract.manifests import Outcome
from include.store.store import Store
from operators.retry import StageFailed
from tests.operators.conftest import Run
from tests.ray.head import Cluster
from tests.ray.runs import brief, kill, lines, made, pictures, processes, when, with_settings

pytestmark = pytest.mark.ray
WORKER = "ray::ModelWorker"


def run_of(deployment: Deployment, name: str, scenes: int) -> Run:
    run = Run(deployment)
    run.brief(brief(name, scenes))
    run.text()
    return run


@pytest.mark.parametrize("batch_size", [pytest.param(1, marks=pytest.mark.long), 4])
def test_an_item_that_kills_its_workers_is_failed_and_the_rest_go_on(
    deployment: Deployment, store: Store, ray_cluster: Cluster, batch_size: int
) -> None:
    run = run_of(with_settings(deployment, workers={"max": 2}), "segv-2", 4)
    result = pictures(run, max_failed_share=0.5, batch_size=batch_size)
    assert (result["counts"]["made"], result["counts"]["failed"]) == (3, 1)
    failed = lines(store, result)["segv-2/02"]
    assert (failed.outcome, failed.cause) == (Outcome.FAILED, Cause.WORKER_CRASHED)
    assert failed.message.startswith("3 workers died of SIGSEGV while they made it alone")


@pytest.mark.long
def test_two_items_of_a_batch_that_kill_their_workers_are_both_failed(deployment: Deployment, store: Store) -> None:
    run = run_of(with_settings(deployment, workers={"max": 2}), "segv-1-2", 6)
    result = pictures(run, max_failed_share=0.5, batch_size=6)
    assert (result["counts"]["made"], result["counts"]["failed"]) == (4, 2)
    found = lines(store, result)
    for item in ("segv-1-2/01", "segv-1-2/02"):
        assert found[item].cause is Cause.WORKER_CRASHED
        assert found[item].message.startswith("3 workers died of SIGSEGV while they made it alone")


@pytest.mark.long
def test_an_item_that_hangs_counts_as_one_that_crashes(deployment: Deployment, store: Store) -> None:
    run = run_of(with_settings(deployment, workers={"max": 1, "item_timeout_s": 2}), "hang-1", 2)
    result = pictures(run, max_failed_share=0.5)
    failed = lines(store, result)["hang-1/01"]
    assert (failed.cause, result["counts"]["made"]) == (Cause.WORKER_CRASHED, 1)
    assert "longer than 2 s (`item_timeout_s`)" in failed.message


@pytest.mark.long
def test_a_worker_that_grows_ends_itself_and_its_stage_is_tried_with_more(deployment: Deployment) -> None:
    grown = with_settings(deployment, {"memory_mib": 512, "memory_max_mib": 1024}, workers={"max": 1})
    run = run_of(grown, "grow-2", 2)
    with pytest.raises(StageFailed) as caught:
        pictures(run)
    assert caught.value.failure.cause is Cause.HOST_OUT_OF_MEMORY
    assert "and has 512 MiB" in caught.value.failure.message
    assert "with 1024 MiB instead of 512" in str(caught.value)


def test_a_gpu_that_the_cluster_has_not_is_told_with_what_it_has(deployment: Deployment) -> None:
    greedy = with_settings(
        deployment, {"gpus": 1, "gpu_share": 0.25, "ray_labels": {"gpu": "h100"}}, schedule_timeout_s=3
    )
    run = Run(greedy)
    run.brief(brief())
    with pytest.raises(StageFailed) as caught:
        run.text()
    failure = caught.value.failure
    assert failure.cause is Cause.NEVER_SCHEDULED
    assert "within 3 s (`schedule_timeout_s`): asked for 1 CPUs, 512 MiB, 0.25 GPUs, label gpu=h100" in failure.message
    assert "of 1 nodes, the first have: 4 CPUs" in failure.message


@pytest.mark.long
def test_a_worker_that_is_killed_loses_what_it_had_in_hand_and_nothing_else(
    deployment: Deployment, ray_cluster: Cluster
) -> None:
    run = run_of(with_settings(deployment, workers={"max": 2}), "slow", 8)
    with when(made(deployment, 2), lambda: kill(processes(ray_cluster, WORKER)[:1])):
        result = pictures(run)
    assert (result["counts"]["made"], result["counts"]["failed"]) == (8, 0)
    assert not processes(ray_cluster, WORKER)


@pytest.mark.long
def test_what_a_busy_worker_has_not_begun_is_made_by_one_that_has_nothing_to_do(deployment: Deployment) -> None:
    run = run_of(with_settings(deployment, workers={"max": 2}), "after-3", 4)
    assert pictures(run, batch_size=1)["counts"]["made"] == 4
