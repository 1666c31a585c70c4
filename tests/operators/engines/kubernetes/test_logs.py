from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from operators.engines.kubernetes.logs import LogCursor, says_done

DONE = '{"event": "done"}'


def line(second: int, text: str) -> bytes:
    return f"2026-11-25T12:00:{second:02d}.5Z {text}\n".encode()


def read(cursor: LogCursor, *chunks: bytes) -> list[str]:
    cursor.begin()
    return [text for chunk in chunks for text in cursor.lines(chunk)]


def test_lines_are_put_together_from_pieces() -> None:
    whole = line(1, "one") + line(2, "two")
    assert read(LogCursor(1000), whole[:7], whole[7:40], whole[40:]) == ["one", "two"]


def test_no_line_is_shown_twice_by_a_second_reading_or_another_process() -> None:
    first = LogCursor(1000)
    assert read(first, line(1, "one") + line(2, "two")) == ["one", "two"]
    assert read(first, line(2, "two") + line(3, "three")) == ["three"]
    other = LogCursor(1000, since=first.since)
    assert read(other, line(3, "three") + line(4, "four")) == ["four"]


def test_times_are_compared_as_moments_though_zeros_are_not_written() -> None:
    cursor = LogCursor(1000)
    first = b"2026-11-25T12:00:01.123456789Z one\n2026-11-25T12:00:01.2Z two\n2026-11-25T12:00:02Z three\n"
    assert read(cursor, first) == ["one", "two", "three"]


def test_a_later_reading_begins_a_little_before_the_last_line() -> None:
    cursor = LogCursor(1000)
    assert cursor.begin() is None
    cursor.since = (datetime.now(UTC) - timedelta(seconds=60)).isoformat()
    seconds = cursor.begin()
    assert seconds is not None
    assert 60 <= seconds <= 65


def test_what_a_flood_leaves_out_is_not_shown_later() -> None:
    cursor = LogCursor(1000)
    cursor.begin()
    assert cursor.limit_bytes == 20_000
    wait_s = cursor.overran()
    assert 0 < wait_s <= 20
    old = (datetime.now(UTC) + timedelta(seconds=wait_s - 1)).isoformat().replace("+00:00", "Z")
    cursor.begin()
    new = (datetime.now(UTC) + timedelta(seconds=wait_s + 5)).isoformat().replace("+00:00", "Z")
    assert list(cursor.lines(f"{old} left out\n{new} shown\n".encode())) == ["shown"]


def test_a_line_without_an_end_is_cut_and_takes_no_more_memory() -> None:
    cursor = LogCursor(10**9)
    cursor.begin()
    shown = [text for _ in range(30) for text in cursor.lines(b"x" * 100_000)]
    assert len(pickle.dumps(cursor)) <= 2**20 + 1000, "all that it keeps"
    assert all(len(text) <= 2**20 for text in shown)


@pytest.mark.parametrize(
    ("text", "is_done"),
    [(DONE, True), ('{"event": "progress", "x": "done"}', False), ("all is done", False), ('{"done"', False)],
)
def test_only_the_stages_own_event_says_that_its_result_is_there(text: str, is_done: bool) -> None:
    assert says_done(text) is is_done
    cursor = LogCursor(1000)
    read(cursor, line(1, text))
    assert cursor.is_done is is_done


KUBELET = "unable to retrieve container logs for containerd://abc"


def test_a_line_without_a_time_is_shown_once_and_hides_nothing() -> None:
    cursor = LogCursor(1000)
    assert read(cursor, f"{KUBELET}\n".encode()) == [KUBELET]
    assert read(cursor, line(1, "one"), f"{KUBELET}\n".encode()) == ["one"]
    assert read(cursor, line(1, "one"), line(2, "two")) == ["two"]


@pytest.mark.parametrize("strange", ["9999-12-31T23:59:59Z", "2999-01-01T00:00:00.5Z", "2026-13-45T99:00:00Z"])
def test_a_line_of_a_strange_time_hides_no_later_line(strange: str) -> None:
    cursor = LogCursor(1000)
    assert read(cursor, line(1, "one"), f"{strange} strange\n".encode(), line(2, "two"))[-1] == "two"
    assert read(cursor, line(3, "three"))[-1] == "three"


def test_a_clock_that_is_put_back_hides_nothing_of_the_same_reading() -> None:
    cursor = LogCursor(1000)
    assert read(cursor, line(5, "one")) == ["one"]
    assert read(cursor, line(5, "one"), line(9, "two"), line(3, "three"), line(4, "four")) == ["two", "three", "four"]


def test_a_node_may_tell_its_time_in_a_zone_of_its_own() -> None:
    cursor = LogCursor(1000)
    east = [f"2026-11-25T14:00:{second:02d}.5+02:00 {second}\n".encode() for second in (1, 2)]
    assert read(cursor, *east) == ["1", "2"]
    assert read(cursor, line(2, "two"), line(3, "three")) == ["three"]
    seconds = cursor.begin()
    assert seconds is not None
    assert abs(seconds - (datetime.now(UTC) - datetime(2026, 11, 25, 12, 0, 3, tzinfo=UTC)).total_seconds()) < 5


def test_the_end_of_a_line_that_was_cut_is_no_line() -> None:
    cursor = LogCursor(10**9)
    head, end = line(1, "x" * 50_000)[:40_000], line(1, "x" * 50_000)[40_000:]
    first, *rest = read(cursor, head, end + line(2, "two"))
    assert (set(first), rest) == ({"x"}, ["two"])


@given(st.lists(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode(errors="replace"))))
@example([b'2026-11-25T10:00:00Z ["done",' + b"[" * 1000 + b"\n"])
@example([b"0001-01-01T00:00:00+23:59 x\n"])
@example([b"2026-11-25T10:00:00Z\xff\n", b"\xe2\x80\xa8 \n"])
def test_whatever_a_log_holds_the_next_line_is_shown(chunks: list[bytes]) -> None:
    cursor = LogCursor(1000)
    read(cursor, *chunks, b"\n")
    assert read(cursor, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} later\n".encode()) == ["later"]
    assert LogCursor(1000, since=cursor.since).begin() is not None


@pytest.mark.parametrize("since", ["unable.000000000+00:00", "x", "2026-11-25", "9999-12-31T23:59:59Z"])
def test_a_place_in_the_log_that_cannot_be_read_begins_anew(since: str) -> None:
    cursor = LogCursor(1000, since=since)
    assert read(cursor, line(1, "one")) == ["one"]
