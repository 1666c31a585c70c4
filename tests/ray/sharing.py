"""Jobs that are there at the same time, and what of their workers can be seen from outside."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from include.contract.deployments import Deployment
from include.contract.engines import EngineName, ProcessSettings
from operators.stages.kinds import TextOperator
from tests.operators.conftest import Run
from tests.ray.computed import LOADS, ORDER, notes
from tests.ray.head import ROOT, STAGE_BIN, Cluster
from tests.ray.runs import brief, pictures, with_settings

_SAMPLE = re.compile(r"^(\w+)\{([^}]*)\} (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')
KEPT_S = 600.0
"""Workers stay as long as their test."""


@dataclass(frozen=True)
class Job:
    """A run, and a task of it whose items are others than any other run's."""

    run: Run
    brief: str
    task: Callable[[Run], dict[str, Any]]

    def start(self, threads: ThreadPoolExecutor) -> Future[dict[str, Any]]:
        """Have its items made."""
        return threads.submit(self.task, self.run)


def jobs_on(deployment: Deployment, folder: Path) -> Callable[..., Job]:
    """What makes jobs of pictures, one a batch, that share one worker unless `limits` say otherwise."""

    def job(word: str, items: int, profile: dict[str, Any] | None = None, **limits: Any) -> Job:
        assert deployment.ray is not None
        process = ProcessSettings(python=deployment.ray.python, scratch=str(folder), cache=str(folder))
        name = f"{word}-{secrets.token_hex(4)}x"
        run = Run(
            deployment.model_copy(update={"engine": EngineName.PROCESS, "process": process}), run_id=f"manual__{name}"
        )
        run.brief(brief(name, items, what=name))
        run.text()
        run.deployment = with_settings(deployment, profile, workers={"max": 1, "idle_s": KEPT_S, **limits})
        return Job(run, name, partial(pictures, batch_size=1))

    return job


def cards_on(deployment: Deployment, word: str, products: int) -> Job:
    """A job of so many products' cards, ten a batch, which shares one worker with others."""
    name = f"{word}-{secrets.token_hex(4)}x"
    rows = "".join(f"{name}-{n},Product {n} of {name},Kitchen,7.50,EUR,A good one\n" for n in range(products))
    table = Path(deployment.files) / f"{name}.csv"
    table.write_text(f"sku,name,category,price,currency,description\n{rows}")
    run = Run(with_settings(deployment, workers={"max": 1, "idle_s": KEPT_S}), run_id=f"manual__{name}")
    run.brief({}, source={"catalogue": table.name}, stages={"text": {"recipe": "caption.product"}}, brief={})
    return Job(run, name, _cards)


def _cards(run: Run) -> dict[str, Any]:
    return run.run_stage(
        TextOperator(task_id="text", recipe="caption.product", deployment=run.deployment, batch_size=10)
    )


def loads(cluster: Cluster) -> int:
    """How often the cluster's workers have loaded a model, in all tests so far."""
    return len(notes(cluster.cache, LOADS))


def order(cluster: Cluster, *jobs: Job) -> list[Job]:
    """Whose items were computed one after the other, if by one worker."""
    by_brief = {job.brief: job for job in jobs}
    return [by_brief[brief] for brief, _, _ in notes(cluster.cache, ORDER) if brief in by_brief]


def ask_ray(cluster: Cluster, program: str) -> str:
    """What a program says that has joined the cluster."""
    lines = f"import ray; ray.init(address={cluster.gcs!r}, log_to_driver=False, configure_logging=False); {program}"
    done = subprocess.run(
        [STAGE_BIN / "python", "-c", lines],
        cwd=ROOT,
        env=cluster.variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def metrics(cluster: Cluster) -> dict[tuple[str, str], float]:
    """What the head's Prometheus endpoint says of pools: by the sample's name and its pool's recipe, summed.

    Nothing, if it does not answer yet.
    """
    found: dict[tuple[str, str], float] = {}
    places = json.loads((cluster.folder / "ray" / "prom_metrics_service_discovery.json").read_text())
    for target in [target for place in places for target in place["targets"]]:
        try:
            text = httpx.get(f"http://{target}/metrics", timeout=30).text
        except httpx.ConnectError:
            continue
        for name, told, value in _SAMPLE.findall(text):
            labels = dict(_LABEL.findall(told))
            if name.startswith("ray_atelier_pool_"):
                key = name.removeprefix("ray_atelier_pool_"), labels["recipe"]
                found[key] = found.get(key, 0.0) + float(value)
    return found
