"""Watching a run, by a clock that the test moves."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from include.contract.errors import BadRequest, StoreAway
from operators.cli.status_words import for_programs, lines_of
from operators.cli.watching import LOOK_EVERY_S, Changes, Document, Redrawn, watch
from operators.status.status import ItemStatus, RunStatus, StageState, StageStatus, TaskStatus

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def run(seconds: float, *states: str, is_over: bool = False) -> RunStatus:
    """A run with one stage whose items are in these states."""
    items = tuple(ItemStatus(f"bees/{number:02d}", state, "node-1") for number, state in enumerate(states, start=1))
    state = StageState.DONE if is_over else StageState.RUNNING
    task = TaskStatus("image", -1, state, 1, NOON, 3.0, "" if is_over else "making")
    stage = StageStatus("image", state, is_over, (task,), items)
    return RunStatus("films", "manual__1", NOON + timedelta(seconds=seconds), (stage,))


class Course:
    """What one sees at each moment; the clock moves when somebody pauses."""

    def __init__(self, *looks: RunStatus | Exception) -> None:
        self.looks, self.now_s, self.number = looks, 0.0, 0

    def look(self) -> RunStatus:
        seen = self.looks[self.number]
        self.number += 1
        if isinstance(seen, Exception):
            raise seen
        return seen

    def pause(self, seconds: float) -> None:
        self.now_s += seconds


def test_changes_are_told_a_line_each_until_nothing_more_happens(capsys: pytest.CaptureFixture[str]) -> None:
    course = Course(
        run(0, "running", "waiting"),
        run(5, "running", "waiting"),
        run(10, "made", "running"),
        run(15, "made", "failed", is_over=True),
    )
    watch(course.look, Changes(lines_of, only_failed=False), course.pause)
    assert course.now_s == 3 * LOOK_EVERY_S
    told = capsys.readouterr().out.splitlines()
    assert told[: len(lines_of(run(0, "running", "waiting")))] == lines_of(run(0, "running", "waiting"))
    assert told[len(lines_of(run(0, "running", "waiting"))) :] == [
        "2026-11-28 12:00:10 UTC image bees/01: made on node-1",
        "2026-11-28 12:00:10 UTC image bees/02: running on node-1",
        "2026-11-28 12:00:15 UTC image: done",
        "2026-11-28 12:00:15 UTC image, try 1: done",
        "2026-11-28 12:00:15 UTC image bees/02: failed on node-1",
    ]


def test_only_what_failed_is_told_where_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    course = Course(run(0, "running"), run(5, "made", "failed", is_over=True))
    watch(course.look, Changes(lambda seen: [], only_failed=True), course.pause)
    assert capsys.readouterr().out == "2026-11-28 12:00:05 UTC image bees/02: failed on node-1\n"


def test_a_terminal_is_cleared_and_shows_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    course = Course(run(0, "running"), run(5, "made", is_over=True))
    watch(course.look, Redrawn(lines_of), course.pause)
    pages = capsys.readouterr().out.split("\x1b[H\x1b[2J\x1b[3J\n")
    assert [page.splitlines() for page in pages[1:]] == [
        lines_of(run(0, "running")),
        lines_of(run(5, "made", is_over=True)),
    ]


def test_programs_get_a_document_a_line_when_anything_has_changed(capsys: pytest.CaptureFixture[str]) -> None:
    course = Course(run(0, "running"), run(5, "running"), run(10, "made", is_over=True))

    def plain(seen: RunStatus) -> dict[str, Any]:
        return for_programs(seen, only_failed=False)

    watch(course.look, Document(plain), course.pause)
    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["stages"][0]["items"][0]["state"] for each in documents] == ["running", "made"]
    assert [each["is_over"] for each in documents] == [False, True]


def test_a_store_that_is_away_for_a_while_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    course = Course(run(0, "running"), StoreAway("it is away"), StoreAway("it is away"), run(15, "made", is_over=True))
    watch(course.look, Changes(lambda seen: [], only_failed=False), course.pause)
    said = capsys.readouterr()
    assert said.err.splitlines() == ["it is away; looking again every 5 s"] * 2
    assert "bees/01: made" in said.out


@pytest.mark.parametrize("error", [StoreAway("it is away"), BadRequest("no such run")])
def test_what_is_wrong_at_the_first_look_ends_it(error: Exception) -> None:
    course = Course(error)
    with pytest.raises(type(error)):
        watch(course.look, Changes(lines_of, only_failed=False), course.pause)
