"""`atelier plan` over a year: 365 runs of two briefs, four stages and five scenes, on a store of their own.

Each row is one fresh interpreter, as people run it, against SeaweedFS on loopback. The archive is made up of records
and stage contents as stages leave them, without the work.
`.venv/airflow/bin/python -m benchmarks.plan` prints a table.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import yaml

from atelier.testing.s3 import running
from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.deployments import StoreSettings
from include.store.connection import Connection
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.configuration import content_type_in, deployment_in
from tests.operators.planning.archive import Archive
from tests.wiring import FILM_STAGES

ROOT = Path(__file__).resolve().parent.parent
FIRST, DAYS = date(2026, 1, 1), 365
BRIEFS = ("morning", "evening")
DEPLOYMENT = {
    "engine": "process",
    "store": {"bucket": "atelier"},
    "process": {"python": "python", "scratch": "scratch", "cache": "cache"},
    "currency": "EUR",
    "profiles": {"cpu-small": {"cpu": 1, "memory_mib": 2048, "price_per_hour": 0.04}},
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS, help="length of the range")
    days = [FIRST + timedelta(days=n) for n in range(parser.parse_args().days)]
    with tempfile.TemporaryDirectory() as name, running(Path(name)) as server:
        os.environ.update(server.environment())
        folder = Path(name) / "project"
        folder.mkdir()
        plain, changed = _write(folder, days)
        print("| archive | plan s | CPU s |\n|---|---|---|")
        print(f"| nothing is made yet | {_plan(folder, plain, days)} |", flush=True)
        _fill(folder, plain, days)
        print(f"| all is made | {_plan(folder, plain, days)} |", flush=True)
        print(f"| all is made, then another picture size: {len(days) * 10} records looked up in vain "
              f"| {_plan(folder, changed, days)} |", flush=True)  # fmt: skip


def _write(folder: Path, days: list[date]) -> tuple[Path, Path]:
    """The deployment, the calendar, and two content types that differ in their pictures' size."""
    (folder / "deployment.yaml").write_text(yaml.safe_dump(DEPLOYMENT | {"files": str(folder)}))
    rows = [f"{day},{_id(name, day)},About the {name} of {day}" for day in days for name in BRIEFS]
    (folder / "calendar.csv").write_text("\n".join(["date,id,topic", *rows]))
    paths = []
    for name, size in (("films", 1080), ("smaller", 720)):
        stages = FILM_STAGES | {"image": {"recipe": "image.scene", "params": {"short_side_px": size}}}
        told = {
            "name": name,
            "title": name,
            "description": name,
            "schedule": "0 6 * * *",
            "start_date": str(days[0]),
            "source": {"calendar": "calendar.csv"},
            "stages": stages,
        }
        paths.append(folder / f"{name}.yaml")
        paths[-1].write_text(yaml.safe_dump(told, sort_keys=False))
    return paths[0], paths[1]


def _fill(folder: Path, path: Path, days: list[date]) -> None:
    """Everything that the year's runs leave in the store."""
    content_type = content_type_in(path, deployment_in(str(folder / "deployment.yaml")))
    settings = StoreSettings(bucket="atelier")
    archive = Archive(Store(settings.domain(), Connection.from_environment()), content_type)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda day: archive.make(_briefs(content_type, day), f"run-{day}"), days))


def _briefs(content_type: ContentType, day: date) -> list[Brief]:
    return [brief_of({"id": _id(name, day), "topic": f"About the {name} of {day}"}, content_type) for name in BRIEFS]


def _id(name: str, day: date) -> str:
    return f"{name}-{day}"


def _plan(folder: Path, path: Path, days: list[date]) -> str:
    """Seconds that the command took, and those of a core that it used: on a busy machine only these are its own."""
    command = [sys.executable, "-m", "operators.cli", "--deployment", str(folder / "deployment.yaml"), "plan"]
    command += [str(path), "--from", str(days[0]), "--to", str(days[-1])]
    before, started_at = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - started_at, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{done.stderr}")
    sys.stderr.write(done.stdout)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{seconds:.2f} | {cpu_s:.2f}"


if __name__ == "__main__":
    main()
