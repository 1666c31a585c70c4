"""Log lines and what is kept of them until the store has it (K4)."""

from __future__ import annotations

import json
import logging
import tracemalloc

import pytest

from include.runtime import logs
from include.runtime.logs import (
    CHUNK_BYTES,
    ERRORS_BYTES,
    HEAD_CHUNKS,
    MAX_LINE_BYTES,
    TAIL_BYTES,
    JsonFormatter,
    LogBuffer,
)

MOST_BYTES = HEAD_CHUNKS * CHUNK_BYTES + TAIL_BYTES + ERRORS_BYTES


def record(message: str, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("stage", level, "f.py", 1, message, (), None)


def stored(buffer: LogBuffer) -> list[bytes]:
    """What the store gets when all of it is sent: the chunks by number."""
    bodies = {}
    while (chunk := buffer.full()) is not None:
        bodies[chunk.number] = chunk.body
        buffer.stored(chunk)
    growing = buffer.growing()
    bodies[growing.number] = growing.body
    assert list(bodies) == list(range(len(bodies)))
    return list(bodies.values())


def test_an_event_is_one_json_line_whatever_its_text() -> None:
    line = JsonFormatter().format(record('two\nlines "quoted" 蜂'))
    assert "\n" not in line
    assert json.loads(line)["message"] == 'two\nlines "quoted" 蜂'


@pytest.mark.parametrize("text", ["x" * 10_000_000, "蜂" * 1_000_000, "\x01" * 1_000_000, '"' * 100_000])
def test_a_long_line_keeps_its_beginning_and_its_end(text: str) -> None:
    line = JsonFormatter().format(record(f"begin {text} end"))
    assert len(line.encode()) <= MAX_LINE_BYTES
    message = json.loads(line)["message"]
    assert message.startswith("begin ")
    assert message.endswith(" end")
    assert "characters" in message


def test_a_lone_surrogate_does_not_lose_its_line() -> None:
    line = JsonFormatter().format(record("file \udcff.png")).encode()
    assert json.loads(line)["message"] == "file ?.png"


def test_a_wrong_log_call_raises_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    LogBuffer().handle(logging.LogRecord("stage", logging.INFO, "f.py", 1, "%d of", ("three",), None))
    assert "Logging error" in capsys.readouterr().err


def test_chunks_hold_whole_lines_in_order() -> None:
    buffer = LogBuffer()
    for number in range(2500):
        buffer.handle(record(f"{number} {'x' * 1000}"))
    bodies = stored(buffer)
    assert len(bodies) == 3
    assert all(len(body) <= CHUNK_BYTES for body in bodies)
    lines = [json.loads(line) for body in bodies for line in body.splitlines()]
    assert [int(line["message"].split()[0]) for line in lines] == list(range(2500))


def test_a_log_that_fits_has_no_gap() -> None:
    buffer = LogBuffer()
    for number in range((HEAD_CHUNKS * CHUNK_BYTES + TAIL_BYTES) // 12_000):
        buffer.handle(record(f"{number} {'x' * 11_000}"))
    assert b"left_out" not in b"".join(stored(buffer))


def test_memory_is_bounded_whatever_is_logged_and_nothing_of_it_stored() -> None:
    buffer = LogBuffer()
    text = "x" * 4000
    tracemalloc.start()
    try:
        for number in range(16_000):
            buffer.handle(record(f"{number} {text}", logging.ERROR if number % 3 else logging.INFO))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES * 1.5
    bodies = stored(buffer)
    assert sum(map(len, bodies)) <= MOST_BYTES + 1000
    gap = next(json.loads(line) for line in bodies[-1].splitlines())
    assert gap["message"] == (
        f"{gap['lines']} lines ({gap['bytes'] / 1e6:.1f} MB) of this log are left out here; errors among them follow"
    )
    assert gap["logger"] == logs.__name__
