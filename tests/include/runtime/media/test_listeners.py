from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from include.runtime.media.audio import Block
from include.runtime.media.listeners import BLOCKS_AHEAD, play_to


def block(number: int) -> Block:
    return np.full((2, 4), number, np.float32)


def numbered(count: int) -> Iterator[Block]:
    return (block(number) for number in range(count))


class Notes:
    """A listener that keeps what it heard."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    def listen(self, sound: Iterator[Block]) -> None:
        self.heard += [int(each[0, 0]) for each in sound]


def test_every_listener_gets_all_of_it_in_order() -> None:
    ears = [Notes(), Notes(), Notes()]
    play_to([each.listen for each in ears], numbered(50))
    assert [each.heard for each in ears] == [[*range(50)]] * 3


def test_no_more_is_made_ahead_than_the_slowest_listener_may_lag() -> None:
    made, leads = 0, []

    def counted() -> Iterator[Block]:
        nonlocal made
        for each in numbered(30):
            made += 1
            yield each

    def slow(sound: Iterator[Block]) -> None:
        for used, _ in enumerate(sound, start=1):
            leads.append(made - used)

    play_to([slow, Notes().listen], counted())
    assert len(leads) == 30
    assert max(leads) <= BLOCKS_AHEAD + 1


def test_what_making_a_block_raises_is_raised_in_the_listeners_and_here() -> None:
    told = []

    def broken() -> Iterator[Block]:
        yield block(1)
        raise ValueError("no second")

    def listen(sound: Iterator[Block]) -> None:
        try:
            list(sound)
        except ValueError as error:
            told.append(str(error))
            raise

    with pytest.raises(ValueError, match="no second"):
        play_to([listen, listen], broken())
    assert told == ["no second"] * 2


@pytest.mark.parametrize("after", [0, 3, 19])
def test_what_a_listener_raises_ends_the_playing_and_leaves_no_thread(after: int) -> None:
    def full(sound: Iterator[Block]) -> None:
        for number, _ in enumerate(sound):
            if number == after:
                raise OSError("disk full")

    before, other = threading.active_count(), Notes()
    with pytest.raises(OSError, match="disk full"):
        play_to([other.listen, full], numbered(20))
    assert threading.active_count() == before


def test_a_listener_may_leave_early() -> None:
    other = Notes()
    play_to([lambda sound: None, other.listen], numbered(20))
    assert other.heard == [*range(20)]
