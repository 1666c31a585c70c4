"""Logs in chunks and small progress objects, none of which can fail a stage (K4)."""

from __future__ import annotations

import json
import logging

from include.contract.failures import Progress
from include.contract.keys import Domain, log_key, progress_key
from include.contract.manifests import RunRef
from include.runtime import report
from include.runtime.report import JsonFormatter, LogBuffer, Reporter
from include.runtime.store import Store
from tests.include.runtime.desk import Desk
from tests.weed import S3

RUN = RunRef(dag_id="d", run_id="r", task_id="t")


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("stage", logging.INFO, "f.py", 1, message, (), None)


def test_an_event_is_one_json_line_whatever_its_text() -> None:
    line = JsonFormatter().format(record('two\nlines "quoted" 蜂'))
    assert "\n" not in line
    assert json.loads(line)["message"] == 'two\nlines "quoted" 蜂'


def test_counts_and_log_reach_the_store(desk: Desk) -> None:
    buffer = LogBuffer()
    reporter = Reporter(desk.store, RUN, "ab" * 32, 2, buffer)
    reporter.start(total=40)
    buffer.handle(record("hello"))
    for _ in range(3):
        reporter.count("made", 1)
    reporter.close("done")
    progress = desk.store.read(progress_key(RUN, "ab" * 32, 2))
    assert progress is not None
    assert len(progress.body) <= 4096
    read = Progress.model_validate_json(progress.body)
    assert (read.total, read.done, read.made, read.phase) == (40, 3, 3, "done")
    log = desk.store.read(log_key(RUN, "ab" * 32, 2, 0))
    assert log is not None
    assert b"hello" in log.body


def test_a_store_that_is_away_loses_progress_and_nothing_else(s3: S3) -> None:
    away = S3("http://127.0.0.1:9", s3.bucket)
    reporter = Reporter(Store(Domain(s3.bucket), away.client(connect_timeout=1)), RUN, "ab" * 32, 1, LogBuffer())
    reporter.start(total=1)
    reporter.count("made", 1)
    reporter.close("done")
    assert reporter.progress.done == 1


def test_a_talkative_stage_is_capped() -> None:
    buffer = LogBuffer()
    for _ in range(3):
        buffer.handle(record("x" * (report.LOG_CHUNK_BYTES // 2)))
    assert buffer.full()
    assert len(buffer.take().splitlines()) == 3
    assert buffer.take() == b""
