"""Nodes that are about to go: a spot notice, and the SIGTERM of a pod."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from atelier.testing.s3 import S3
from tests.ray.head import Cluster, Head, Node, running
from tests.ray.runs import pictures, when
from tests.ray.scenes import Scene, whole
from tests.ray.victims import node_of_worker

pytestmark = [pytest.mark.ray, pytest.mark.long]


@pytest.fixture(scope="module")
def with_head_for_drivers(s3_server: S3) -> Iterator[Cluster]:
    """A head that takes the drivers, and nodes for the workers."""
    with running(s3_server.environment(), Head(cpus=0, memory_mib=2000)) as cluster:
        yield cluster


@pytest.fixture
def ray_cluster(with_head_for_drivers: Cluster) -> Cluster:
    whole(with_head_for_drivers)
    return with_head_for_drivers


def told_to_go(cluster: Cluster, node: Node, within_s: int) -> None:
    """As a cloud does before it takes a spot machine."""
    command = [
        "ray", "drain-node", f"--address={cluster.gcs}", f"--node-id={node.id}",
        f"--deadline-remaining-seconds={within_s}", "--reason=DRAIN_NODE_REASON_PREEMPTION", "--reason-message=spot",
    ]  # fmt: skip
    subprocess.run(command, env=cluster.variables, check=True, capture_output=True, timeout=60)


def begun_on(scene: Scene, pids: set[int]) -> int:
    return sum(word == "begin" and pid in pids for word, _, pid in scene.notes())


def test_a_draining_node_finishes_what_it_has_in_hand_and_gets_no_more(scene_of: Callable[..., Scene]) -> None:
    scene = scene_of(items=40)
    seen: dict[str, Any] = {}

    def drain() -> bool:
        node = node_of_worker(scene.cluster)
        if node is None:
            return False
        scene.note()
        seen.update(node=node, pids={each.pid for each in node.processes()})
        told_to_go(scene.cluster, node, 600)
        seen["begun"] = begun_on(scene, seen["pids"])
        return True

    with when(lambda: scene.is_made(2) and drain()):
        result = pictures(scene.run)
    scene.check(result)
    assert result["counts"]["made"] == 40
    assert begun_on(scene, seen["pids"]) <= seen["begun"] + 4, "after the notice it went on"
    computed = scene.computed()
    assert max(computed.values()) == 1, "what it had in hand was not lost"


def test_what_cannot_be_finished_before_the_deadline_is_made_elsewhere(scene_of: Callable[..., Scene]) -> None:
    scene = scene_of("lengthy", items=4, max=3)

    def drain() -> bool:
        node = node_of_worker(scene.cluster)
        if node is None or not begun_on(scene, {each.pid for each in node.processes()}):
            return False
        scene.note()
        told_to_go(scene.cluster, node, 5)
        return True

    with when(drain):
        result = pictures(scene.run, batch_size=1)
    scene.check(result)
    assert (result["counts"]["made"], result["counts"]["failed"]) == (4, 0)


def test_losses_with_a_node_are_not_held_against_what_was_made_there(scene_of: Callable[..., Scene]) -> None:
    """As often as an item that kills its workers is failed for it."""
    scene = scene_of("lengthy", items=1, max=1)
    killed: list[Node] = []

    def stop() -> bool:
        node = node_of_worker(scene.cluster)
        if node is None or not begun_on(scene, {each.pid for each in node.processes()}):
            return False
        scene.note()
        raylet = node.raylet
        assert raylet is not None
        raylet.send_signal(signal.SIGTERM if len(killed) % 2 else signal.SIGKILL)
        raylet.wait(60)
        killed.append(node)
        scene.cluster.add()
        return len(killed) == 3

    with when(stop):
        result = pictures(scene.run)
    scene.check(result)
    assert len(killed) == 3
    assert (result["counts"]["made"], result["counts"]["failed"]) == (1, 0)
