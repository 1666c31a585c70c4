from __future__ import annotations

import json
import logging
import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from operators.engines.lines import MAX_LINE_BYTES, LineReader, TaskLog, readable
from tests.foreign import JSON_TREES, damaged

ENTRY = {"at": "2026-01-01T00:00:00Z", "level": "warning", "event": "slow", "message": "waits", "seconds": 3}


@pytest.mark.parametrize(
    ("line", "level", "text"),
    [
        (json.dumps(ENTRY), logging.WARNING, "slow: waits seconds=3"),
        ('{"event": "x", "loss": NaN}', logging.INFO, "x loss=nan"),
        ("Traceback", logging.INFO, "Traceback"),
        ("[1]", logging.INFO, "[1]"),
        ('{"level": "error", "event": "a\\ud800b"}', logging.ERROR, "a\\ud800b"),
        ("\x1b[31mred", logging.INFO, "\\x1b[31mred"),
        ("[" * 1000, logging.INFO, "[" * 1000),
        ('{"event":' * 2000 + "1" + "}" * 2000, logging.INFO, '{"event":' * 2000 + "1" + "}" * 2000),
    ],
)
def test_a_line_is_shown_readably_at_its_level(line: str, level: int, text: str) -> None:
    assert readable(line) == (level, text)


@given(st.text() | JSON_TREES.map(json.dumps) | damaged(ENTRY, JSON_TREES).map(json.dumps))
@example('{"event": "x", "value": ' + "[" * 900 + "]" * 900 + "}")
def test_whatever_a_stage_writes_is_shown_as_text_that_can_be_written(line: str) -> None:
    shown = TaskLog(logging.getLogger(__name__))
    shown.show(line)
    shown.tail().encode()
    assert readable(line)[0] in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)


@given(st.binary(max_size=300))
def test_whatever_a_pipe_brings_comes_out_as_lines(data: bytes) -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, data)
        os.close(writing)
        reader, found = LineReader(reading), []
        while (lines := reader.read(0)) is not None:
            found += lines
    finally:
        os.close(reading)
    wanted = [line.decode(errors="replace").strip() for line in data.split(b"\n")]
    assert found == [line for line in wanted if line]
    assert all(len(line) <= MAX_LINE_BYTES for line in found)
