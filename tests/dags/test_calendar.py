"""A content type with a calendar, as Airflow runs it: a run makes the rows of its day, whatever else the file says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dags.films import SCRIPT, runs, runs_of
from tests.limits import SLOW_S

CALENDAR = [
    {"date": "2026-11-25", "id": "bees", "script": SCRIPT},
    {"date": "2026-11-25", "id": "more-bees", "script": SCRIPT, "variation": 1},
    {"date": "2026-11-26", "id": "bees-again", "script": SCRIPT},
    {"date": "2026-11-26", "id": "wrong", "topic": "Tea", "colour": "green"},
]


@pytest.fixture
def calendar(airflow: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The content type `film` of scripts alone, made from a calendar."""
    path = Path(airflow["AIRFLOW__CORE__DAGS_FOLDER"]) / "content_types" / "film.yaml"
    head, _ = path.read_text().split("stages:")
    source = "source: {calendar: calendar.yaml}\nschedule: 0 6 * * *\nstart_date: 2026-11-01\n"
    path.write_text(f"{head}{source}stages:\n  text: {{recipe: script.narrated, shards: 2}}\n")
    deployment = tmp_path / "deployment.yaml"
    files = tmp_path / "files"
    files.mkdir()
    (files / "calendar.yaml").write_text(json.dumps(CALENDAR))
    lines = [f"files: {files}" if line.startswith("files:") else line for line in deployment.read_text().splitlines()]
    deployment.write_text("\n".join(lines))
    return airflow


def states(run: dict[str, dict[str, list[object]]]) -> dict[str, object]:
    return {name: task[0] for name, task in run["tasks"].items()}


@pytest.mark.timeout(SLOW_S)
def test_a_run_makes_the_rows_of_its_day(calendar: dict[str, str]) -> None:
    full, wrong, empty = runs_of(calendar, "2026-11-25", "2026-11-26", "2026-11-27")
    assert full["state"] == "success", full
    assert full["tasks"]["text"][2]["counts"]["planned"] == 2  # type: ignore[index]
    assert wrong["state"] == "failed", "a row that makes no brief is seen"
    assert states(wrong) == {
        "brief": "success",
        "refused_rows": "failed",
        "text_shards[0]": "success",
        "text_shards[1]": "success",
        "text": "success",
    }
    assert wrong["tasks"]["text"][2]["counts"]["reused"] == 1, "the same script was made the day before"  # type: ignore[index]
    assert empty["state"] == "success"
    assert states(empty)["brief"] == states(empty)["refused_rows"] == "success"
    assert states(empty)["text"] == "skipped"


def test_a_brief_by_hand_goes_the_same_way(calendar: dict[str, str]) -> None:
    (made,) = runs(calendar, {"id": "by-hand", "script": SCRIPT})
    assert made["state"] == "success"
    assert made["tasks"]["text"][2]["counts"]["planned"] == 1  # type: ignore[index]
