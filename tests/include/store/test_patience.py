from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.store.patience import patiently


class Asked:
    """Fails so many times, and counts."""

    def __init__(self, fails: int) -> None:
        self.times, self._fails = 0, fails

    def __call__(self) -> int:
        self.times += 1
        if self.times <= self._fails:
            raise ConnectionError
        return self.times


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Each pause, made at once on a clock that goes on by it."""
    made: list[float] = []
    monkeypatch.setattr("include.store.patience.sleep", made.append)
    monkeypatch.setattr("include.store.patience.monotonic", lambda: sum(made))
    return made


def passes(error: Exception) -> bool:
    return isinstance(error, ConnectionError)


def test_what_passes_is_asked_again_with_growing_pauses(pauses: list[float], s3: S3) -> None:
    assert patiently(Asked(4), s3.connection(tries=5), passes) == 5
    assert pauses == sorted(pauses)
    assert 10 <= sum(pauses) <= 20


def test_the_budget_of_tries_and_of_time_is_kept(pauses: list[float], s3: S3) -> None:
    asked = Asked(100)
    with pytest.raises(ConnectionError):
        patiently(asked, s3.connection(tries=3), passes)
    assert asked.times == 3
    asked = Asked(100)
    with pytest.raises(ConnectionError):
        patiently(asked, s3.connection(tries=5, read_timeout_s=0.2), passes)
    assert asked.times < 5


def test_what_does_not_pass_is_asked_once(pauses: list[float], s3: S3) -> None:
    asked = Asked(1)
    with pytest.raises(ConnectionError):
        patiently(asked, s3.connection(tries=5), lambda error: False)
    assert (asked.times, pauses) == (1, [])
