"""Runs of the scripted stages, and what is done to them meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import Deployment, Profile, StoreSettings
from include.contract.engines import EngineName
from include.contract.manifests import ItemLine, Manifest
from include.contract.ray import RaySettings, WorkerLimits
from include.store.store import Store
from operators.items import items_in
from operators.stages.kinds import ImageOperator
from operators.store import connected_store
from tests.operators.conftest import Run
from tests.operators.context import connect
from tests.ray.head import STAGE_BIN, Cluster
from tests.wiring import reading

CONNECTION = "atelier_ray"
RECORDS = "v1/items/image/"


def brief(name: str = "honey", scenes: int = 2, what: str = "Honey") -> dict[str, Any]:
    """A brief whose pictures misbehave as its name says."""
    script = [{"narration": f"Bees fly {n} times.", "image_prompt": f"{n} bees at a flower"} for n in range(scenes)]
    return {"id": name, "topic": what, "script": {"title": "Honey", "scenes": script}}


def deployment_on(cluster: Cluster, s3: S3, folder: Path, patch: pytest.MonkeyPatch) -> Deployment:
    """A deployment on a bucket whose stages, which are scripted, run on the cluster; it is connected to both."""
    connect(s3, patch)
    patch.setenv("AIRFLOW_CONN_ATELIER_RAY", json.dumps({"conn_type": "http", "password": cluster.token}))
    (folder / "files").mkdir()
    python = folder / "python"
    # What the engine starts, with other stages: `-m include.runtime` becomes `-m tests.ray.stages`.
    python.write_text(f'#!/bin/sh\nshift 2\nexec {STAGE_BIN / "python"} -m tests.ray.stages "$@"\n')
    python.chmod(0o755)
    return Deployment(
        engine=EngineName.RAY,
        store=StoreSettings(bucket=s3.bucket, prefix="team/"),
        ray=RaySettings(
            address=cluster.address,
            connection_id=CONNECTION,
            python=str(python),
            deferrable=False,
            workers=WorkerLimits(idle_s=0),
        ),
        files=str(folder / "files"),
        profiles={"cpu-small": Profile(cpu=1, memory_mib=512)},
    )


def with_settings(deployment: Deployment, profile: dict[str, Any] | None = None, **ray: Any) -> Deployment:
    """The deployment with other settings of its engine, and of its profile."""
    assert deployment.ray is not None
    ray["workers"] = {**deployment.ray.workers.model_dump(), **ray.get("workers", {})}
    small = deployment.profiles["cpu-small"].model_copy(update=profile or {})
    settings = type(deployment.ray).model_validate({**deployment.ray.model_dump(), **ray})
    return deployment.model_copy(update={"ray": settings, "profiles": {"cpu-small": small}})


def image_operator(run: Run, **arguments: Any) -> ImageOperator:
    """The task that has the run's pictures made."""
    return ImageOperator(
        task_id="image",
        recipe="image.scene",
        deployment=run.deployment,
        inputs=reading("image.scene"),
        retry_delay=0,
        **arguments,
    )


def pictures(run: Run, **arguments: Any) -> dict[str, Any]:
    """The run's pictures."""
    return run.run_stage(image_operator(run, **arguments))


def lines(store: Store, result: dict[str, Any]) -> dict[str, ItemLine]:
    """What became of each item."""
    body = store.get(result["manifest"])
    assert body is not None
    return {line.item: line for line in items_in(store, Manifest.model_validate_json(body).parts, "the test")}


def made(deployment: Deployment, items: int) -> Callable[[], bool]:
    """Whether so many pictures have a record."""
    store = connected_store(deployment.store)
    return lambda: len(store.listed(RECORDS)) >= items


def processes(cluster: Cluster, word: str) -> list[psutil.Process]:
    """Those of the cluster whose command has `word`."""
    found = []
    for process in cluster.processes():
        try:
            command = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if word in command and not command.startswith("/bin/sh"):
            found.append(process)
    return found


def kill(found: list[psutil.Process]) -> None:
    """With -9."""
    for process in found:
        process.kill()


@contextmanager
def when(is_time: Callable[[], bool], act: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Act as soon as it is time, beside the block."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            if is_time():
                act()
                return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
