"""A catalogue of 10,000 products in one DAG run, by a stage that does nothing, against a plain loop with boto3.

The loop puts what the stage has made of a tenth of the rows, one after the other. Airflow, its database, the store and
the runtime are real; `benchmarks/nothing.py` is the stage's work.
Peak resident memory is sampled, twice a second, of each part's largest process.
`.venv/airflow/bin/python -m benchmarks.wide [ROWS ...]` prints the tables.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import psutil

from deploy.demo.airflow_api import ENDED
from deploy.local.installation import PROJECT_ROOT
from include.contract.manifests import unpack_lines
from include.store.store import Store
from tests.cluster.airflow import until
from tests.e2e.newsroom import Newsroom, newsroom

ROWS = (100, 10_000)
STAGE = "text"
TYPE = """
name: wide{rows}
title: Cards of {rows} products
description: Cards of {rows} products.
source: {{catalogue: products-{rows}.csv}}
stages:
  text: {{recipe: caption.product}}
"""
PROGRAM = """#!/bin/sh
shift 2
exec {python} -m benchmarks.nothing "$@"
"""


def main(sizes: tuple[int, ...]) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as name:
        program = Path(name) / "nothing"
        program.write_text(PROGRAM.format(python=PROJECT_ROOT / ".venv" / "stage" / "bin" / "python"))
        program.chmod(0o755)
        with newsroom(Path(name) / "room", python=str(program)) as room:
            print("| rows | seconds | items/s | tasks | XCom bytes |\n|---|---|---|---|---|")
            peaks = {rows: _run(room, rows) for rows in sizes}
            print("\n| rows | part | peak memory MiB |\n|---|---|---|")
            for rows, by_part in peaks.items():
                for part, found in sorted(by_part.items()):
                    print(f"| {rows} | {part} | {found / 2**20:.0f} |")
            _loop(room, sizes[-1])


def _run(room: Newsroom, rows: int) -> dict[str, int]:
    """One run of so many products; the peak memory of each part in bytes."""
    dag_id = f"wide{rows}"
    table = "\n".join(f"{rows}-{n},Product {n} of {rows},Kitchen,{n % 90}.50,EUR,A good one" for n in range(rows))
    room.write_file(f"products-{rows}.csv", f"sku,name,category,price,currency,description\n{table}\n")
    room.write_type(dag_id, TYPE.format(rows=rows))
    room.api.trigger(dag_id, "first", {})
    with _sampled(room) as peaks:
        until(lambda: room.api.run_state(dag_id, "first") in ENDED, 7200, f"the run of {rows} rows ends")
    assert room.api.run_state(dag_id, "first") == "success"
    tasks, xcom = _database(room, dag_id)
    manifest = room.manifest({"dag_id": dag_id, "dag_run_id": "first"}, STAGE)
    assert manifest.counts.made == rows, manifest.counts
    print(f"| {rows} | {manifest.wall_s:.1f} | {rows / manifest.wall_s:.0f} | {tasks} | {xcom} |", flush=True)
    return dict(peaks)


def _database(room: Newsroom, dag_id: str) -> tuple[str, str]:
    """Task instances of the run, and bytes of what they handed on."""
    rows = room.airflow.database.rows
    (tasks,) = rows(f"SELECT count(*) FROM task_instance WHERE dag_id = '{dag_id}'")
    (xcom,) = rows(f"SELECT sum(length(value::text)) FROM xcom WHERE dag_id = '{dag_id}'")
    return tasks, xcom


@contextmanager
def _sampled(room: Newsroom) -> Iterator[dict[str, int]]:
    peaks: dict[str, int] = defaultdict(int)
    is_over = Event()

    def sample() -> None:
        while not is_over.wait(0.5):
            for part, size in _sizes(room):
                peaks[part] = max(peaks[part], size)

    thread = Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        is_over.set()
        thread.join()


def _sizes(room: Newsroom) -> Iterator[tuple[str, int]]:
    """Resident bytes of each process that matters, under its part's name."""
    for name, process in room.airflow.running.items():
        everyone = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for each in everyone:
            try:
                is_stage = "benchmarks.nothing" in each.cmdline()
                is_worker = name == "scheduler" and each.pid != process.pid
                yield "runtime" if is_stage else "worker" if is_worker else name, each.memory_info().rss
            except psutil.NoSuchProcess:
                continue


def _loop(room: Newsroom, rows: int) -> None:
    """The same objects of the first stage, put one after the other."""
    store = room.store()
    manifest = room.manifest({"dag_id": f"wide{rows}", "dag_run_id": "first"}, STAGE)
    lines = [line for part in manifest.parts for line in unpack_lines(store.blob(part.sha256, "a part"))]
    bodies = [[store.blob(output.sha256, output.name) for output in line.outputs] for line in lines[: rows // 10]]
    started_at = time.perf_counter()
    for number, outputs in enumerate(bodies):
        for index, body in enumerate(outputs):
            _put(store, f"loop/{number}/{index}", body)
        _put(store, f"loop/{number}/record", b"{}" * 400)
    rate = len(bodies) / (time.perf_counter() - started_at)
    ours = rows / manifest.wall_s
    print("\n| way | items/s | / plain loop |\n|---|---|---|")
    print(f"| plain boto3 loop: {len(bodies[0])} outputs and a record an item | {rate:.0f} | 1.00 |")
    print(f"| the stage: the same, and looked up, claimed, checked, listed | {ours:.0f} | {ours / rate:.2f} |")


def _put(store: Store, key: str, body: bytes) -> None:
    store.connection.client.put_object(Bucket=store.domain.bucket, Key=key, Body=body)


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or ROWS)
