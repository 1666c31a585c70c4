"""Who hands items to workers: the dispatcher, Ray Serve, or Ray Data's actor pools.

All have the same driver, worker, items, store and slots, and a model that takes two seconds to load (`rival_ways.py`).
`.venv/airflow/bin/python -m benchmarks.rivals FIGURES [WAY ...]` measures each way once, in three minutes, adds what it
saw to the file, and prints the medians of all that is in it. `benchmarks/requirements-ray.txt` is what they run on.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from atelier.testing import s3
from benchmarks.sleeping import LOAD_S, NOTES, asked_for
from include.contract import environment
from include.contract.ray import WorkerLimits, WorkerSpec
from include.runtime.models.files import registry
from tests.include.runtime.desk import Desk, desk_on, eventually
from tests.ray.head import ROOT, Cluster, Head, end, running

BIN = ROOT / ".venv" / "bench-ray" / "bin"
WAY = "ATELIER_BENCH_WAY"
WAYS = ("process", "dispatcher", "serve", "data")
SLOTS, MEMORY_MIB, IDLE_S = 2, 1024, 30.0
SECONDS_TO_LOAD = 2.0
SERVE = {
    "RAY_SERVE_HANDLE_AUTOSCALING_METRIC_PUSH_INTERVAL_S": "0.5",
    "RAY_SERVE_REPLICA_AUTOSCALING_METRIC_PUSH_INTERVAL_S": "0.5",
    "RAY_SERVE_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "1",
}
"""So that it grows at once, on a busy machine too; else it looks every ten seconds."""
PATIENCE_S = 300.0
JOBS = {
    "cold": (40, 0.25, 1),
    "warm": (40, 0.25, 1),
    "short": (480, 0.001, 1),
    "batched": (480, 0.001, 50),
    "alone": (4, 0.1, 1),
    "large": (1000, 0.1, 1),
    "small": (4, 0.1, 1),
    "killed": (40, 0.25, 1),
}
"""Items, seconds of each, and how many are a batch."""
RATES = ("short", "batched")
Note = dict[str, Any]


@dataclass(frozen=True)
class Running:
    """A driver that has begun."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    began_at: float

    def ended(self) -> float:
        """Seconds that it took."""
        code = self.process.wait(PATIENCE_S)
        if code:
            raise RuntimeError(f"the driver of `{self.name}` ended with {code}:\n{self.log.read_text()[-3000:]}")
        return time.time() - self.began_at


class Stand:
    """Where one way is measured."""

    def __init__(self, way: str, requests: Mapping[str, str], variables: Mapping[str, str]) -> None:
        self._way, self._requests = way, requests
        self._variables = {**variables, WAY: way}

    def start(self, name: str) -> Running:
        """One of `JOBS`."""
        return self._started(name, "run", self._requests[name])

    def deploy(self) -> float:
        """Have Serve stand ready; seconds that it took."""
        return self._started("deploy", "deploy").ended()

    def notes(self, what: str, job: str = "") -> list[Note]:
        """What workers wrote down: loads, or items of a job."""
        path = Path(self._variables[NOTES])
        found = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [each for each in found if each["what"] == what and each.get("job", "") == self._job(job)]

    def workers(self) -> list[psutil.Process]:
        """Those that have loaded a model and live."""
        found = []
        for pid in {note["pid"] for note in self.notes("load")}:
            with suppress(psutil.NoSuchProcess):
                found.append(psutil.Process(pid))
        return [each for each in found if each.status() != psutil.STATUS_ZOMBIE]

    def _job(self, name: str) -> str:
        return f"{self._way} {name}" if name else ""

    def _started(self, name: str, *arguments: str) -> Running:
        command = [BIN / "python", "-m", "benchmarks.rival_ways", *arguments]
        log = Path(f"{self._variables[NOTES]}-{name}.log")
        with log.open("w") as file:
            process = subprocess.Popen(command, env=self._variables, cwd=ROOT, stdout=file, stderr=file)
        return Running(name, process, log, time.time())


