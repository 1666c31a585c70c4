"""Logs in chunks and small progress objects, none of which can fail a stage (K4)."""

from __future__ import annotations

import json
import logging

import pytest

from atelier.testing.s3 import S3
from include.contract.failures import Progress
from include.contract.item_states import ItemState, states_in
from include.contract.keys import Domain, end_key, items_key, log_key, progress_key
from include.contract.manifests import ItemLine, Outcome, RunRef
from include.runtime.logs import CHUNK_BYTES, HEAD_CHUNKS, TAIL_BYTES, LogBuffer
from include.runtime.report import HEARTBEAT_S, LOG_EVERY_S, Reporter
from include.store.store import Store
from tests.faults import BUSY, faulty
from tests.include.runtime.desk import Desk

RUN = RunRef(dag_id="d", run_id="r", task_id="t")


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("stage", logging.INFO, "f.py", 1, message, (), None)


def line(item: str, outcome: Outcome = Outcome.MADE, position: int = 0, fingerprint: str | None = None) -> ItemLine:
    return ItemLine(position=position, item=item, outcome=outcome, fingerprint=fingerprint)


def chunks(desk: Desk) -> list[bytes]:
    """The chunks of an attempt's log in the order of their keys."""
    prefix = log_key(RUN, "ab" * 32, 1, 0).removesuffix("log-000.jsonl")
    keys = [each.key for each in desk.store.listed(prefix) if each.key.startswith(f"{prefix}log-")]
    return [desk.store.get(key) or b"" for key in keys]


def test_counts_and_log_reach_the_store(desk: Desk) -> None:
    buffer = LogBuffer()
    reporter = Reporter(desk.store, RUN, "ab" * 32, 2, buffer)
    reporter.start([f"honey/{number:02d}" for number in range(1, 41)])
    buffer.handle(record("hello"))
    for number in range(1, 4):
        reporter.ended([line(f"honey/{number:02d}")])
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
    reporter = Reporter(Store(Domain(s3.bucket), away.connection()), RUN, "ab" * 32, 1, LogBuffer())
    reporter.start(["honey"])
    reporter.ended([line("honey")])
    reporter.close("done")
    assert reporter.progress.done == 1


