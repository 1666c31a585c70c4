"""A month of a calendar, made, made again, and made again after a change: a real Airflow's backfills, and the store."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.api import ENDED
from deploy.local.credentials import credentials_of
from deploy.local.installation import PROJECT_ROOT, Installation
from deploy.local.store import connect
from operators.reuse import read_manifest
from tests.cluster.airflow import Airflow, Api, until

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(3000)]
FIRST, DAYS = date(2026, 10, 1), 30
STAGES = ("text", "image")
DAILY = """
name: daily
title: Daily pictures
description: Two pictures a day.
schedule: 0 6 * * *
timezone: Europe/Berlin
start_date: 2026-10-01
max_active_runs: 8
source: {{calendar: calendar.json.yaml}}
brief: {{aspect: "1:1"}}
stages:
  text: {{recipe: script.narrated, profile: cpu-small}}
  image: {{recipe: image.scene, profile: cpu-small, params: {{short_side_px: {short_side_px}}}}}
"""


def row(day: date, name: str, prompt: str) -> dict[str, Any]:
    scenes = [{"narration": f"{name} on {day}.", "image_prompt": f"{prompt} {day.day}"}]
    script = {"title": name, "description": "A picture.", "hashtags": ["#day"], "scenes": scenes}
    return {"date": day.isoformat(), "id": f"{name}-{day.day}", "script": script}


@dataclass
class Newsroom:
    """Airflow, its content type and its calendar."""

    airflow: Airflow
    api: Api
    folder: Path

    def write(self, calendar: list[dict[str, Any]], short_side_px: int = 240) -> None:
        """Set the calendar and the content type."""
        (self.folder / "files" / "calendar.json.yaml").write_text(json.dumps(calendar))
        (self.folder / "content_types" / "daily.yaml").write_text(DAILY.format(short_side_px=short_side_px))

    def backfill(self, conf: dict[str, Any] | None = None) -> dict[str, Counter[str]]:
        """Make the month and count what became of each stage's items, and how many processes were started."""
        last = FIRST + timedelta(days=DAYS - 1)
        command = ["airflow", "backfill", "create", "--dag-id", "daily", "--from-date", str(FIRST)]
        command += ["--to-date", str(last + timedelta(days=1)), "--reprocess-behavior", "completed"]
        command += ["--dag-run-conf", json.dumps(conf)] if conf else []
        environment = {**os.environ, **self.airflow.services["scheduler"].env}
        asked = time.time()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        until(lambda: self._has_ended(asked), 1500, "the backfill has ended")
        return self._counted()

    def _runs(self) -> list[dict[str, Any]]:
        path = "/api/v2/dags/daily/dagRuns"
        found = self.api._ask("GET", path, params={"limit": 100, "run_type": ["backfill"]})
        runs: list[dict[str, Any]] = found["dag_runs"]
        return runs

    def _has_ended(self, asked: float) -> bool:
        runs = self._runs()
        return len(runs) == DAYS and all(run["state"] in ENDED for run in runs) and self._is_idle()

    def _is_idle(self) -> bool:
        backfills = self.api._ask("GET", "/api/v2/backfills", params={"dag_id": "daily"})["backfills"]
        return all(backfill["completed_at"] for backfill in backfills)

    def _counted(self) -> dict[str, Counter[str]]:
        store = connect(self.airflow.installation, credentials_of(self.airflow.installation), self.airflow.ports)
        counted: dict[str, Counter[str]] = {stage: Counter() for stage in STAGES}
        for run in self._runs():
            assert run["state"] == "success", run
            for stage in STAGES:
                found = self.api.xcom("daily", run["dag_run_id"], stage)
                manifest = read_manifest(store, found["manifest"], stage)
                counted[stage].update(made=manifest.counts.made, reused=manifest.counts.reused)
                counted[stage].update(processes=int(manifest.process_started))
        return counted


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("newsroom")
    for name in ("files", "dags", "dags/content_types"):
        (folder / name).mkdir()
    (folder / "dags" / "content.py").write_text((PROJECT_ROOT / "dags" / "content.py").read_text())
    local = (PROJECT_ROOT / "include" / "deployments" / "local.yaml").read_text()
    (folder / "deployment.yaml").write_text(local.replace("files: examples", f"files: {folder / 'files'}"))
    installation = Installation(home=folder / "home", deployment_file=str(folder / "deployment.yaml"))
    (folder / "content_types").symlink_to(folder / "dags" / "content_types")
    airflow = Airflow.prepared(installation, str(folder / "dags"))
    try:
        airflow.start_all()
        with airflow.api() as api:
            yield Newsroom(airflow, api, folder)
    finally:
        airflow.end()


def test_a_backfill_makes_what_has_changed_and_looks_up_the_rest(newsroom: Newsroom) -> None:
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    calendar = [row(day, name, prompt) for day in days for name, prompt in (("bee", "a bee"), ("tea", "a cup of tea"))]
    pieces = 2 * DAYS
    newsroom.write(calendar)
    until(lambda: newsroom.api.parsed_at("daily"), 120, "the DAG is read")
    newsroom.api.unpause("daily")

    first = newsroom.backfill()
    assert {stage: counts["made"] for stage, counts in first.items()} == dict.fromkeys(STAGES, pieces)

    again = newsroom.backfill()
    assert {stage: counts["reused"] for stage, counts in again.items()} == dict.fromkeys(STAGES, pieces)
    assert {stage: counts["processes"] for stage, counts in again.items()} == dict.fromkeys(STAGES, 0)

    newsroom.write([row(FIRST, "bee", "two bees"), *calendar[1:]])
    changed = newsroom.backfill()
    assert [changed["text"][what] for what in ("made", "reused", "processes")] == [1, pieces - 1, 1]
    assert [changed["image"][what] for what in ("made", "reused", "processes")] == [1, pieces - 1, 1]

    parsed = newsroom.api.parsed_at("daily")
    newsroom.write([row(FIRST, "bee", "two bees"), *calendar[1:]], short_side_px=256)
    until(lambda: newsroom.api.parsed_at("daily") != parsed, 120, "the DAG is read again")
    larger = newsroom.backfill()
    assert (larger["text"]["made"], larger["text"]["processes"]) == (0, 0), "no script is written again"
    assert larger["image"]["made"] == pieces
