"""Backfills of a calendar in a real Airflow: what has changed is made, the rest is looked up, nothing is made twice."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
import yaml

from deploy.local.installation import PROJECT_ROOT
from tests.cluster.airflow import until
from tests.e2e.newsroom import Newsroom, newsroom, with_conf

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(5400)]
FIRST, DAYS = date(2026, 10, 1), 30
STAGES = ("text", "image", "speech", "clip", "video")
CLIPS = 3
"""Of a film of one scene: title, scene and end."""
DAILY = """
name: {name}
title: Daily films
description: Two films a day, drawn by {model}.
schedule: 0 6 * * *
timezone: Europe/Berlin
start_date: 2026-10-01
max_active_runs: 8
source: {{calendar: {name}.json.yaml}}
brief: {{aspect: "1:1", language: de}}
stages:
  text: {{recipe: script.narrated, profile: cpu-small}}
  image: {{recipe: image.scene, model: {model}, profile: cpu-small, params: {{short_side_px: 240}}}}
  speech: {{recipe: speech.narration, profile: cpu-small}}
  clip: {{recipe: clip.still, profile: cpu-small, params: {{short_side_px: 240, fps: 12}}}}
  video: {{recipe: video.narrated, profile: cpu-small}}
"""
OTHER_MODEL = "studio/sketch"


def row(day: date, name: str, prompt: str) -> dict[str, Any]:
    scenes = [{"narration": f"{name} {day.day}.", "image_prompt": f"{prompt} {day.day}"}]
    script = {"title": name, "description": "A film.", "hashtags": ["#day"], "scenes": scenes}
    return {"date": day.isoformat(), "id": f"{name}-{day.day}", "script": script}


def calendar(days: int, style: str = "") -> list[dict[str, Any]]:
    """Two briefs a day; another style gives other pictures."""
    dates = [FIRST + timedelta(days=number) for number in range(days)]
    shown = (("biene", f"a bee{style}"), ("tee", f"a cup of tea{style}"))
    return [row(day, name, prompt) for day in dates for name, prompt in shown]


def counted(room: Newsroom, runs: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """What became of each stage's items when the runs were executed last, and how many processes were started.

    A run that is gone through again has what it made itself before: its manifest is an earlier try's.
    """
    found: dict[str, Counter[str]] = {stage: Counter() for stage in STAGES}
    for run in runs:
        assert run["state"] == "success", run
        tasks = room.api.tasks(run["dag_id"], run["dag_run_id"])
        for stage in STAGES:
            manifest = room.manifest(run, stage)
            is_of_now = manifest.process_started and manifest.attempt == tasks[stage].try_number
            made = manifest.counts.made if is_of_now else 0
            found[stage].update(made=made, reused=manifest.counts.planned - made, processes=int(is_of_now))
    return found


def told(counts: Mapping[str, Counter[str]], what: str) -> dict[str, int]:
    return {stage: counts[stage][what] for stage in STAGES}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """Airflow on a copy of the project to which somebody has brought another image model."""
    folder = tmp_path_factory.mktemp("newsroom")
    root = folder / "project"
    for name in ("atelier", "dags", "include", "operators", "plugins"):
        shutil.copytree(PROJECT_ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / ".venv").symlink_to(PROJECT_ROOT / ".venv")
    models = yaml.safe_load((root / "include" / "models.yaml").read_text())
    models[OTHER_MODEL] = models["builtin/sketch"] | {"revision": "studio-1"}
    (root / "include" / "models.yaml").write_text(json.dumps(models))
    with (root / "include" / "runtime" / "stages" / "image_scene.py").open("a") as stage:
        stage.write(f'ILLUSTRATORS["{OTHER_MODEL}"] = _sketch\n')
    with newsroom(folder / "room", root) as room:
        yield room


def write(room: Newsroom, name: str, rows: list[dict[str, Any]], model: str = "builtin/sketch") -> None:
    room.write_file(f"{name}.json.yaml", json.dumps(rows))
    room.write_type(name, DAILY.format(name=name, model=model))


def test_a_backfill_makes_what_has_changed_and_looks_up_the_rest(room: Newsroom) -> None:
    rows, pieces = calendar(DAYS), 2 * DAYS
    items = {stage: CLIPS * pieces if stage == "clip" else pieces for stage in STAGES}
    write(room, "daily", rows)

    def backfill(within_s: float) -> dict[str, Counter[str]]:
        return counted(room, room.backfill("daily", FIRST, DAYS, within_s))

    assert told(backfill(2400), "made") == items

    again = backfill(900)
    assert told(again, "reused") == items
    assert told(again, "processes") == dict.fromkeys(STAGES, 0)

    write(room, "daily", rows, OTHER_MODEL)
    redrawn = backfill(2400)
    assert told(redrawn, "made") == {"text": 0, "image": pieces, "speech": 0, "clip": CLIPS * pieces, "video": pieces}
    assert (redrawn["text"]["processes"], redrawn["speech"]["processes"]) == (0, 0)

    room.write_file("daily.json.yaml", json.dumps([row(FIRST, "biene", "two bees"), *rows[1:]]))
    changed = backfill(900)
    assert told(changed, "made") == {"text": 1, "image": 1, "speech": 0, "clip": CLIPS, "video": 1}
    assert told(changed, "processes") == {"text": 1, "image": 1, "speech": 1, "clip": 1, "video": 1}


def test_two_content_types_and_single_runs_beside_them_make_nothing_twice(room: Newsroom) -> None:
    days = 4
    rows = [each | {"id": f"once-{each['id']}"} for each in calendar(days, " on a table")]
    for each in rows:
        each["script"]["scenes"][0]["narration"] += " Einmal."
    for name in ("left", "right"):
        write(room, name, rows)
    for name in ("left", "right"):
        room.start_backfill(name, FIRST, days)
    for each in rows:
        brief = {"id": each["id"], "script": each["script"]}
        room.api.trigger("left", f"single-{each['id']}", brief)
    found = [run for name in ("left", "right") for run in room.end_backfill(name, days, 1500)]
    singles = [{"dag_id": "left", "dag_run_id": f"single-{each['id']}", "state": "success"} for each in rows]
    for run in singles:
        until(lambda run=run: room.api.run_state("left", run["dag_run_id"]) == "success", 900, "a single run ends")  # type: ignore[misc]
    items = {stage: (CLIPS if stage == "clip" else 1) * 2 * days for stage in STAGES}
    assert told(counted(room, [*found, *singles]), "made") == items


def test_what_a_backfill_is_given_holds_on_new_and_on_reprocessed_runs(room: Newsroom) -> None:
    write(room, "given", calendar(2, " in a box"))
    for variation, made in ((0, 4), (5, 4), (5, 0)):
        runs = room.backfill("given", FIRST, 2, 900, *with_conf({"variation": variation}))
        assert [run["conf"]["variation"] for run in runs] == [variation, variation]
        assert counted(room, runs)["image"]["made"] == made


def test_a_backfill_over_days_without_rows_succeeds_at_once(room: Newsroom) -> None:
    write(room, "empty", calendar(1))
    runs = room.backfill("empty", FIRST + timedelta(days=20), 3, 300)
    assert [run["state"] for run in runs] == ["success"] * 3
    states = {task.state for run in runs for task in room.api.tasks("empty", run["dag_run_id"]).values()}
    assert states == {"success", "skipped"}
