"""Backfills of what exists, in a clone of the project: by the command that a plan prints, and by the form of the UI."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from deploy.demo.airflow_api import ENDED, AirflowApi
from deploy.local.credentials import credentials_of
from deploy.local.store import connect
from operators.briefs.brief import brief_of
from operators.configuration import content_type_in, deployment_in
from tests.cluster.airflow import until
from tests.e2e.conftest import Home
from tests.operators.planning.archive import Archive

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(3600)]
FIRST, DAYS = date(2026, 8, 1), 30
BRIEFS = ("morning", "evening")
STAGES = ("text", "image", "speech", "clip", "video")
TYPE = """
name: daily
title: Daily films
description: Two films a day.
schedule: 0 6 * * *
start_date: 2026-08-01
max_active_runs: 8
source: {calendar: daily.csv}
stages:
  text: {recipe: script.narrated}
  image: {recipe: image.scene}
  speech: {recipe: speech.narration}
  clip: {recipe: clip.still}
  video: {recipe: video.narrated}
"""
PAGES = (
    "/ui/dags?limit=50&dag_runs_limit=14",
    "/ui/dashboard/dag_stats",
    "/ui/backfills?dag_id=daily",
    "/api/v2/dags/daily/dagRuns?limit=100",
    "/api/v2/dags/~/dagRuns/~/taskInstances?limit=50",
    "/api/v2/monitor/health",
)
"""What pages of Airflow's UI ask for again and again while they are open."""
HOGS = 2
"""Programs beside it for each processor."""


@pytest.fixture(scope="module")
def daily(served: Home) -> Home:
    """The session's clone with a content type of somebody's own, of which all days lie made in the store."""
    root = served.installation.root
    dates = [FIRST + timedelta(days=number) for number in range(DAYS)]
    rows = [",".join(_row(day, name)) for day in dates for name in BRIEFS]
    (root / "examples" / "daily.csv").write_text("\n".join(["date,id,topic", *rows]))
    path = root / "dags" / "content_types" / "daily.yaml"
    path.write_text(TYPE)
    _fill(served, path, dates)
    with served.api() as api:
        until(lambda: api.parsed_at("daily"), 180, "the content type is read")
    return served


@pytest.fixture(autouse=True)
def nothing_ends(served: Home) -> Iterator[None]:
    """A server that ends fails the test that it ended in."""
    before = len(served.stack().told)
    yield
    assert [line for line in served.stack().told[before:] if "ended with exit code" in line] == []


def test_three_days_of_what_exists_are_gone_through(daily: Home) -> None:
    _by_the_printed_command(daily, 3)
    _by_the_form(daily, 3)


@pytest.mark.long
def test_thirty_days_of_what_exists_are_gone_through_while_the_machine_is_busy_and_the_ui_is_open(daily: Home) -> None:
    with _busy(), _open_pages(daily) as refused:
        _by_the_printed_command(daily, DAYS)
        _by_the_form(daily, DAYS)
    assert refused == []


def _by_the_printed_command(home: Home, days: int) -> None:
    """As printed, in the project's folder, by a shell that knows of nothing."""
    atelier = ".venv/airflow/bin/atelier"
    last = FIRST + timedelta(days=days - 1)
    said = _shell(home, f"{atelier} plan daily --from {FIRST} --to {last}")
    assert f"{days} runs from {FIRST} to {last}" in said
    for command in said[said.index(f"  {atelier} airflow dags unpause") :].splitlines():
        _shell(home, command)
    _await_all_reused(home, days)


def _by_the_form(home: Home, days: int) -> None:
    """As the form does it: what would run is asked for first; both are answered at once, and not with an error."""
    body = {
        "dag_id": "daily",
        "from_date": f"{FIRST}T00:00:00.000Z",
        "to_date": f"{FIRST + timedelta(days=days - 1)}T23:59:59.000Z",
        "run_backwards": False,
        "max_active_runs": 10,
        "reprocess_behavior": "completed",
        "dag_run_conf": {},
    }
    with home.api() as api:
        planned = api.ask("POST", "/api/v2/backfills/dry_run", json=body)
        assert planned["total_entries"] == days
        sent = api.send_again("POST", "/api/v2/backfills", json=body)
        assert (sent.response.status_code, sent.tries) == (200, 1), sent.response.text
    _await_all_reused(home, days)


def _await_all_reused(home: Home, days: int) -> None:
    with home.api() as api:

        def over() -> bool:
            found = api.ask("GET", "/api/v2/backfills", params={"dag_id": "daily", "order_by": "-id"})["backfills"]
            runs = _runs(api)
            return bool(
                all(each["completed_at"] for each in found)
                and len(runs) >= days
                and all(run["state"] in ENDED for run in runs)
            )

        until(over, 2400, "the backfill is over")
        runs = _runs(api)
        assert [run["state"] for run in runs] == ["success"] * len(runs)
        for run in runs[:3]:
            counts = [api.xcom("daily", run["dag_run_id"], stage)["counts"] for stage in STAGES]
            assert [each["reused"] for each in counts] == [each["planned"] for each in counts]


def _runs(api: AirflowApi) -> list[dict[str, Any]]:
    wanted = {"limit": 100, "run_type": ["backfill"]}
    found: list[dict[str, Any]] = api.ask("GET", "/api/v2/dags/daily/dagRuns", params=wanted)["dag_runs"]
    return found


def _shell(home: Home, command: str) -> str:
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        command, shell=True, cwd=home.installation.root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def _busy() -> Iterator[None]:
    """A machine on which others compute too."""
    with ExitStack() as hogs:
        for _ in range(HOGS * (os.cpu_count() or 1)):
            hog = hogs.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            hogs.callback(hog.kill)
        yield


@contextmanager
def _open_pages(home: Home) -> Iterator[list[str]]:
    """Pages that are open in browsers; gives what was refused to them."""
    refused: list[str] = []
    is_over = Event()

    def keep_open(page: str) -> None:
        with home.api() as api:
            while not is_over.wait(1):
                response = api.client.get(page)
                if response.is_error:
                    refused.append(f"{page}: {response.status_code} {response.text[:300]}")

    with ThreadPoolExecutor(len(PAGES)) as browsers:
        opened = [browsers.submit(keep_open, page) for page in PAGES]
        try:
            yield refused
        finally:
            is_over.set()
        for each in opened:
            each.result()


def _row(day: date, name: str) -> tuple[str, str, str]:
    return str(day), f"{name}-{day}", f"About the {name} of {day}"


def _fill(home: Home, path: Path, days: list[date]) -> None:
    """What the runs of these days would leave in the store, without the work."""
    installation = home.installation
    deployment = deployment_in(str(installation.root / installation.deployment_file))
    store = connect(installation, credentials_of(installation), home.stack().ports)
    content_type = content_type_in(path, deployment)
    archive = Archive(store, content_type, has_blobs=True)

    def fill(day: date) -> None:
        rows = [_row(day, name) for name in BRIEFS]
        briefs = [brief_of({"id": row[1], "topic": row[2]}, content_type) for row in rows]
        archive.make(briefs, f"run-{day}", ())

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(fill, days))
