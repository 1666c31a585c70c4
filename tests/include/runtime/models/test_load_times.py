"""Time until a model is ready, each second counted once."""

from __future__ import annotations

import time

import pytest

from include.contract.manifests import ModelLoad
from include.runtime.models.load_times import LoadPart, LoadTimes


class Clock:
    """A clock that goes on when it is told to."""

    now = 100.0

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    return clock


def test_what_is_done_within_something_else_is_counted_once(clock: Clock) -> None:
    times = LoadTimes()
    with times.during(LoadPart.FIND):
        clock.wait(1)
        for _ in range(2):
            with times.during(LoadPart.DOWNLOAD):
                clock.wait(10)
        clock.wait(0.5)
    with times.during(LoadPart.MAP):
        clock.wait(3)
    told = times.told()
    assert told == ModelLoad(find_s=1.5, download_s=20.0, map_s=3.0)
    assert told.total_s == 24.5


def test_who_finds_a_model_loaded_is_told_of_what_is_loaded_later_alone(clock: Clock) -> None:
    times = LoadTimes()
    with times.during(LoadPart.MAP):
        clock.wait(3)
    later = times.from_now()
    assert later.told() == ModelLoad()
    with times.during(LoadPart.DEVICE):
        clock.wait(2)
    assert later.told() == ModelLoad(device_s=2.0)
    assert times.told() == ModelLoad(map_s=3.0, device_s=2.0)


def test_what_fails_has_taken_its_time_too(clock: Clock) -> None:
    times = LoadTimes()

    def fail() -> None:
        with times.during(LoadPart.FIND), times.during(LoadPart.VERIFY):
            clock.wait(2)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert times.told() == ModelLoad(verify_s=2.0)
