"""Anything may die at any moment: the run ends with success, and nothing that had a record is made again.

`ATELIER_SEED` repeats moments and victims.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable
from random import Random

import pytest

from tests.ray import airflow_side
from tests.ray.head import Cluster, end
from tests.ray.runs import image_operator, when
from tests.ray.scenes import Scene, deferred, made_in_tries
from tests.ray.victims import drivers, node_of_driver, node_of_worker, workers

pytestmark = [pytest.mark.ray, pytest.mark.long]
MOMENTS = 20
ITEMS = 40
LONGEST_S = 16.0
"""From the start of a run, most of which is made within."""
SEED = os.environ.get("ATELIER_SEED") or secrets.token_hex(4)


@pytest.fixture
def ray_cluster(several_nodes: Cluster) -> Cluster:
    """Parts of it die."""
    return several_nodes


def some_worker(cluster: Cluster) -> None:
    end(workers(cluster)[:1])


def some_driver(cluster: Cluster) -> None:
    end(drivers(cluster))


def raylet_of_worker(cluster: Cluster) -> None:
    node = node_of_worker(cluster) or cluster.nodes[-1]
    node.kill_raylet()


def raylet_of_driver(cluster: Cluster) -> None:
    node = node_of_driver(cluster) or cluster.nodes[0]
    node.kill_raylet()


def head_for_a_while(cluster: Cluster) -> None:
    cluster.head.kill()
    cluster.start()


ON_THE_CLUSTER = (some_worker, some_driver, raylet_of_worker, raylet_of_driver, head_for_a_while)
OF_AIRFLOW = ("triggerer", "worker")


@pytest.mark.parametrize("number", range(MOMENTS))
def test_a_moment(scene_of: Callable[..., Scene], number: int) -> None:
    moment = Random(f"{SEED}-{number}")
    after_s, victim = moment.uniform(2.0, LONGEST_S), moment.choice((*ON_THE_CLUSTER, *OF_AIRFLOW))
    name = victim if isinstance(victim, str) else victim.__name__
    sys.stderr.write(f"ATELIER_SEED={SEED}, moment {number}: {name} after {after_s:.1f} s\n")
    scene = scene_of(items=ITEMS)
    if isinstance(victim, str):
        made_without(scene, victim, after_s)
        return
    began = time.monotonic()

    def kill() -> None:
        scene.note()
        victim(scene.cluster)

    with when(lambda: time.monotonic() - began > after_s, kill):
        result = made_in_tries(scene.run)
    if scene.before is None:
        scene.note()
    scene.check(result)
    assert result["counts"]["made"] + result["counts"]["reused"] == ITEMS


def made_without(scene: Scene, victim: str, after_s: float) -> None:
    """A run whose worker of Airflow, or triggerer, dies at a moment."""
    if victim == "worker":
        with airflow_side.worker(scene.run) as lost:
            lost.told.poll(after_s)
            scene.note()
            lost.kill()
        scene.run.try_number += 1
        scene.check(made_in_tries(scene.run))
        return
    _, arguments = deferred(scene).trigger.serialize()
    with airflow_side.triggerer(arguments) as lost:
        lost.told.poll(after_s)
        scene.note()
        lost.kill()
    with airflow_side.triggerer(arguments) as triggerer:
        event = triggerer.result()
    scene.check(scene.run.go_on(image_operator(scene.run), event))
