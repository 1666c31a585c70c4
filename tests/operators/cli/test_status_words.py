"""How far a run is, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from operators.cli.status_words import ITEMS, failures, for_programs, in_short, lines_of
from operators.status.status import ItemStatus, RunStatus, StageState, StageStatus, TaskStatus

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def task(state: StageState, **more: Any) -> TaskStatus:
    told = {"task_id": "image", "map_index": -1, "attempt": 2, "said_at": NOON, "silent_s": 3.0, "phase": "making"}
    return TaskStatus(**{**told, "state": state, **more})


def run(*items: ItemStatus, of: TaskStatus, is_over: bool = False, left_out: dict[str, int] | None = None) -> RunStatus:
    stage = StageStatus("image", of.state, is_over, (of,), items, left_out or {})
    return RunStatus("films", "manual__1", NOON, (stage,))


def test_a_stage_that_runs_tells_what_it_does_and_how_old_that_word_is() -> None:
    told = lines_of(run(of=task(StageState.RUNNING, in_hand=0.4, under_way="frame 7")))
    assert "image: making, 40 % of one in hand; frame 7 (told 3 s ago)" in told
    assert told[3].split() == ["image", "running", "0", "0", "0", "0", "0", "0", "2", "3", "s", "ago"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "an unknown time"), (119, "119 s"), (600, "10 min"), (7_300, "2 h"), (2e5, "2 days")]
)
def test_a_silent_one_says_for_how_long_and_what_follows(seconds: float | None, words: str) -> None:
    told = lines_of(run(of=task(StageState.SILENT, silent_s=seconds)))
    at = told.index(f"image: try 2 (making) has been silent for {words}: lost, or cut off from the store")
    assert told[at + 1].startswith("  next: within minutes its engine ends it and Airflow tries again")


@pytest.mark.parametrize(
    ("is_final", "step"),
    [(False, "Airflow tries again by itself if tries are left"), (True, "raise the stage's `timeout_s`, then clear")],
)
def test_a_try_that_failed_says_why_and_who_acts_next(is_final: bool, step: str) -> None:
    failed = task(StageState.FAILED, cause="deadline", message="it took too long", is_final=is_final)
    for told in (lines_of(run(of=failed)), failures(run(of=failed))):
        at = told.index("image: try 2 failed (deadline): it took too long")
        assert told[at + 1].startswith(f"  next: {step}")


def test_interrupted_items_have_a_column_only_where_there_are_some() -> None:
    assert "interrupted" not in lines_of(run(of=task(StageState.RUNNING)))[2]
    assert "interrupted" in lines_of(run(ItemStatus("a", "interrupted"), of=task(StageState.SILENT)))[2]


def test_of_many_items_those_that_run_or_failed_are_shown_in_their_place_and_the_rest_is_counted() -> None:
    items = [ItemStatus(f"bees/{number:04d}", "made", tries=1) for number in range(1000)]
    items[500] = ItemStatus("bees/0500", "running", "node-7", "2026-11-28T11:59:00+00:00", 3)
    items[900] = ItemStatus(
        "bees/0900", "failed", "node-8", tries=4, cause="worker_crashed", message="of SIGSEGV\nand so on"
    )
    told = lines_of(run(*items, of=task(StageState.RUNNING), left_out={"waiting": 9000}))
    shown = [line for line in told if line.startswith("bees/")]
    assert len(shown) == ITEMS
    assert shown[-2].split() == ["bees/0500", "running", "node-7", "2026-11-28", "11:59:00", "3"]
    assert shown[-1].split() == ["bees/0900", "failed", "node-8", "-", "4", "worker_crashed:", "of", "SIGSEGV"]
    assert told[-2:] == ["… and 950 more items (--json)", "… and 9,000 more items that only the manifest will name"]


def test_what_failed_is_told_whole_and_advice_waits_for_the_end_of_its_stage() -> None:
    failed = ItemStatus("bees/02", "failed", "node-7", tries=4, cause="worker_crashed", message="died\nof SIGSEGV")
    assert failures(run(failed, of=task(StageState.RUNNING), left_out={"failed": 2}))[:3] == [
        "image bees/02 failed on node-7, tried 4 times: worker_crashed",
        "  died",
        "  of SIGSEGV",
    ]
    running = failures(run(failed, of=task(StageState.RUNNING), left_out={"failed": 2}))
    assert running[3].startswith("  next: once the stage has ended, mend what the lines above say")
    assert running[4] == "image: 2 more items failed; the manifest will name them"
    ended = failures(run(failed, of=task(StageState.DONE), is_over=True))
    assert ended[3].startswith("  next: mend what the lines above say")


def test_nothing_failed_is_said_too() -> None:
    assert failures(run(of=task(StageState.DONE))) == ["nothing has failed in run manual__1 of films"]


def test_items_of_shards_are_tried_again_by_clearing_what_makes_them() -> None:
    failed = ItemStatus("bees/02", "failed", cause="check_failed")
    shard = task(StageState.DONE, task_id="image_shards", map_index=3)
    assert failures(run(failed, of=shard, is_over=True))[-1].startswith("  next: clear the task `image_shards`")
    silent = task(StageState.SILENT, task_id="image_shards", map_index=3)
    assert "image shard 3: try 2" in lines_of(run(of=silent))[5]


def test_in_short_says_nothing_of_how_long_ago_it_was() -> None:
    early, late = (run(ItemStatus("a", "made"), of=task(StageState.RUNNING, silent_s=age)) for age in (1.0, 4.0))
    assert in_short(early, only_failed=False) == in_short(late, only_failed=False)
    assert in_short(early, only_failed=True) == {}


def test_programs_get_every_item_and_advice_of_those_that_failed() -> None:
    items = [ItemStatus(f"bees/{number:04d}", "made") for number in range(100)]
    items[7] = ItemStatus("bees/0007", "failed", cause="rejected_content")
    told = for_programs(run(*items, of=task(StageState.DONE), is_over=True), only_failed=False)
    (stage,) = told["stages"]
    assert len(stage["items"]) == 100
    assert [item["next"] is not None for item in stage["items"]].index(True) == 7
    assert stage["tasks"][0]["said_at"] == "2026-11-28T12:00:00+00:00"
    (only,) = for_programs(run(*items, of=task(StageState.DONE)), only_failed=True)["stages"]
    assert [item["item"] for item in only["items"]] == ["bees/0007"]