class Clock:
    """A clock that a test sets, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_how_much_of_long_items_is_done_is_counted_until_they_come_out_and_logged_now_and_then(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = Clock()
    reporter = Reporter(desk.store, RUN, "ab" * 32, 1, LogBuffer(), clock)
    for percent in range(0, 51):
        reporter.within("film", percent / 100)
        clock.now += 1.0
    reporter.within("other", 0.25)
    assert (reporter.progress.done, reporter.progress.in_hand) == (0, 0.75)
    assert [record.getMessage() for record in caplog.records] == ["film: 30 %"]
    reporter.ended([line("film")])
    assert (reporter.progress.done, reporter.progress.in_hand) == (1, 0.25)
    reporter.ended([line("other", Outcome.FAILED)])
    assert (reporter.progress.done, reporter.progress.in_hand) == (2, 0)


def test_what_unfinished_items_say_of_themselves_stays_when_the_attempt_ends_and_goes_when_they_come_out(
    desk: Desk,
) -> None:
    reporter = Reporter(desk.store, RUN, "ab" * 32, 1, LogBuffer(), Clock())
    for item in ("bread", "tea", "mugs", "bees"):
        reporter.say(item, f"attempt 1 of 3 for {item}")
    reporter.say("bread", "attempt 2 of 3 for bread")
    assert reporter.progress.under_way == (
        "attempt 2 of 3 for bread; attempt 1 of 3 for tea; attempt 1 of 3 for mugs; and 1 more"
    )
    for item in ("tea", "mugs", "bees"):
        reporter.ended([line(item)])
    reporter.close("failed")
    body = desk.store.get(progress_key(RUN, "ab" * 32, 1)) or b""
    stored = Progress.model_validate_json(body)
    assert (stored.phase, stored.under_way) == ("failed", "attempt 2 of 3 for bread")
    reporter.ended([line("bread", Outcome.FAILED)])
    assert reporter.progress.under_way is None
    assert "under_way" not in reporter.progress.model_dump_json()


def test_a_quiet_stage_of_two_hours_has_one_chunk_that_grows(desk: Desk) -> None:
    buffer, clock = LogBuffer(), Clock()
    reporter = Reporter(desk.store, RUN, "ab" * 32, 1, buffer, clock)
    for minute in range(120):
        buffer.handle(record(f"minute {minute}"))
        clock.now += LOG_EVERY_S
        reporter.send_due()
        assert f"minute {minute}".encode() in chunks(desk)[-1]
    (log,) = chunks(desk)
    assert len(log.splitlines()) == 120


def test_the_growing_chunk_is_written_only_when_it_is_due_and_has_grown(desk: Desk, s3: S3) -> None:
    buffer, clock = LogBuffer(), Clock()
    reporter = Reporter(desk.store, RUN, "ab" * 32, 1, buffer, clock)
    buffer.handle(record("hello"))
    reporter.send_due()
    assert chunks(desk) == []
    clock.now = LOG_EVERY_S
    reporter.send_due()
    key = log_key(RUN, "ab" * 32, 1, 0)
    desk.store.put(key, b"as it was")
    clock.now = 2 * LOG_EVERY_S
    reporter.send_due()
    assert chunks(desk) == [b"as it was"]


def test_a_flood_leaves_its_beginning_its_errors_and_its_end(desk: Desk) -> None:
    buffer = LogBuffer()
    reporter = Reporter(desk.store, RUN, "ab" * 32, 1, buffer)
    reporter.start(["honey"])
    padding = "x" * 2000
    for number in range(33_000):
        buffer.handle(record(f"line {number} {padding}"))
        if number == 20_000:
            failed = record("honey/03 failed: no")
            failed.levelno, failed.levelname = logging.ERROR, "ERROR"
            buffer.handle(failed)
    buffer.handle(record("the last words"))
    reporter.close("failed")
    bodies = chunks(desk)
    lines = [json.loads(line) for body in bodies for line in body.splitlines()]
    assert lines[0]["message"].startswith("line 0 ")
    assert lines[-1]["message"] == "the last words"
    (gap,) = [number for number, line in enumerate(lines) if line.get("event") == "left_out"]
    assert lines[gap + 1]["message"] == "honey/03 failed: no"
    kept = [int(line["message"].split()[1]) for line in lines if line["message"].startswith("line ")]
    assert kept == [*range(gap), *range(gap + lines[gap]["lines"], 33_000)]
    assert sum(map(len, bodies)) < HEAD_CHUNKS * CHUNK_BYTES + TAIL_BYTES + 2_000


def test_a_log_of_which_nothing_can_be_stored_stays_bounded_and_is_stored_later(desk: Desk, s3: S3) -> None:
    with faulty(s3) as (broken, server):
        server.meet(BUSY)
        buffer, clock = LogBuffer(), Clock()
        store = Store(desk.store.domain, broken.connection(tries=1))
        reporter = Reporter(store, RUN, "ab" * 32, 1, buffer, clock)
        for number in range(2000):
            buffer.handle(record(f"line {number} {'x' * 2000}"))
            clock.now += 1.0
        reporter.send_due()
        assert chunks(desk) == []
        server.meet(None)
        reporter.close("done")
    assert b"".join(chunks(desk)).count(b"\n") == 2000


def test_progress_that_stands_still_is_written_again_so_that_one_sees_that_the_process_lives(desk: Desk) -> None:
    clock = Clock()
    reporter = Reporter(desk.store, RUN, "ab" * 32, 1, LogBuffer(), clock)
    key = progress_key(RUN, "ab" * 32, 1)
    reporter.send_due()
    desk.store.put(key, b"as it was")
    clock.now = HEARTBEAT_S - 1
    reporter.send_due()
    assert desk.store.get(key) == b"as it was"
    clock.now = HEARTBEAT_S
    reporter.send_due()
    assert desk.store.get(key) != b"as it was"


def test_the_termination_message_lies_beside_the_progress(desk: Desk) -> None:
    Reporter(desk.store, RUN, "ab" * 32, 2, LogBuffer()).leave('{"message": "no"}')
    assert desk.store.get(end_key(RUN, "ab" * 32, 2)) == b'{"message": "no"}'


def states(desk: Desk) -> dict[str, str]:
    """What the first attempt tells of each item."""
    body = desk.store.get(items_key(RUN, "ab" * 32, 1))
    return {} if body is None else {each.item: str(each.state) for each in states_in(body, "the items").items}


def test_what_is_made_once_for_several_places_counts_as_made_at_each(desk: Desk) -> None:
    reporter = Reporter(desk.store, RUN, "ab" * 32, 1, LogBuffer(), Clock())
    reporter.ended([line("honey/01", fingerprint="cd" * 32), line("honey/04", Outcome.REUSED, 3, "cd" * 32)])
    assert (reporter.progress.made, reporter.progress.reused, reporter.progress.done) == (2, 0, 2)


def test_what_becomes_of_each_item_is_told_when_it_changes(desk: Desk) -> None:
    reporter = Reporter(desk.store, RUN, "ab" * 32, 1, LogBuffer(), Clock())
    reporter.send_due()
    assert states(desk) == {}
    reporter.start(["honey/01", "honey/02", "honey/03"])
    reporter.began(["honey/01", "honey/02"])
    reporter.send_due()
    assert states(desk) == {"honey/01": "running", "honey/02": "running", "honey/03": "waiting"}
    desk.store.put(items_key(RUN, "ab" * 32, 1), b"as it was")
    reporter.send_due()
    assert desk.store.get(items_key(RUN, "ab" * 32, 1)) == b"as it was"
    reporter.lost(["honey/02"])
    reporter.ended([line("honey/01"), line("honey/03", Outcome.REUSED)])
    reporter.close("done")
    assert states(desk) == {"honey/01": "made", "honey/02": "waiting", "honey/03": "reused"}
    assert (reporter.progress.made, reporter.progress.reused, reporter.progress.done) == (1, 1, 2)


def test_what_a_lost_worker_said_of_an_item_is_forgotten(desk: Desk) -> None:
    reporter = Reporter(desk.store, RUN, "ab" * 32, 1, LogBuffer(), Clock())
    reporter.within("film", 0.5)
    reporter.say("film", "frame 7")
    reporter.lost(["film"])
    assert (reporter.progress.in_hand, reporter.progress.under_way) == (0, None)


def test_items_that_could_not_be_told_are_told_when_the_store_answers_again(desk: Desk, s3: S3) -> None:
    with faulty(s3) as (broken, server):
        server.meet(BUSY)
        store = Store(desk.store.domain, broken.connection(tries=1))
        reporter = Reporter(store, RUN, "ab" * 32, 1, LogBuffer(), Clock())
        reporter.start(["honey"])
        reporter.send_due()
        assert states(desk) == {}
        server.meet(None)
        reporter.close("done")
    assert states(desk) == {"honey": str(ItemState.WAITING)}
