"""What a stage meets at the edges of a cluster: shared GPUs, nodes far away, two who begin, and wrong settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import Cause
from include.contract.failures import FailureClass
from include.contract.manifests import Outcome
from include.store.store import Store
from operators.retry import StageFailed
from operators.stages.operator import StageOperator
from tests.operators.conftest import Run
from tests.ports import free_ports
from tests.ray.head import Cluster, Node
from tests.ray.loading import BROKEN
from tests.ray.meetings import devices_met
from tests.ray.runs import brief, lines, pictures, with_settings

pytestmark = pytest.mark.ray
QUARTER = {"gpus": 1, "gpu_share": 0.25, "cpu": 0.5}
SHARING = 4
ITEMS = 3 * SHARING
"""More than some of the workers can have in hand."""


@pytest.fixture(scope="module")
def gpu_node(ray_cluster: Cluster) -> Iterator[Node]:
    """A second node, the only one with a GPU."""
    node = ray_cluster.add(cpus=2, gpus=1)
    yield node
    ray_cluster.remove(node)


def begun(deployment: Deployment, name: str, scenes: int) -> Run:
    """A run whose script is written, on the head."""
    run = Run(without_gpu(deployment))
    run.brief(brief(name, scenes))
    run.text()
    run.deployment = deployment
    return run


def without_gpu(deployment: Deployment) -> Deployment:
    """The deployment without a GPU."""
    return with_settings(deployment, {"gpus": 0, "gpu_share": None, "cpu": 1})


@pytest.mark.long
def test_four_quarters_of_a_gpu_work_side_by_side(deployment: Deployment, ray_cluster: Cluster, gpu_node: Node) -> None:
    run = begun(with_settings(deployment, QUARTER, workers={"max": SHARING}), f"meet-{SHARING}", ITEMS)
    result = pictures(run, batch_size=1)
    assert (result["counts"]["made"], result["counts"]["failed"]) == (ITEMS, 0)
    assert devices_met(ray_cluster.cache, f"meet-{SHARING}") == ["0"] * SHARING


@pytest.mark.long
def test_what_a_worker_on_another_node_died_of_is_told_in_its_own_words(
    deployment: Deployment, store: Store, gpu_node: Node
) -> None:
    run = begun(with_settings(deployment, QUARTER, workers={"max": 1}), "segv-1", 2)
    failed = lines(store, pictures(run, max_failed_share=0.5, batch_size=1))["segv-1/01"]
    assert (failed.outcome, failed.cause) == (Outcome.FAILED, Cause.WORKER_CRASHED)
    assert failed.message.startswith(
        "3 workers died of SIGSEGV while they made it alone. The last lines of the last one"
    )
    assert "Fatal Python error: Segmentation fault" in failed.message
    assert "_misbehave" in failed.message


@pytest.mark.long
def test_a_model_that_cannot_be_loaded_fails_after_three_loads_with_its_own_words(
    deployment: Deployment, ray_cluster: Cluster
) -> None:
    run = begun(with_settings(deployment, workers={"max": 1}), "honey", 2)
    flag = ray_cluster.cache / BROKEN
    flag.parent.mkdir(exist_ok=True)
    flag.touch()
    try:
        with pytest.raises(StageFailed) as caught:
            pictures(run)
        loads = len(flag.read_text().splitlines())
    finally:
        flag.unlink()
    failure = caught.value.failure
    assert (failure.failure_class, failure.cause) == (FailureClass.BUG, Cause.BUG)
    assert failure.message == "RuntimeError: the weights are not what they should be"
    assert loads == 3


@pytest.mark.long
def test_two_who_begin_the_same_try_at_once_have_one_job_and_one_result(
    deployment: Deployment, ray_cluster: Cluster
) -> None:
    run = begun(deployment, "slow", 6)
    before = {job["submission_id"] for job in ray_cluster.ask("/api/jobs/")}
    both = [replace(run, xcoms=dict(run.xcoms), states={}) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(pictures, both)
    assert len({job["submission_id"] for job in ray_cluster.ask("/api/jobs/")} - before) == 1
    assert (first["manifest"], first["content_digest"]) == (second["manifest"], second["content_digest"])
    assert first["counts"] == second["counts"]


def refused(deployment: Deployment) -> Any:
    """Why nothing is begun."""
    run = Run(deployment)
    run.brief(brief())
    with pytest.raises(StageFailed) as caught:
        run.text()
    return caught.value.failure


def test_a_wrong_token_says_where_it_is_set(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_ATELIER_RAY", json.dumps({"conn_type": "http", "password": "not-the-token"}))
    failure = refused(deployment)
    assert failure.cause is Cause.BAD_REQUEST
    assert "\n" not in failure.message
    assert "the password of the Airflow connection that `ray.connection_id` names" in failure.message
    assert "not-the-token" not in failure.message


def test_a_cluster_that_is_not_there_is_told_with_its_address(deployment: Deployment) -> None:
    (port,) = islice(free_ports(), 1)
    failure = refused(with_settings(deployment, address=f"http://127.0.0.1:{port}"))
    assert failure.cause is Cause.CLUSTER_AWAY
    assert failure.message.startswith(f"the Ray cluster at http://127.0.0.1:{port} does not answer: ")


@pytest.mark.long
def test_a_button_leads_to_the_job_while_it_runs(
    deployment: Deployment, ray_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(StageOperator, "_show", lambda operator, context, address: shown.append(address))
    run = begun(deployment, "honey", 1)
    (page,) = shown
    address, _, job = page.partition("/#/jobs/")
    assert address == ray_cluster.address
    assert job in {each["submission_id"] for each in ray_cluster.ask("/api/jobs/")}
    assert ray_cluster.token not in page
    assert run.xcoms["text"]["counts"]["made"] == 1
