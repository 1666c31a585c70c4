"""A running dag-processor: what it says in Airflow's database about right and wrong content types."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.airflow_home import ROOT, end, lay_database, settings

REFRESH_S = 6
AIRFLOW = str(Path(sys.executable).with_name("airflow"))


def environment(home: Path) -> dict[str, str]:
    return {
        **settings(home),
        "PATH": os.environ["PATH"],
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": str(REFRESH_S),
        "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "1",
        "ATELIER_PRELOAD": "1",
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An Airflow with a migrated database and a copy of `dags/`."""
    shutil.copytree(ROOT / "dags", tmp_path / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    lay_database(tmp_path)
    return tmp_path


@contextmanager
def dag_processor(home: Path) -> Iterator[None]:
    with (home / "dag-processor.log").open("wb") as log:
        process = subprocess.Popen([AIRFLOW, "dag-processor"], env=environment(home), stdout=log, stderr=log)
    try:
        yield
    finally:
        end(process)


def rows(home: Path, query: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(home / "airflow.db", timeout=10)) as database:
        return database.execute(query).fetchall()


def errors(home: Path) -> dict[str, str]:
    return dict(rows(home, "select filename, stacktrace from import_error"))


def live_dags(home: Path) -> set[str]:
    return {dag_id for (dag_id,) in rows(home, "select dag_id from dag where not is_stale")}


def eventually(home: Path, holds: Callable[[], bool], within_s: float = 90) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, f"{errors(home)} {live_dags(home)}\n" + (home / "dag-processor.log").read_text()
        time.sleep(0.25)


@pytest.mark.long
@pytest.mark.e2e
def test_a_wrong_content_type_is_an_import_error_of_its_own_and_takes_no_other_dag_down(home: Path) -> None:
    types = home / "dags" / "content_types"
    good = (types / "narrated_video.yaml").read_text()
    (types / "film.yaml").write_text(good.replace("narrated_video", "film"))
    with dag_processor(home):
        eventually(home, lambda: live_dags(home) >= {"narrated_video", "film"})
        assert errors(home) == {}

        (types / "film.yaml").write_text(good.replace("narrated_video", "film").replace("cpu-small", "gpu-huge"))
        (types / "poem.yaml").write_text("name: poem\nstages: {}\n")
        eventually(home, lambda: set(errors(home)) == {"content_types/film.yaml", "content_types/poem.yaml"})
        message = errors(home)["content_types/film.yaml"]
        line = 1 + next(n for n, row in enumerate(good.splitlines()) if "cpu-small" in row)
        for part in (f"film.yaml, line {line}:", "`stages.speech.profile`", "found 'gpu-huge'", "allowed: cpu-medium"):
            assert part in message
        assert "narrated_video" in live_dags(home)

        (types / "film.yaml").write_text(good.replace("narrated_video", "film"))
        (types / "poem.yaml").unlink()
        mended = time.monotonic()
        eventually(home, lambda: errors(home) == {} and time.monotonic() - mended > REFRESH_S + 3)
        eventually(home, lambda: live_dags(home) >= {"narrated_video", "film"})
