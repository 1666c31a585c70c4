"""Runs to which something happens, and what is looked at afterwards."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from airflow.sdk.definitions.retry_policy import RetryAction
from airflow.sdk.exceptions import TaskDeferred

from include.contract.deployments import Deployment
from include.contract.engines import EngineName, ProcessSettings
from include.store.store import Store
from operators.retry import StageFailed
from operators.store import connected_store
from tests.operators.conftest import Run
from tests.ray.afterwards import Before, check
from tests.ray.computed import computed, notes
from tests.ray.head import Cluster
from tests.ray.runs import RECORDS, brief, pictures, with_settings

ITEMS = 12


@dataclass
class Scene:
    """A run on a cluster, and what is known of it when something dies."""

    cluster: Cluster
    deployment: Deployment
    run: Run
    brief: str
    items: int
    store: Store
    before: Before | None = None

    def note(self) -> None:
        """Remember what has been made so far."""
        self.before = Before.of(self.cluster, self.store, self.brief)

    def check(self, result: dict[str, Any]) -> None:
        """All is as it should be."""
        assert self.before is not None, "nothing died"
        check(self.cluster, self.store, self.brief, self.items, result, self.before)

    def is_made(self, items: int) -> bool:
        """Whether so many have a record."""
        return len(self.store.listed(RECORDS)) >= items

    def notes(self) -> list[tuple[str, str, int]]:
        """What workers have written down: word, item's number, process."""
        return notes(self.cluster.cache, self.brief)

    def computed(self) -> Counter[str]:
        """How often the computing of each item has begun."""
        return computed(self.cluster.cache, self.brief)

    def last_note(self, process: psutil.Process) -> str:
        """What a worker does: the last word that it has written down."""
        words = [word for word, _, pid in self.notes() if pid == process.pid]
        return words[-1] if words else ""


def scenes_on(cluster: Cluster, deployment: Deployment, folder: Path) -> Callable[..., Scene]:
    """What makes runs whose scripts are there, and whose pictures misbehave as told."""

    def scene(word: str = "slow", items: int = ITEMS, **limits: Any) -> Scene:
        assert deployment.ray is not None
        on_ray = with_settings(deployment, {"memory_mib": 1024}, workers={"max": 3, **limits})
        process = ProcessSettings(python=deployment.ray.python, scratch=str(folder), cache=str(folder))
        run = Run(deployment.model_copy(update={"engine": EngineName.PROCESS, "process": process}))
        name = f"{word}-{secrets.token_hex(4)}x"
        run.brief(brief(name, items))
        run.text()
        run.deployment = on_ray
        return Scene(cluster, on_ray, run, name, items, connected_store(deployment.store))

    return scene


def whole(cluster: Cluster, nodes: int = 2) -> None:
    """Have a head and so many nodes, all of which live."""
    if cluster.head.raylet is None:
        cluster.head.kill()
        cluster.start()
    for node in [each for each in cluster.nodes if each.raylet is None]:
        cluster.remove(node)
    while len(cluster.nodes) < nodes:
        cluster.add()


def made_in_tries(run: Run, **arguments: Any) -> dict[str, Any]:
    """The run's pictures, tried again as Airflow does."""
    while True:
        try:
            return pictures(run, **arguments)
        except StageFailed as failed:
            if failed.verdict.action is not RetryAction.RETRY:
                raise
            run.try_number += 1


def deferred(scene: Scene) -> TaskDeferred:
    """The trigger of a run that waits in the triggerer."""
    scene.run.deployment = with_settings(scene.deployment, deferrable=True, sync_wait_s=0, hold_event_s=0)
    with pytest.raises(TaskDeferred) as caught:
        pictures(scene.run)
    return caught.value