def measured(way: str, desk: Desk, base: Mapping[str, str]) -> dict[str, float]:
    """One way, on a cluster of its own."""
    model = registry().identity("builtin/sketch")
    requests = {
        name: asked_for(desk, f"{way} {name}", items, item_s, model, batch_size)
        for name, (items, item_s, batch_size) in JOBS.items()
        if way != "process" or name in RATES
    }
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    own = {**base, **SERVE, "PATH": path, NOTES: f"{desk.scratch}/{way}", LOAD_S: str(SECONDS_TO_LOAD)}
    if way == "process":
        return _rates(Stand(way, requests, {**os.environ, **own})) | {"load": os.getloadavg()[0]}
    with running(own, Head(cpus=SLOTS, object_store_mb=1000)) as cluster:
        spec = WorkerSpec(
            cpu=1, memory_mib=MEMORY_MIB, schedule_timeout_s=600, workers=WorkerLimits(max=SLOTS, idle_s=IDLE_S)
        )
        variables = {**cluster.variables, "RAY_ADDRESS": cluster.gcs, environment.WORKER: spec.model_dump_json()}
        stand = Stand(way, requests, variables)
        idle_mib = _memory_mib(cluster)
        ready_s = stand.deploy() if way == "serve" else 0.0
        figures = {"ready s": ready_s, **_jobs(stand, lambda: _memory_mib(cluster) - idle_mib)}
        return figures | {"left MiB": _memory_mib(cluster) - idle_mib, "load": os.getloadavg()[0]}


def _jobs(stand: Stand, memory_mib: Callable[[], float]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name in ("cold", "warm"):
        before = len(stand.notes("load"))
        job = stand.start(name)
        if name == "warm":
            eventually(lambda: len(stand.notes("item", "warm")) >= 20, PATIENCE_S)
            figures["memory MiB"] = memory_mib()
        figures[f"{name} s"] = job.ended()
        figures[f"{name} first item s"] = min(note["to"] for note in stand.notes("item", name)) - job.began_at
        figures[f"{name} loads"] = len(stand.notes("load")) - before
    return figures | _rates(stand) | _beside_many(stand) | _lost(stand, figures["warm s"]) | _until_none(stand)


def _rates(stand: Stand) -> dict[str, float]:
    """Of many items of a millisecond."""
    figures = {}
    for name in RATES:
        stand.start(name).ended()
        notes = stand.notes("item", name)
        span_s = max(note["to"] for note in notes) - min(note["from"] for note in notes)
        figures[f"{name} ms an item"] = 1000 * span_s / len(notes)
    return figures


def _beside_many(stand: Stand) -> dict[str, float]:
    """A small job alone, and one that comes when a large one is at its hundredth item."""
    alone_s = stand.start("alone").ended()
    large = stand.start("large")
    eventually(lambda: len(stand.notes("item", "large")) >= 100, PATIENCE_S)
    small_s = stand.start("small").ended()
    before = len(stand.notes("item", "large"))
    large.process.send_signal(signal.SIGTERM)
    large.process.wait(PATIENCE_S)
    return {"small alone s": alone_s, "small beside s": small_s, "large's items by then": before}


def _lost(stand: Stand, whole_s: float) -> dict[str, float]:
    """What a worker costs that is killed at the tenth of forty items."""
    job = stand.start("killed")
    eventually(lambda: len(stand.notes("item", "killed")) >= 10, PATIENCE_S)
    end([psutil.Process(stand.notes("item", "killed")[-1]["pid"])])
    longer_s = job.ended() - whole_s
    again = Counter(note["item"] for note in stand.notes("item", "killed")).total() - JOBS["killed"][0]
    return {"killed, longer by s": longer_s, "killed, made twice": again}


def _until_none(stand: Stand) -> dict[str, float]:
    """Seconds until no worker is left; infinite if some stay."""
    began = time.monotonic()
    is_none = eventually(lambda: not stand.workers(), PATIENCE_S)
    return {"none left after s": time.monotonic() - began if is_none else float("inf")}


def _memory_mib(cluster: Cluster) -> float:
    """Of all processes of a cluster and its drivers; what several share is counted once."""
    total = 0
    for process in cluster.processes():
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / (1 << 20)


def _table(lines: list[dict[str, Any]]) -> str:
    ways = [way for way in WAYS if any(line["way"] == way for line in lines)]
    rows = [f"| | {' | '.join(ways)} |", f"|{'---|' * (len(ways) + 1)}"]
    for name in dict.fromkeys(name for line in lines for name in line["figures"]):
        cells = []
        for way in ways:
            seen = [line["figures"][name] for line in lines if line["way"] == way and name in line["figures"]]
            cells.append(f"{statistics.median(seen):.2f}" if seen else "")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main(path: Path, ways: list[str]) -> None:
    """Measure, and print what is known by now."""
    with tempfile.TemporaryDirectory() as folder, s3.running(Path(folder)) as server:
        desk = desk_on(server.connection(), server.bucket, Path(folder))
        for way in ways:
            figures = measured(way, desk, {**server.environment(), environment.SCRATCH: folder})
            with path.open("a") as file:
                file.write(json.dumps({"way": way, "figures": figures}) + "\n")
    print(_table([json.loads(line) for line in path.read_text().splitlines()]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(WAYS))
