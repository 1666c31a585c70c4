"""`pip install my-almanac` beside Atelier, and `source: {almanac: …}` works wherever sources are asked."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from tests.airflow_home import ROOT
from tests.distributions import install, python_with
from tests.operators.context import connect

SETTINGS = '''
    """What the almanac says of a day."""

    from __future__ import annotations

    from typing import Annotated, ClassVar

    from pydantic import Field

    from atelier import About, SourceSettings


    class CalendarSettings(SourceSettings):
        """What an almanac says of the run's day."""

        about: ClassVar = About.DAY
        reader: ClassVar = "my_almanac.reading:AlmanacSource"
        left_empty: ClassVar = "If left empty, what the almanac says of the run's day is made."
        almanac: str
        """A file of the deployment's."""
        most: Annotated[int, Field(ge=1, le=9)] = 3
        """Pieces a day."""
'''
READING = '''
    """How it is read."""

    from __future__ import annotations

    from collections import defaultdict
    from datetime import date

    from atelier import DatedRows, Mistake, Source, SourceAccess, SourceRow, SourceRows
    from my_almanac.settings import CalendarSettings


    class AlmanacSource(Source[CalendarSettings]):
        """Lines such as `2026-11-25 Tea at dawn`."""

        def ahead(self, first: date, last: date, access: SourceAccess) -> DatedRows:
            """The lines of these days."""
            rows, name = defaultdict(list), self.settings.almanac
            with access.opened(name) as file:
                for number, line in enumerate(file, 1):
                    day, _, topic = line.decode().strip().partition(" ")
                    if first <= date.fromisoformat(day) <= last:
                        rows[date.fromisoformat(day)].append(SourceRow(f"{name}, line {number}", {"topic": topic}))
            return DatedRows({day: SourceRows.of(each[: self.settings.most]) for day, each in rows.items()})

        def check(self, access: SourceAccess) -> None:
            """Look for the file."""
            access.check_file(self.settings.almanac)
