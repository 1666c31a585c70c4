from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deploy.local.api import TaskState
from deploy.local.progress import Lines, row_of
from include.contract.failures import Progress


def _task(state: str, duration_s: float = 0.0, started: datetime | None = None) -> TaskState:
    return TaskState("image", state, try_number=1, started=started, duration_s=duration_s)


def test_a_running_task_counts_from_its_start() -> None:
    row = row_of(_task("running", started=datetime.now(UTC) - timedelta(seconds=5)), Progress(total=5, done=2))
    assert 5 <= row.seconds < 6
    assert (row.count, row.word) == ("2/5", "running")


def test_a_stage_that_made_nothing_is_called_reused() -> None:
    assert row_of(_task("success", 1.0), Progress(total=5, done=5, reused=5)).word == "reused"
    assert row_of(_task("success", 1.0), Progress(total=5, done=5, made=1, reused=4)).word == "done"


def test_without_a_terminal_there_is_a_line_per_change(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    waiting, running = row_of(_task("waiting"), None), row_of(_task("running"), Progress(total=5, done=1))
    for rows in ([waiting], [running], [running], [row_of(_task("running"), Progress(total=5, done=2))]):
        lines.show(rows)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert "1/5" in said[0]
    assert "2/5" in said[1]
