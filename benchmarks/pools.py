"""Many short stages that need the same model, and two models in turn: a process for each stage, and pools on Ray.

Stages come at random moments, the same ones for each way, and find two places. One loads its model for five seconds and
then makes 8 items, of 2.5 s each: by sleeping, so that what is measured is who waits for whom.
`.venv/airflow/bin/python -m benchmarks.pools` prints the table, in an hour and a half; `--way`, `--models` and `--seed`
print one row, and with `--speed 4` all of it takes a quarter of the time.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from threading import Semaphore
from typing import Any

from atelier.testing import s3
from benchmarks.sleeping import LOAD_S, NOTES, asked_for
from include.contract import environment
from include.contract.ray import WorkerLimits, WorkerSpec
from include.runtime.models.files import registry
from tests.include.runtime.desk import Desk, desk_on
from tests.ray.head import ROOT, STAGE_BIN, Cluster, Head, running

STAGES, ITEMS, SLOTS = 30, 8, 2
OVER_S, SECONDS_TO_LOAD, ITEM_S = 300.0, 5.0, 2.5
SEEDS = (17, 18, 19)
MODELS = ("builtin/sketch", "builtin/phrases")
WAYS = {"process": "a process for each stage", "pool": "a pool for each model"}


@dataclass(frozen=True)
class Figures:
    """What came out."""

    way: str
    loads: int
    load_s: float
    makespan_s: float
    busy_share: float
    """Of the seconds that workers lived while something waited or was computed."""
    mean_wait_s: float
    """Of a stage, from the moment it comes to its end, beyond what its items take."""
    machine_load: float
    """Of the machine, in the last minute."""

    def line(self) -> str:
        """A row of the table."""
        return (
            f"| {self.way} | {self.loads} | {self.load_s:.0f} | {self.makespan_s:.0f} | {self.busy_share:.0%} "
            f"| {self.mean_wait_s:.0f} | {self.machine_load:.1f} |"
        )


def measured(
    way: str, desk: Desk, variables: Mapping[str, str], models: Sequence[str], speed: float, seed: int
) -> Figures:
    """All stages, by one way; `variables` say which, and where notes are taken."""
    notes = Path(variables[NOTES])
    notes.write_text("")
    identities = [registry().identity(model) for model in models]
    uris = [
        asked_for(desk, f"{way} {number}", ITEMS, ITEM_S / speed, identities[number % len(models)])
        for number in range(STAGES)
    ]
    chance = random.Random(seed)
    moments = sorted(chance.uniform(0, OVER_S / speed) for _ in uris)
    slots = Semaphore(STAGES if environment.WORKER in variables else SLOTS)
    began_at = time.time()
    spans: list[tuple[float, float]] = []
    lives: list[tuple[float, float]] = []

    def one(uri: str, moment: float) -> None:
        time.sleep(max(0.0, began_at + moment - time.time()))
        with slots:
            started_at = time.time()
            command = [STAGE_BIN / "python", "-m", "benchmarks.sleeping", "run", uri]
            subprocess.run(command, env=variables, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            lives.append((started_at, time.time()))
        spans.append((began_at + moment, time.time()))

    with ThreadPoolExecutor(STAGES) as threads:
        list(threads.map(one, uris, moments))
    return _figures(way, [json.loads(line) for line in notes.read_text().splitlines()], spans, lives, variables)


def _figures(
    way: str,
    notes: Sequence[dict[str, Any]],
    spans: Sequence[tuple[float, float]],
    lives: Sequence[tuple[float, float]],
    variables: Mapping[str, str],
) -> Figures:
    loads = [note for note in notes if note["what"] == "load"]
    items = [note for note in notes if note["what"] == "item"]
    began_at, ended_at = min(start for start, _ in spans), max(end for _, end in spans)
    if environment.WORKER in variables:
        # Of a worker that made room for another, to its last item.
        pids = {note["pid"]: note["born"] for note in notes}
        last = {pid: max(note["to"] for note in notes if note["pid"] == pid) for pid in pids}
        lives = [(born, last[pid] if len(pids) > SLOTS else ended_at) for pid, born in pids.items()]
    busy_s = sum(note["to"] - note["from"] for note in items)
    lived_s = sum(_overlap(life, spans) for life in lives)
    own_s = busy_s / len(spans)
    waits_s = [end - start - own_s for start, end in spans]
    return Figures(
        way,
        len(loads),
        sum(note["to"] - note["from"] for note in loads),
        ended_at - began_at,
        busy_s / lived_s,
        sum(waits_s) / len(waits_s),
        os.getloadavg()[0],
    )


def _overlap(life: tuple[float, float], spans: Sequence[tuple[float, float]]) -> float:
    """Of a worker's life, while there was any stage."""
    total_s, until = 0.0, life[0]
    for start, end in sorted(spans):
        begin, finish = max(start, until), min(end, life[1])
        if finish > begin:
            total_s += finish - begin
            until = finish
    return total_s


def _on_ray(cluster: Cluster) -> dict[str, str]:
    limits = WorkerLimits(max=SLOTS, idle_s=OVER_S)
    spec = WorkerSpec(cpu=1, memory_mib=1024, schedule_timeout_s=600, workers=limits)
    return {**cluster.variables, "RAY_ADDRESS": cluster.gcs, environment.WORKER: spec.model_dump_json()}


def main(speed: float, ways: Sequence[str], numbers: Sequence[int], seeds: Sequence[int]) -> None:
    """Measure, and say how it went."""
    print("| way | loads | of which seconds | makespan, s | busy | wait of a stage, s | load |")
    with tempfile.TemporaryDirectory() as folder, s3.running(Path(folder)) as server:
        desk = desk_on(server.connection(), server.bucket, Path(folder))
        noted = {NOTES: f"{folder}/notes", LOAD_S: str(SECONDS_TO_LOAD / speed)}
        alone = {**os.environ, **server.environment(), **noted, environment.SCRATCH: folder}
        for seed, models, way in product(seeds, (MODELS[:number] for number in numbers), ways):
            name = f"{WAYS[way]}, {len(models)} models, seed {seed}"
            if way == "process":
                print(measured(name, desk, alone, models, speed, seed).line(), flush=True)
            else:
                with running({**server.environment(), **noted}, Head(cpus=SLOTS)) as ray:
                    print(measured(name, desk, _on_ray(ray), models, speed, seed).line(), flush=True)


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--way", nargs="+", choices=tuple(WAYS), default=tuple(WAYS))
    parser.add_argument("--models", nargs="+", type=int, choices=(1, 2), default=(1, 2))
    parser.add_argument("--seed", nargs="+", type=int, default=SEEDS)
    asked = parser.parse_args()
    main(asked.speed, asked.way, asked.models, asked.seed)
