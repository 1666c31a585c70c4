"""What a stage meets at the edges of a cluster: shared GPUs, and nodes far away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import Cause
from include.contract.manifests import Outcome
from include.store.store import Store
from tests.operators.conftest import Run
from tests.ray.head import Cluster, Node
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
