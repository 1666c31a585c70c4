from __future__ import annotations

import math

import pytest

from include.runtime.deadline import Deadline


def test_what_is_left_of_a_stages_time_leaves_room_for_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for told, at_most in (("100", 90), ("36000", 36000 - 30)):
        monkeypatch.setenv("ATELIER_TIMEOUT_S", f"{1_000_000 + int(told)}")
        assert 1_000_000 < Deadline.of_stage().left_s <= 1_000_000 + int(told) - 30
        monkeypatch.setenv("ATELIER_TIMEOUT_S", told)
        assert Deadline.of_stage().left_s <= at_most


def test_a_deadline_that_is_past_leaves_nothing_and_none_leaves_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Deadline.after(-1).left_s == 0
    monkeypatch.delenv("ATELIER_TIMEOUT_S", raising=False)
    assert Deadline.of_stage().left_s == math.inf
