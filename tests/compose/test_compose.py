"""The whole file, as a team runs it: from secrets to a film."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import Any

import httpx
import pytest

from deploy.local.installation import HOME_ENV, PROJECT_ROOT
from tests.compose.conftest import NOTHING, Compose, compose

pytestmark = [pytest.mark.compose, pytest.mark.timeout(3600)]
BRIEF = "examples/honey-bees.yaml"
FILM_LIMIT_S = 1800


def test_without_secrets_nothing_starts_and_it_says_what_to_do(docker: None) -> None:
    done = compose("config", "--quiet", project="atelier-test-refused", environment_file=NOTHING)
    assert done.returncode != 0
    assert "is missing a value: run `make compose-env`, which writes .env" in done.stderr


def test_every_service_is_healthy(started: Compose) -> None:
    listed = started.run("ps", "--all", "--format", "json").stdout.splitlines()
    found = {each["Service"]: (each["State"], each["Health"], each["ExitCode"]) for each in map(json.loads, listed)}
    assert found.pop("init") == ("exited", "", 0)
    assert found == dict.fromkeys(
        ("postgres", "store", "api-server", "scheduler", "dag-processor", "triggerer"), ("running", "healthy", 0)
    )


def test_a_brief_becomes_a_film_and_the_same_brief_again_starts_no_process(started: Compose) -> None:
    first = _film(started)
    assert {stage["stage"]: stage["made"] for stage in first["stages"]} == {
        "text": 1, "image": 5, "speech": 5, "clip": 11, "video": 1, "publish": 1,
    }  # fmt: skip
    assert (first["video"]["width"], first["video"]["height"], first["video"]["fps"]) == (1920, 1080, 30)
    assert 30 < first["video"]["duration_s"] < 120
    film = started.home / first["outputs"]["video"]["path"]
    assert hashlib.sha256(film.read_bytes()).hexdigest() == first["outputs"]["video"]["sha256"]

    again = _film(started)
    assert not any(stage["process_started"] for stage in again["stages"])
    assert again["outputs"] == first["outputs"]


def test_a_task_can_neither_change_its_image_nor_see_the_administrators_password(started: Compose) -> None:
    done = started.run("exec", "-T", "scheduler", "bash", "-c", "touch /srv/atelier/x; env; id -u")
    assert "Read-only file system" in done.stderr
    assert started.settings["ATELIER_ADMIN_PASSWORD"] not in done.stdout
    assert done.stdout.splitlines()[-1] == "10001"


def test_a_stranger_gets_nothing_from_the_store_or_from_airflow(started: Compose) -> None:
    store = f"http://127.0.0.1:{started.settings['ATELIER_STORE_PORT']}"
    airflow = f"http://127.0.0.1:{started.settings['ATELIER_AIRFLOW_PORT']}"
    assert httpx.get(f"{store}/atelier").status_code == 403
    assert httpx.put(f"{store}/another").status_code == 403
    assert httpx.get(f"{airflow}/api/v2/dags").status_code == 401


def test_the_pools_are_there(started: Compose) -> None:
    done = started.run("exec", "-T", "scheduler", "airflow", "pools", "list", "--output", "json")
    pools = json.loads(done.stdout.splitlines()[-1])
    own = json.loads((PROJECT_ROOT / "deploy" / "pools.json").read_text())
    assert {pool["pool"] for pool in pools} == {"default_pool", *own}


def _film(started: Compose) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.compose.demo", BRIEF],
        cwd=PROJECT_ROOT,
        env={**os.environ, HOME_ENV: str(started.home), "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        timeout=FILM_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr + started.run("logs", "--tail", "30", "scheduler").stdout
    result: dict[str, Any] = json.loads((started.home / "out" / "last-run.json").read_text())
    return result
