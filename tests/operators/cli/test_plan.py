from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.store.store import Store
from operators.briefs.brief import brief_of
from tests.operators.cli.conftest import Atelier, write_type
from tests.operators.conftest import films
from tests.operators.planning.archive import Archive

CALENDAR = {"schedule": "0 6 * * *", "start_date": "2026-01-01", "source": {"calendar": "calendar.csv"}}
NOVEMBER = ("--from", "2026-11-01", "--to", "2026-11-03")


@pytest.fixture
def calendar(atelier: Atelier, store: Store, tmp_path: Path) -> Path:
    """A content type whose calendar has two days, of which the first was made."""
    rows = "date,id,topic\n2026-11-01,bees,Bees\n2026-11-02,tea,Tea\n"
    (tmp_path / "files" / "calendar.csv").write_text(rows)
    Archive(store, films()).make([brief_of({"id": "bees", "topic": "Bees"}, films())])
    return write_type(tmp_path, **CALENDAR, timezone="Europe/Berlin")


def test_a_plan_tells_items_seconds_and_the_backfill_that_does_it(atelier: Atelier, calendar: Path) -> None:
    code, out, _ = atelier("plan", calendar, *NOVEMBER)
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.strip()}
    assert code == 0
    assert out.startswith("films: 3 runs from 2026-11-01 to 2026-11-03 (Europe/Berlin), 2 briefs\n")
    assert rows["text"] == ["1", "1", "0", "2.00", "2.0", "0.0", "-"]
    assert rows["image"] == ["2", "0", "2", "4.00", "8.0", "0.0", "-"]
    assert rows["all"] == ["11", "1", "10", "27.0", "0.0", "-"]
    assert "Airflow's default, `none`, would skip every day that already has a run" in out
    assert out.splitlines()[-4:] == [
        "To run it, where Airflow is configured, such as in a shell of its scheduler's container:",
        "",
        "  airflow dags unpause films",
        "  airflow backfill create --dag-id films --from-date 2026-11-01T00:00:00+01:00 "
        "--to-date 2026-11-03T23:59:59+01:00 --reprocess-behavior completed",
    ]


def test_a_line_for_each_day(atelier: Atelier, calendar: Path) -> None:
    _, out, _ = atelier("plan", calendar, *NOVEMBER, "--days")
    days = [line.split() for line in out.splitlines() if line.startswith("2026-")]
    assert days == [
        ["2026-11-01", "bees", "1", "1+0+0", "2+0+0", "2+0+0", "5+0+0", "1+0+0"],
        ["2026-11-02", "tea", "1", "0+1+0", "0+0+2", "0+0+2", "0+0+5", "0+0+1"],
        ["2026-11-03", "no", "rows", "1", "0+0+0", "0+0+0", "0+0+0", "0+0+0", "0+0+0"],
    ]


def test_params_hold_for_the_plan_and_stand_in_the_backfills_command(atelier: Atelier, calendar: Path) -> None:
    code, out, _ = atelier("plan", calendar, *NOVEMBER, "--param", "language=en-GB", "--reprocess-behavior", "none")
    assert code == 0
    assert "With `none`, Airflow skips every day that already has a run" in out
    assert """--reprocess-behavior none --dag-run-conf '{"language": "en-GB"}'""" in out


def test_a_plan_for_programs(atelier: Atelier, calendar: Path) -> None:
    _, out, _ = atelier("plan", calendar, *NOVEMBER, "--json")
    plan = json.loads(out)
    assert plan["stages"][0]["items"] == {"reused": 1, "to_make": 1, "unknown": 0, "unasked": 0, "effects": 0}
    assert [day["run_on"] for day in plan["days"]] == ["2026-11-01", "2026-11-02", "2026-11-03"]


def test_one_brief_is_planned_from_its_file(atelier: Atelier, tmp_path: Path) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text("topic: Tea at dawn\nscenes: 3\n")
    code, out, _ = atelier("plan", write_type(tmp_path), "--brief", brief)
    assert (code, out.splitlines()[0]) == (0, "films: 1 run, 1 brief")
    assert "No estimate yet, so not in the sums: text, image, speech, clip, video" in out
    assert "airflow backfill" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nothing", "--param", "topic=x"), "there is no content type `nothing`; allowed: "),
        (("narrated_video", "--param", "topix=x"), "--param topix=x: is not key=value with a field of a brief"),
        (("narrated_video", "--param", "topic=[", "--json"), "--param topic, line "),
        (("narrated_video", "--from", "2026-11-01"), "--from and --to belong together"),
        (("narrated_video", "--brief", "gone.yaml"), "gone.yaml: there is no such file"),
    ],
)
def test_what_is_wrong_is_told_in_words(atelier: Atelier, words: tuple[str, ...], message: str) -> None:
    code, out, err = atelier("plan", *words)
    assert (code, out) == (1, "")
    assert message in err


def test_what_is_wrong_with_a_briefs_file_is_told_with_its_lines(atelier: Atelier, tmp_path: Path) -> None:
    brief = tmp_path / "tea.yaml"
    brief.write_text("topic: Tea\nscenes: 999\nmusic: gone.mp3\nquestions: 3\n")
    code, _, said = atelier("plan", write_type(tmp_path), "--brief", brief)
    assert code == 1
    assert [line.partition("`: ")[0] for line in said.splitlines()] == [
        f"{brief}, line 2: `scenes",
        f"{brief}, line 3: `music",
        f"{brief}, line 4: `questions",
    ]
