"""A backfill of 60 days of which everything exists: what a run costs when nothing has changed.

The store is filled with records and stage contents as stages leave them, without the work. Airflow, its database, the
store and the backfill are real; requests are counted by the S3 server.
`.venv/airflow/bin/python -m benchmarks.backfill [DAYS]` prints a table.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from socket import socket
from typing import Any

import httpx

from deploy.local.ports import LOOPBACK
from operators.briefs.brief import brief_of
from operators.configuration import content_type_in, deployment_in
from tests.e2e.newsroom import Newsroom, newsroom
from tests.operators.planning.archive import Archive

DAYS = 60
FIRST = date(2026, 8, 1)
BRIEFS = ("morning", "evening")
STAGES = ("text", "image", "speech", "clip", "video")
TYPE = """
name: daily
title: Daily films
description: Two films a day.
schedule: 0 6 * * *
start_date: 2026-08-01
max_active_runs: 8
source: {calendar: calendar.csv}
stages:
  text: {recipe: script.narrated}
  image: {recipe: image.scene}
  speech: {recipe: speech.narration}
  clip: {recipe: clip.still}
  video: {recipe: video.narrated}
"""


def main(days: int) -> None:
    """Print the table."""
    with socket() as unused:
        unused.bind((LOOPBACK, 0))
        metrics_port = unused.getsockname()[1]
    with (
        tempfile.TemporaryDirectory(prefix="atelier-bench-") as name,
        newsroom(Path(name) / "room", weed_options=(f"-metricsPort={metrics_port}",)) as room,
    ):
        dates = [FIRST + timedelta(days=number) for number in range(days)]
        room.write_file(
            "calendar.csv", "\n".join(["date,id,topic", *(",".join(_row(d, n)) for d in dates for n in BRIEFS)])
        )
        room.write_type("daily", TYPE)
        _fill(room, dates)
        before, started_at = _requests(metrics_port), time.perf_counter()
        runs = room.backfill("daily", FIRST, days, 3600)
        wall_s, requests = time.perf_counter() - started_at, _requests(metrics_port) - before
        assert all(run["state"] == "success" for run in runs)
        processes = sum(room.manifest(run, stage).process_started for run in runs for stage in STAGES)
        print(
            "| days | whole backfill s | s a run | a run from start to end, median s | S3 requests a run | processes |"
        )
        print("|---|---|---|---|---|---|")
        length_s = statistics.median(_length_s(run) for run in runs)
        print(f"| {days} | {wall_s:.0f} | {wall_s / days:.2f} | {length_s:.1f} | {requests / days:.1f} | {processes} |")


def _row(day: date, name: str) -> tuple[str, str, str]:
    return str(day), f"{name}-{day}", f"About the {name} of {day}"


def _fill(room: Newsroom, days: list[date]) -> None:
    """What the runs of these days would leave in the store."""
    deployment = deployment_in(str(room.folder / "deployment.yaml"))
    content_type = content_type_in(room.folder / "dags" / "content_types" / "daily.yaml", deployment)
    archive = Archive(room.store(), content_type, has_blobs=True)

    def fill(day: date) -> None:
        rows = [_row(day, name) for name in BRIEFS]
        archive.make([brief_of({"id": row[1], "topic": row[2]}, content_type) for row in rows], f"run-{day}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(fill, days))


def _requests(port: int) -> int:
    """How many requests the S3 server has answered."""
    told = httpx.get(f"http://{LOOPBACK}:{port}/metrics").text
    return sum(
        int(float(count)) for count in re.findall(r"^SeaweedFS_s3_request_total\{[^}]*\} (\S+)$", told, re.MULTILINE)
    )


def _length_s(run: Mapping[str, Any]) -> float:
    return (datetime.fromisoformat(run["end_date"]) - datetime.fromisoformat(run["start_date"])).total_seconds()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else DAYS)
