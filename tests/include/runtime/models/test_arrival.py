"""What people are told while a model's files arrive."""

from __future__ import annotations

import time
from threading import Event

import pytest

from include.contract.errors import Preempted
from include.runtime.models.arrival import Arrival, size
from include.runtime.models.load_times import LoadPart


def test_the_file_how_much_of_it_and_the_rate_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    words: list[str] = []
    now = iter([0.0, 0.0, 0.0, 2.0, 4.0, 4.0, 4.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    with Arrival(words.append).of(LoadPart.DOWNLOAD, "model.safetensors", 4_000_000_000) as more:
        more(1_000_000_000)
        more(3_000_000_000)
    assert words == [
        "downloading model.safetensors: 0 B of 4 GB, 0 B/s",
        "downloading model.safetensors: 1 GB of 4 GB, 500 MB/s",
        "downloading model.safetensors: 4 GB of 4 GB, 1 GB/s",
    ]


def test_who_is_asked_to_stop_does() -> None:
    stop = Event()
    with Arrival(stop=stop).of(LoadPart.VERIFY, "model.safetensors", 10) as more:
        more(1)
        stop.set()
        with pytest.raises(Preempted, match="asked to stop while a model's files arrived; what has come is kept"):
            more(1)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1_234_567, "1.23 MB"),
        (987_654_321_000, "988 GB"),
        (5e15, "5e+03 TB"),
    ],
)
def test_amounts_are_told_as_people_say_them(count: float, told: str) -> None:
    assert size(count) == told
