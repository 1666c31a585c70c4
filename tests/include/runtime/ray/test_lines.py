"""What a worker logs reaches its driver's log: whole, or with a count of what is left out."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from include.runtime.logs import MAX_LINE_BYTES
from include.runtime.ray import lines
from include.runtime.ray.lines import LogLines, show

log = logging.getLogger("tests.a_recipe")


@pytest.fixture
def said() -> LogLines:
    """What a worker keeps."""
    return LogLines()


def say(said: LogLines, message: str, level: int = logging.INFO, **more: object) -> None:
    told = {"name": log.name, "levelno": level, "levelname": logging.getLevelName(level), "msg": message, **more}
    said.emit(logging.makeLogRecord(told))


def test_it_is_shown_as_it_was_said(said: LogLines, caplog: pytest.LogCaptureFixture) -> None:
    say(said, "the sky is dark", logging.WARNING, event={"event": "progress", "at": datetime(2026, 1, 1, tzinfo=UTC)})
    show(said.take(0), "gpu-1")
    (record,) = caplog.records
    assert (record.name, record.levelno, record.getMessage()) == (log.name, logging.WARNING, "the sky is dark")
    assert vars(record)["event"] == {"event": "progress", "at": "2026-01-01 00:00:00+00:00", "worker": "gpu-1"}


def test_who_asks_waits_for_a_line_or_for_the_end(said: LogLines) -> None:
    with ThreadPoolExecutor(2) as threads:
        waits = threads.submit(said.take, 60.0)
        say(said, "late")
        assert [line.message for line in waits.result(10)] == ["late"]
        waits = threads.submit(said.take, 60.0)
        assert said.take_all() == []
        assert waits.result(10) == []


def test_many_lines_come_in_answers_that_are_no_longer_than_allowed(
    said: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "ANSWER_BYTES", 1_000)
    for number in range(100):
        say(said, f"line {number}")
    answers = []
    while answer := said.take(0):
        answers.append(answer)
    assert len(answers) > 5
    assert [line.message for answer in answers for line in answer] == [f"line {number}" for number in range(100)]


def test_what_nobody_asks_for_is_left_out_and_counted(said: LogLines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_BYTES", 1_000)
    monkeypatch.setattr(lines, "PATIENCE_S", 0.0)
    for number in range(100):
        say(said, f"line {number}")
    *kept, last = said.take_all()
    assert [line.message for line in kept] == [f"line {number}" for number in range(len(kept))]
    assert last.message.startswith(f"{100 - len(kept)} lines of a worker are left out here")


def test_a_bad_call_and_a_long_message_end_nothing(
    said: LogLines, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(said, "%d", args=("not a number",))
    say(said, "x" * 10 * MAX_LINE_BYTES)
    (line,) = said.take_all()
    assert len(line.message) < 2 * MAX_LINE_BYTES
    assert "characters" in line.message