'''
ENTRY_POINTS = """
    [atelier.sources]
    almanac = my_almanac.settings:CalendarSettings
"""
FILES = {"__init__.py": "", "settings.py": SETTINGS, "reading.py": READING}
ALMANAC = "2026-11-24 Honey bees\n2026-11-25 Tea at dawn\n2026-11-25 How rain begins\n2026-11-25 Owls\n"
TYPE = """\
name: days
title: Days
description: What the almanac says.
schedule: 0 6 * * *
start_date: 2026-01-01
source: {almanac: almanac.txt, most: 2}
brief: {scenes: 1}
stages:
  text: {recipe: script.narrated}
"""
DAG = """
import json, sys
from pathlib import Path
from operators.dags.loading import load_dags
loaded = load_dags(Path(sys.argv[1]), sys.argv[2])
dag = loaded.dags["days"]
print(json.dumps({
    "errors": [*loaded.import_errors.values()],
    "schedule": type(dag.timetable).__name__,
    "form": list(dag.params),
    "topic": dag.params.get_param("topic").description,
}))
"""
RUN = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from operators.briefs.music import MusicFiles
from operators.briefs.resolve import entries_of
from operators.configuration import content_type_in, deployment_in
from include.store.store import Store
from operators.store import connected_store
from tests.operators.context import Ti, context_of
deployment = deployment_in(sys.argv[2])
store = connected_store(deployment.store)
days = content_type_in(Path(sys.argv[1]) / "days.yaml", deployment)
context = context_of(Ti("brief"), None, at=datetime(2026, 11, 25, 6, tzinfo=UTC))
found = entries_of(context, days, deployment, store, MusicFiles(deployment, store).entry_of)
print(json.dumps([entry.brief.topic for entry in found.entries]))
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A content type, its almanac and its deployment."""
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "days.yaml").write_text(TYPE)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "almanac.txt").write_text(ALMANAC)
    local = (ROOT / "include" / "deployments" / "local.yaml").read_text()
    (tmp_path / "local.yaml").write_text(local.replace("files: examples", f"files: {tmp_path / 'files'}"))
    return tmp_path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return install(tmp_path / "site", "my-almanac", "0.1", FILES, ENTRY_POINTS)


def python(site: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    connections = {name: value for name, value in os.environ.items() if name.startswith("AIRFLOW_CONN_")}
    return python_with(site, *arguments, AIRFLOW_HOME=str(home), **connections)


def atelier(site: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return python(site, home, "-m", "operators.cli", "--deployment", str(home / "local.yaml"), *arguments)


def validated(site: Path, home: Path, text: str = TYPE) -> str:
    path = home / "types" / "days.yaml"
    path.write_text(text)
    return atelier(site, home, "validate", str(path)).stdout


def test_its_dag_has_the_schedule_and_the_form_of_what_its_runs_are_about(site: Path, home: Path) -> None:
    done = python(site, home, "-c", DAG, str(home / "types"), str(home / "local.yaml"))
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["errors"] == []
    assert seen["schedule"] == "CronTriggerTimetable"
    assert "day" in seen["form"]
    assert seen["topic"].endswith("If left empty, what the almanac says of the run's day is made.")


def test_its_settings_its_file_and_its_rows_are_validated(site: Path, home: Path) -> None:
    assert "No mistakes in 1 content type" in validated(site, home)
    assert validated(site, home, TYPE.replace("most: 2", "most: 10")).startswith(
        "days.yaml, line 6: `source.most`: is too large (found 10); allowed: a whole number from 1 to 9\n"
    )
    assert validated(site, home, TYPE.replace("almanac.txt", "almanack.txt")).startswith(
        "days.yaml, line 6: `source.almanac`: `almanack.txt` is not a file in the folder"
    )
    assert validated(site, home, TYPE.replace("almanac: ", "almanak: ")).startswith(
        "days.yaml, line 6: `source`: does not name a source (found 'almanak'); did you mean `almanac`? "
        "allowed: almanac, calendar, catalogue, feed, asset\n"
    )
    (home / "files" / "almanac.txt").write_text(f"2026-11-26 {'x' * 301}\n")
    assert "almanac.txt, line 1: topic: has 301 characters; allowed: at most 300" in validated(site, home)


def test_its_settings_stand_in_the_schema(site: Path, home: Path) -> None:
    python(site, home, "-m", "operators.cli", "schema", str(home / "schema.json"))
    schema = json.loads((home / "schema.json").read_text())
    assert schema["$defs"]["source.almanac"]["properties"]["most"]["description"] == "Pieces a day."
    assert "calendar" in schema["$defs"]["CalendarSettings"]["properties"], "one of ours has a class of the same name"
    assert {"$ref": "#/$defs/source.almanac"} in schema["properties"]["source"]["anyOf"][0]["oneOf"]


def test_a_run_makes_the_rows_of_its_day_and_a_plan_knows_them_before(
    site: Path, home: Path, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = home / "local.yaml"
    local.write_text(local.read_text().replace("bucket: atelier", f"bucket: {s3.bucket}"))
    connect(s3, monkeypatch)
    told = python(site, home, "-c", RUN, str(home / "types"), str(local))
    assert told.returncode == 0, told.stderr[-2000:]
    assert json.loads(told.stdout.splitlines()[-1]) == ["Tea at dawn", "How rain begins"]
    day = ("--from", "2026-11-25", "--to", "2026-11-26")
    planned = atelier(site, home, "plan", str(home / "types" / "days.yaml"), *day, "--days")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert "tea-at-dawn, how-rain-begins" in planned.stdout


def test_one_that_breaks_says_which_distribution_failed_and_why(tmp_path: Path, home: Path) -> None:
    broken = install(tmp_path / "site", "my-almanac", "0.1", {**FILES, "settings.py": "\nimport tides\n"}, ENTRY_POINTS)
    assert validated(broken, home).startswith(
        "days.yaml, line 6: `source`: does not name a source (found 'almanac'): it comes with my-almanac 0.1, which "
        "cannot be used: my_almanac/settings.py, line 1: ModuleNotFoundError: No module named 'tides'; allowed: "
        "calendar, "
    )


def test_one_whose_reader_breaks_is_told_where_it_is_named(tmp_path: Path, home: Path) -> None:
    broken = install(tmp_path / "site", "my-almanac", "0.1", {**FILES, "reading.py": "\nimport tides\n"}, ENTRY_POINTS)
    assert validated(broken, home).startswith(
        "days.yaml, line 6: `source.almanac`: the source `almanac`, which comes with my-almanac 0.1, cannot be used "
        "in this image: my_almanac/reading.py, line 1: ModuleNotFoundError: No module named 'tides'\n"
    )
