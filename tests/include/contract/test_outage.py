from __future__ import annotations

import logging

import pytest

from include.contract.outage import SILENT_S, TELL_EVERY_S, Outage

NIGHT = 1_795_745_585.0  # 2026-11-27 02:13:05 UTC


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NIGHT

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outage(clock: Clock) -> Outage:
    return Outage("the store at http://s3", logging.getLogger("test"), clock)


def test_the_log_says_since_when_once_a_minute_and_that_it_is_over(
    outage: Outage, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for waited_s in (0.0, 5.0, TELL_EVERY_S + 1):
        clock.now = NIGHT + waited_s
        told = outage.missed(NIGHT + waited_s, "connection refused")
    assert told == "since 2026-11-27 02:13:05 UTC (61 s)"
    clock.now = NIGHT + 95
    outage.answered()
    outage.answered()
    assert caplog.messages == [
        "the store at http://s3 has not answered since 2026-11-27 02:13:05 UTC (0 s): connection refused",
        "the store at http://s3 has not answered since 2026-11-27 02:13:05 UTC (61 s): connection refused",
        "the store at http://s3 is answering again; it had not answered since 2026-11-27 02:13:05 UTC (95 s)",
    ]


def test_a_call_that_fails_after_another_was_answered_says_nothing_of_the_store(
    outage: Outage, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with outage.asking():
        clock.now += 45
        outage.look()
        outage.answered()
        for _ in range(3):
            assert outage.missed(NIGHT, "the connection was closed").startswith("since 2026-11-27 02:13:05 UTC (")
            clock.now += 1
        clock.now += SILENT_S - 4
        outage.look()
        outage.answered()
    assert [message.split(" since ")[0].removeprefix("the store at http://s3 ") for message in caplog.messages] == [
        "has not answered",
        "is answering again; it had not answered",
    ]


def test_a_call_that_is_still_waited_for_is_told_of(
    outage: Outage, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with outage.asking():
        outage.look()
        assert caplog.messages == []
        clock.now += SILENT_S
        outage.look()
    outage.answered()
    assert caplog.messages == [
        "the store at http://s3 has not answered since 2026-11-27 02:13:05 UTC (30 s): a call is still waiting",
        "the store at http://s3 is answering again; it had not answered since 2026-11-27 02:13:05 UTC (30 s)",
    ]
    assert not outage.look()
