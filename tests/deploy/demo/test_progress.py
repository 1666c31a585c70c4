from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console
from rich.live import Live

from deploy.demo.airflow_api import TaskState
from deploy.demo.progress import Bars, Lines, row_of
from include.contract.failures import Progress


def _task(state: str, duration_s: float = 0.0, started: datetime | None = None) -> TaskState:
    return TaskState("image", state, try_number=1, started=started, duration_s=duration_s)


def test_a_running_task_counts_from_its_start() -> None:
    row = row_of(_task("running", started=datetime.now(UTC) - timedelta(seconds=5)), Progress(total=5, done=2))
    assert 5 <= row.seconds < 6
    assert (row.count, row.word) == ("2/5", "running")


def test_of_one_long_item_it_is_shown_how_much_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    for share in (0.0, 0.25, 0.25, 0.5):
        lines.show([row_of(_task("running"), Progress(total=2, done=1, in_hand=share))])
    said = [line.split()[1:] for line in capsys.readouterr().out.splitlines()]
    assert [words[:-2] for words in said] == [
        ["1/2", "running"],
        ["1/2", "running", "62", "%"],
        ["1/2", "running", "75", "%"],
    ]


def test_a_bar_moves_within_an_item() -> None:
    shown = []
    for share in (0.0, 0.4, 0.8):
        output = StringIO()
        bars = Bars(Live(console=Console(file=output, force_terminal=True, no_color=True, width=100)))
        bars.show([row_of(_task("running"), Progress(total=1, in_hand=share))])
        bars.close()
        last = next(line for line in reversed(output.getvalue().splitlines()) if "image" in line)
        shown.append((last.partition("0/1")[0], "40 %" in last))
    assert len({bar for bar, _ in shown}) == 3
    assert [is_told for _, is_told in shown] == [False, True, False]


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
