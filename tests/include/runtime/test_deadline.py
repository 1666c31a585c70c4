from __future__ import annotations

import math
import time

import psutil
import pytest

from include.runtime.deadline import Deadline


def test_what_is_left_of_a_stages_time_leaves_room_for_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    age_s = time.time() - psutil.Process().create_time()
    monkeypatch.setenv("ATELIER_TIMEOUT_S", f"{age_s + 36_000}")
    assert 35_000 < Deadline.of_stage().left_s <= 36_000 - 30
    monkeypatch.setenv("ATELIER_TIMEOUT_S", "0.001")
    assert Deadline.of_stage().left_s == 0


def test_a_deadline_that_is_past_leaves_nothing_and_none_leaves_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Deadline.after(-1).left_s == 0
    monkeypatch.delenv("ATELIER_TIMEOUT_S", raising=False)
    assert Deadline.of_stage().left_s == math.inf
