from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from include.runtime.fair_time import FairTime


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_whoever_is_alone_has_all_of_the_time() -> None:
    clock = Clock()
    times = FairTime(clock)
    came = times.come()
    clock.now += 4
    assert times.leave(came) == 4


def test_each_moment_is_divided_among_those_who_are_there_and_the_shares_add_up() -> None:
    clock = Clock()
    times = FairTime(clock)
    long = times.come()
    clock.now += 2  # alone: 2 for `long`
    short = times.come()
    clock.now += 3  # two: 1.5 each
    third = times.come()
    clock.now += 3  # three: 1 each
    shares = [times.leave(short)]
    clock.now += 1  # two: 0.5 each
    shares.append(times.leave(third))
    clock.now += 4  # alone: 4 for `long`
    shares.append(times.leave(long))
    assert shares == [2.5, 1.5, 2 + 1.5 + 1 + 0.5 + 4]
    assert sum(shares) == clock.now - 100


def test_time_when_nobody_was_there_is_nobody_s() -> None:
    clock = Clock()
    times = FairTime(clock)
    clock.now += 5
    first = times.come()
    clock.now += 1
    assert times.leave(first) == 1
    clock.now += 7
    second = times.come()
    clock.now += 2
    assert times.leave(second) == 2


def test_many_threads_take_no_more_than_there_was() -> None:
    clock = Clock()
    times = FairTime(clock)

    def stay(_: int) -> float:
        came = times.come()
        clock.now += 1
        return times.leave(came)

    with ThreadPoolExecutor(8) as threads:
        shares = list(threads.map(stay, range(200)))
    assert sum(shares) == pytest.approx(clock.now - 100)
