"""Counts, and when a run is over."""

from __future__ import annotations

from datetime import UTC, datetime

from operators.status.status import ITEM_STATES, ItemStatus, RunStatus, StageState, StageStatus


def test_items_that_are_left_out_are_counted() -> None:
    items = (ItemStatus("a", "made"), ItemStatus("b", "interrupted"), ItemStatus("c", "cooling"))
    stage = StageStatus("image", StageState.RUNNING, is_over=False, items=items, left_out={"made": 3, "waiting": 1})
    assert [*stage.counts] == [*ITEM_STATES, "cooling"]
    assert {state: number for state, number in stage.counts.items() if number} == {
        "made": 4,
        "interrupted": 1,
        "waiting": 1,
        "cooling": 1,
    }


def test_a_run_is_over_when_all_its_stages_are() -> None:
    stages = [StageStatus(name, StageState.DONE, is_over=name != "image") for name in ("text", "image")]
    at = datetime(2026, 11, 28, tzinfo=UTC)
    assert not RunStatus("films", "r", at, tuple(stages)).is_over
    assert RunStatus("films", "r", at, tuple(stages[:1])).is_over
