"""A log in chunks, shown line by line, no line twice, whatever becomes of the chunks meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.engines.lines import OMITTED
from operators.engines.ray import logs
from operators.engines.ray.logs import LogPlace, LogReader


@dataclass
class Chunks:
    """What the store has."""

    bodies: dict[int, bytes] = field(default_factory=dict)

    def __call__(self, number: int) -> bytes | None:
        return self.bodies.get(number)


def lines(*numbers: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in numbers)


def test_each_reading_shows_what_has_come() -> None:
    chunks = Chunks()
    reader = LogReader(chunks, 10_000)
    assert reader.more() == []
    chunks.bodies[0] = lines(1, 2)
    assert reader.more() == ["line 1", "line 2"]
    assert reader.more() == []
    chunks.bodies[0] = lines(1, 2, 3)
    assert reader.more() == ["line 3"]


def test_another_process_goes_on_where_one_has_stopped() -> None:
    chunks = Chunks({0: lines(1, 2)})
    reader = LogReader(chunks, 10_000)
    reader.more()
    chunks.bodies[0] = lines(1, 2, 3)
    assert LogReader(chunks, 10_000, LogPlace.read(reader.place.told())).more() == ["line 3"]


def test_a_full_chunk_is_read_to_its_end_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_NEARLY_FULL", 10)
    chunks = Chunks({0: lines(1, 2)})
    reader = LogReader(chunks, 10_000)
    assert reader.more() == ["line 1", "line 2"]
    chunks.bodies = {0: lines(1, 2, 3), 1: lines(4)}
    assert reader.more() == ["line 3", "line 4"]
    chunks.bodies[1] = lines(4, 5)
    assert reader.more() == ["line 5"]


def test_a_chunk_that_loses_its_beginning_is_read_on_after_the_last_line_that_was_shown() -> None:
    chunks = Chunks({0: lines(*range(10))})
    reader = LogReader(chunks, 10_000)
    reader.more()
    chunks.bodies[0] = lines(*range(5, 12))
    assert reader.more() == ["line 10", "line 11"]
    chunks.bodies[0] = lines(*range(20, 22))
    assert reader.more() == [OMITTED, "line 20", "line 21"]


def test_of_a_flood_the_first_and_the_last_lines_are_shown() -> None:
    chunks = Chunks({0: lines(*range(100_000))})
    shown = LogReader(chunks, 1024).more()
    assert shown[0] == "line 0"
    assert shown[-1] == "line 99999"
    assert shown.count(OMITTED) == 1
    assert sum(map(len, shown)) < 1024 * logs.SHORTEST_S + len(OMITTED)


@given(st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=8), st.integers(min_value=0, max_value=20))
def test_no_line_is_shown_twice_or_out_of_order(growths: list[int], kept: int) -> None:
    chunks, count, shown = Chunks(), 0, []
    reader = LogReader(chunks, 10**9)
    for growth in growths:
        count += growth
        chunks.bodies[0] = lines(*range(max(0, count - kept - growth), count))
        shown += [int(line.split()[1]) for line in reader.more() if line != OMITTED]
    assert shown == list(range(count))
