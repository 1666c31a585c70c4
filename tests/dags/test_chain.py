"""The whole chain as Airflow runs it: real tasks, a real store, the real runtime."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from atelier.testing.s3 import S3
from tests.airflow_home import ROOT
from tests.dags.films import PROGRAM, SCRIPT, runs


@pytest.mark.long
def test_a_second_run_makes_a_film_without_any_process_and_a_changed_brief_only_what_changed(
    airflow: dict[str, str],
) -> None:
    brief: dict[str, object] = {"script": SCRIPT}
    first, second, upright = runs(airflow, brief, brief, {**brief, "aspect": "9:16"})
    assert {task: state for task, (state, *_) in first["tasks"].items()} == dict.fromkeys(first["tasks"], "success")
    stages = ("text", "image", "speech", "clip", "video")
    started = [{s: run["tasks"][s][2]["process_started"] for s in stages} for run in (first, second, upright)]
    assert started[0] == dict.fromkeys(stages, True)
    assert started[1] == dict.fromkeys(stages, False)
    assert started[2] == {"text": False, "image": True, "speech": False, "clip": True, "video": True}
    assert first["tasks"]["image"][2]["counts"]["made"] == 2


@pytest.mark.long
def test_a_wrong_brief_fails_at_once_and_no_stage_starts(airflow: dict[str, str]) -> None:
    (run,) = runs(airflow, {"topic": "Bees", "colour": "red"})
    states = {task: (state, tries) for task, (state, tries, _) in run["tasks"].items()}
    assert states.pop("brief") == ("failed", 1)
    assert {state for state, _ in states.values()} == {"upstream_failed"}


@pytest.mark.long
def test_a_corrupt_picture_is_found_by_the_clip_and_made_again_by_the_image_task(
    airflow: dict[str, str], s3: S3
) -> None:
    brief: dict[str, object] = {"script": {**SCRIPT, "scenes": SCRIPT["scenes"][:1]}}
    runs(airflow, brief)
    client = s3.client()
    keys = [row["Key"] for row in client.list_objects_v2(Bucket=s3.bucket)["Contents"]]
    (record,) = [key for key in keys if key.startswith("v1/items/image/")]
    (picture,) = json.loads(client.get_object(Bucket=s3.bucket, Key=record)["Body"].read())["outputs"]
    blob = f"v1/blobs/{picture['sha256'][:2]}/{picture['sha256']}"
    client.put_object(Bucket=s3.bucket, Key=blob, Body=bytes(picture["bytes"]))
    for key in keys:
        if key.split("/")[2] in ("clip", "video"):
            client.delete_object(Bucket=s3.bucket, Key=key)
    found, mended = runs(airflow, brief, brief)
    assert found["tasks"]["clip"][:2] == ["failed", 1]
    assert mended["state"] == "success"
    started = {
        task: mended["tasks"][task][2]["process_started"] for task in ("text", "image", "speech", "clip", "video")
    }
    assert started == {"text": False, "image": True, "speech": False, "clip": True, "video": True}
    body = client.get_object(Bucket=s3.bucket, Key=blob)["Body"].read()
    assert hashlib.sha256(body).hexdigest() == picture["sha256"]


@pytest.mark.long
def test_airflows_sigterm_stops_the_stage_and_the_task_says_so(airflow: dict[str, str], tmp_path: Path) -> None:
    stage = tmp_path / "stage"
    pid_file = tmp_path / "pid"
    stage.write_text(f"#!/bin/sh\necho $$ > {pid_file}.new\nmv {pid_file}.new {pid_file}\nexec sleep 120\n")
    stage.chmod(0o755)
    deployment = Path(airflow["ATELIER_DEPLOYMENT"])
    deployment.write_text(deployment.read_text().replace(".venv/stage/bin/python", str(stage)))
    command = [sys.executable, "-u", "-c", PROGRAM, json.dumps([({"topic": "Bees"}, None)]), "film"]
    log = tmp_path / "log"
    with log.open("wb") as said, subprocess.Popen(command, env=airflow, cwd=ROOT, stdout=said, stderr=said) as task:
        try:
            wait_for(lambda: pid_file.exists() or task.poll() is not None, within_s=90)
            assert task.poll() is None, log.read_text()
            child = int(pid_file.read_text())
            assert psutil.pid_exists(child)
            task.terminate()
            wait_for(lambda: not psutil.pid_exists(child), within_s=10)
            wait_for(lambda: verdicts(log) != [], within_s=30)
        finally:
            task.kill()
    assert "preempted" in verdicts(log)[0]


def verdicts(log: Path) -> list[str]:
    """What is said of the task's failure."""
    return [line for line in log.read_text().splitlines() if "StageFailed" in line or "Retry policy decision" in line]


def wait_for(holds: Callable[[], bool], within_s: float) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)
