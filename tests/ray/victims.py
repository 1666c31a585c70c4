"""What of a run on a cluster may die, found while it lives."""

from __future__ import annotations

import psutil

from tests.ray.head import Cluster, Node
from tests.ray.runs import processes

WORKER = "ray::ModelWorker"
DRIVER = "-m tests.ray.stages"


def drivers(cluster: Cluster) -> list[psutil.Process]:
    """Of all jobs that run."""
    return processes(cluster, DRIVER)


def workers(cluster: Cluster) -> list[psutil.Process]:
    """Of all stages that run."""
    return processes(cluster, WORKER)


def node_of_driver(cluster: Cluster) -> Node | None:
    """The node, but for the head, that the driver runs on."""
    return next(iter(_nodes_with(cluster, DRIVER)), None)


def node_of_worker(cluster: Cluster) -> Node | None:
    """A node, but for the head, that has a worker and no driver."""
    others = _nodes_with(cluster, DRIVER)
    return next((node for node in _nodes_with(cluster, WORKER) if node not in others), None)


def _nodes_with(cluster: Cluster, word: str) -> list[Node]:
    pids = {process.pid for process in processes(cluster, word)}
    return [node for node in cluster.nodes if pids & {process.pid for process in node.processes()}]
