"""A run's progress: a bar per task on a terminal, a line per change elsewhere."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from deploy.demo.airflow_api import TaskState
from deploy.local.console import tell
from include.contract.failures import Progress

SYMBOLS = {"success": "done", "failed": "failed", "upstream_failed": "not started", "up_for_retry": "will try again"}


@dataclass(frozen=True)
class Row:
    """One task, as people see it."""

    task_id: str
    state: str
    done: int = 0
    total: int = 0
    in_hand: float = 0.0
    """How much of the unfinished items is done, in items."""
    reused: int = 0
    seconds: float = 0.0

    @property
    def word(self) -> str:
        """What it is doing."""
        if self.state == "success" and self.total and self.reused == self.total:
            return "reused"
        return SYMBOLS.get(self.state, self.state)

    @property
    def count(self) -> str:
        """Items done of all, if known."""
        return f"{self.done}/{self.total}" if self.total else ""

    @property
    def percent(self) -> str:
        """How much of all is done, while unfinished items report their progress."""
        return f"{100 * (self.done + self.in_hand) / self.total:.0f} %" if self.total and self.in_hand else ""


def row_of(task: TaskState, progress: Progress | None) -> Row:
    """The task's row."""
    report = progress or Progress()
    running = task.state == "running" and task.started
    seconds = (datetime.now(UTC) - task.started).total_seconds() if running and task.started else task.duration_s
    return Row(
        task_id=task.task_id,
        state=task.state,
        done=report.done,
        total=report.total,
        in_hand=report.in_hand,
        reused=report.reused,
        seconds=max(0.0, seconds),
    )


class Display(Protocol):
    """Where progress is shown."""

    def show(self, rows: list[Row]) -> None:
        """Show the run as it is now."""

    def say(self, line: str) -> None:
        """Report what has happened besides the run."""

    def close(self) -> None:
        """Leave the last state visible."""


@dataclass
class Bars:
    """A bar per task, redrawn in place."""

    live: Live = field(default_factory=lambda: Live(console=Console(), refresh_per_second=4))

    def __post_init__(self) -> None:
        self.live.start()

    def show(self, rows: list[Row]) -> None:
        """Redraw."""
        table = Table.grid(padding=(0, 2))
        for row in rows:
            bar = ProgressBar(
                total=max(row.total, 1),
                completed=row.done + row.in_hand,
                width=30,
                style="bright_black",
                complete_style="cyan",
                finished_style="green",
            )
            seconds = f"{row.seconds:.0f} s" if row.seconds else ""
            table.add_row(row.task_id, bar, row.count, row.percent, seconds, row.word)
        self.live.update(table)

    def say(self, line: str) -> None:
        """Print it above the bars."""
        self.live.console.print(line, markup=False, highlight=False)

    def close(self) -> None:
        """Stop redrawing."""
        self.live.stop()


@dataclass
class Lines:
    """A line whenever something changes."""

    last: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def show(self, rows: list[Row]) -> None:
        """Print what is new."""
        for row in rows:
            now = (row.word, row.count, row.percent)
            if row.state != "waiting" and self.last.get(row.task_id) != now:
                self.last[row.task_id] = now
                percent = f" {row.percent}" if row.percent else ""
                tell(f"  {row.task_id:<8} {row.count:>7}  {row.word}{percent}  {row.seconds:.0f} s")

    def say(self, line: str) -> None:
        """Print it as a line."""
        tell(f"  {line}")

    def close(self) -> None:
        """Do nothing: no line is open."""


def display_for_stdout() -> Display:
    """Bars on a terminal, lines elsewhere."""
    return Bars() if sys.stdout.isatty() else Lines()
