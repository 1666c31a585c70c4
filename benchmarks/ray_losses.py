"""Seconds that a stage on Ray takes longer because a worker, a node, the driver or the head is lost in its middle.

A head and two nodes run on this machine; what dies gets -9, and a lost node comes back as a new one.
`.venv/airflow/bin/python -m benchmarks.ray_losses [REPEATS]` prints the table.
"""

from __future__ import annotations

import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from atelier.testing.s3 import running as s3_running
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.ray.head import Cluster, Head, Node, end, running
from tests.ray.runs import deployment_on, when
from tests.ray.scenes import Scene, made_in_tries, scenes_on, whole
from tests.ray.victims import drivers, node_of_driver, node_of_worker, workers

ITEMS = 40
REPEATS = 3


def nothing(scene: Scene) -> bool:
    """For comparison."""
    return True


def a_worker(scene: Scene) -> bool:
    """One that computes."""
    found = [each for each in workers(scene.cluster) if scene.last_note(each) == "begin"]
    end(found[:1])
    return bool(found)


def a_node(scene: Scene) -> bool:
    """One with workers, and without the driver."""
    return _replaced(scene.cluster, node_of_worker(scene.cluster))


def the_driver(scene: Scene) -> bool:
    """Its process alone."""
    found = drivers(scene.cluster)
    end(found)
    return bool(found)


def the_drivers_node(scene: Scene) -> bool:
    """With the workers on it."""
    return _replaced(scene.cluster, node_of_driver(scene.cluster))


def _replaced(cluster: Cluster, node: Node | None) -> bool:
    """Whether there was a node to lose; a new one comes for it."""
    if node is None:
        return False
    node.kill()
    cluster.remove(node)
    cluster.add()
    return True


def the_head(scene: Scene) -> bool:
    """With storage, and started again at once."""
    scene.cluster.head.kill()
    scene.cluster.start()
    return True


LOSSES: dict[str, Callable[[Scene], bool]] = {
    "nothing": nothing,
    "a worker": a_worker,
    "a node with workers": a_node,
    "the driver": the_driver,
    "the driver's node": the_drivers_node,
    "the head, started again": the_head,
}


def main(repeats: int) -> None:
    """Print the table."""
    with (
        tempfile.TemporaryDirectory(prefix="atelier-bench-") as name,
        s3_running(Path(name)) as s3,
        running(s3.environment(), Head(cpus=0, memory_mib=100, storage=True)) as cluster,
    ):
        print("| lost at the 10th of 40 items | seconds | longer by | computed twice |\n|---|---|---|---|")
        before = 0.0
        for words, lose in LOSSES.items():
            measured = [_seconds(cluster, s3, Path(name), lose) for _ in range(repeats)]
            seconds = statistics.median(took_s for took_s, _ in measured)
            twice = statistics.median(again for _, again in measured)
            before = before or seconds
            print(f"| {words} | {seconds:.1f} | {seconds - before:.1f} | {twice:g} |", flush=True)


def _seconds(cluster: Cluster, s3: S3, folder: Path, lose: Callable[[Scene], bool]) -> tuple[float, int]:
    """Seconds of one run, and how many computings were more than there are items."""
    whole(cluster)
    own = Path(tempfile.mkdtemp(dir=folder))
    # What another run has made would be reused.
    s3 = replace(s3, bucket=f"losses-{secrets.token_hex(6)}")
    s3.client().create_bucket(Bucket=s3.bucket)
    with pytest.MonkeyPatch.context() as patch:
        scene = scenes_on(cluster, deployment_on(cluster, s3, own, patch), own)(items=ITEMS, max=3)
        began = time.monotonic()
        with when(lambda: len(scene.notes()) >= 20 and lose(scene)):
            made_in_tries(scene.run)
        return time.monotonic() - began, sum(scene.computed().values()) - ITEMS


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS)
