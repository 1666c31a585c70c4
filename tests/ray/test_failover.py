"""Whatever dies while a stage is made: the run ends with success, and nothing that had a record is made again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from atelier.testing.s3 import S3
from tests.include.runtime.desk import eventually
from tests.ray import airflow_side
from tests.ray.head import Cluster, Head, end, running
from tests.ray.runs import image_operator, pictures, when
from tests.ray.scenes import ITEMS, Scene, deferred, made_in_tries, whole
from tests.ray.victims import drivers, node_of_driver, node_of_worker, workers

pytestmark = [pytest.mark.ray, pytest.mark.long]
PATIENCE_S = 300.0
"""Until the first items are made, on a busy machine."""
HEAD_LATE_S = 75.0
"""Every raylet ends itself when it has had no head for 60 s."""


@pytest.fixture
def ray_cluster(several_nodes: Cluster) -> Cluster:
    """Parts of it die."""
    return several_nodes


def kill_a_worker(scene: Scene, does: tuple[str, ...]) -> bool:
    """Kill one that does this; whether there was one."""
    found = [each for each in workers(scene.cluster) if scene.last_note(each) in does]
    if found:
        scene.note()
        end(found[:1])
    return bool(found)


def after(act: Callable[[Scene], bool], scene: Scene, items: int = 2) -> Callable[[], bool]:
    """Try to `act` once so many items are made; whether it was done."""
    return lambda: scene.is_made(items) and act(scene)


@pytest.mark.parametrize("does", [("", "end"), ("begin",)], ids=["idle", "computing"])
def test_a_worker(scene_of: Callable[..., Scene], does: tuple[str, ...]) -> None:
    scene = scene_of(min=3)
    with when(after(lambda each: kill_a_worker(each, does), scene)):
        result = pictures(scene.run)
    scene.check(result)
    assert result["counts"]["made"] == ITEMS


def test_a_worker_that_uploads(scene_of: Callable[..., Scene]) -> None:
    scene = scene_of("large", 4, max=1)

    def kill_while_it_uploads() -> bool:
        ended = {number for word, number, _ in scene.notes() if word == "end"}
        if not ended or scene.is_made(len(ended)):
            return False
        return kill_a_worker(scene, ("", "begin", "end"))

    with when(kill_while_it_uploads):
        result = pictures(scene.run, batch_size=1)
    scene.check(result)
    assert result["counts"]["made"] == 4


def kill_node_of_worker(scene: Scene) -> bool:
    """Kill a raylet that holds a worker, and no driver."""
    node = node_of_worker(scene.cluster)
    if node is None:
        return False
    scene.note()
    node.kill_raylet()
    return True


def kill_node_of_driver(scene: Scene) -> bool:
    """Kill the raylet of the driver; it ends itself."""
    node, found = node_of_driver(scene.cluster), drivers(scene.cluster)
    if node is None:
        return False
    scene.note()
    node.kill_raylet()
    gone, alive = psutil.wait_procs(found, timeout=30)
    assert not alive, "the driver lives on without its raylet"
    return True


def kill_driver(scene: Scene) -> bool:
    """Kill the driver."""
    found = drivers(scene.cluster)
    if found:
        scene.note()
        end(found)
    return bool(found)


def test_a_raylet_with_a_worker(scene_of: Callable[..., Scene]) -> None:
    scene = scene_of(items=24)
    with when(after(kill_node_of_worker, scene)):
        result = pictures(scene.run)
    scene.check(result)
    assert result["counts"]["made"] == 24


@pytest.mark.parametrize("act", [kill_node_of_driver, kill_driver])
def test_the_driver(scene_of: Callable[..., Scene], act: Callable[[Scene], bool]) -> None:
    scene = scene_of(items=24)
    with when(after(act, scene)):
        result = made_in_tries(scene.run)
    scene.check(result)
    assert scene.run.try_number == 2
    assert result["counts"]["reused"] >= 2


@pytest.mark.parametrize("away_s", [0.0, HEAD_LATE_S], ids=["back soon", "too late"])
def test_the_head_with_storage(scene_of: Callable[..., Scene], away_s: float) -> None:
    scene = scene_of(items=40, max=2)

    def kill_and_start_again(each: Scene) -> bool:
        each.note()
        each.cluster.head.kill()
        time.sleep(away_s)
        whole(each.cluster)
        return True

    with when(after(kill_and_start_again, scene)):
        result = made_in_tries(scene.run)
    scene.check(result)


@pytest.fixture
def head_with_driver(s3_server: S3, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster whose drivers run on the head."""
    with running(s3_server.environment(), Head(cpus=0, memory_mib=4000, storage=request.param)) as cluster:
        yield cluster


@pytest.mark.parametrize("head_with_driver", [True, False], ids=["with storage", "without"], indirect=True)
class TestHeadWithDriver:
    """A head that takes the driver along."""

    @pytest.fixture
    def ray_cluster(self, head_with_driver: Cluster) -> Cluster:
        whole(head_with_driver)
        return head_with_driver

    def test_the_head(self, scene_of: Callable[..., Scene]) -> None:
        scene = scene_of(items=24)

        def kill_and_start_again(each: Scene) -> bool:
            assert node_of_driver(each.cluster) is None
            each.note()
            each.cluster.head.kill()
            if not each.cluster.has.storage:
                for node in list(each.cluster.nodes):
                    each.cluster.remove(node)
            whole(each.cluster)
            return True

        with when(after(kill_and_start_again, scene)):
            result = made_in_tries(scene.run)
        scene.check(result)
        assert result["counts"]["reused"] >= 2


def test_the_triggerer(scene_of: Callable[..., Scene]) -> None:
    scene = scene_of()
    waits = deferred(scene)
    _, arguments = waits.trigger.serialize()
    with airflow_side.triggerer(arguments) as lost:
        assert eventually(lambda: scene.is_made(2), PATIENCE_S)
        scene.note()
        lost.kill()
    with airflow_side.triggerer(arguments) as triggerer:
        event = triggerer.result()
    scene.check(scene.run.go_on(image_operator(scene.run), event))


def test_the_worker_of_airflow(scene_of: Callable[..., Scene]) -> None:
    scene = scene_of()
    with airflow_side.worker(scene.run) as lost:
        assert eventually(lambda: scene.is_made(2), PATIENCE_S)
        scene.note()
        lost.kill()
    result = pictures(scene.run)
    scene.check(result)
    assert result["counts"]["made"] == ITEMS, "it is another try of the job"
    assert result["pods_started"] == 1
