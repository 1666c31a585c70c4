"""How far a run is, in words for people, and as one document for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from include.contract.item_states import ItemState
from include.contract.values import shortened
from operators.cli.next_steps import next_step
from operators.cli.output import counted, table
from operators.status.status import INTERRUPTED, ITEM_STATES, ItemStatus, RunStatus, StageState, StageStatus, TaskStatus

ITEMS = 50
"""The most items of a stage that people are shown; programs get all."""
_MOST_BYTES_OF_A_REASON = 100
_FIRST = (ItemState.RUNNING, INTERRUPTED, ItemState.FAILED, ItemState.SKIPPED)
"""What is shown before the rest where there are more."""


def lines_of(seen: RunStatus) -> list[str]:
    """All of it, for people."""
    lines = [f"{seen.content_type}, run {seen.run_id}, at {moment(seen.at)}"]
    lines += [f"cannot be read: {problem}" for problem in seen.problems]
    lines += ["", *_stages(seen)]
    notes = [told for stage in seen.stages for task in stage.tasks for told in _task(stage, task)]
    lines += ["", *notes] if notes else []
    return lines + [line for stage in seen.stages for line in _items(stage)]


def failures(seen: RunStatus) -> list[str]:
    """What failed, why, and what to do next."""
    lines = [f"cannot be read: {problem}" for problem in seen.problems]
    for stage in seen.stages:
        troubled = [task for task in stage.tasks if task.state is not StageState.RUNNING]
        lines += [told for task in troubled for told in _task(stage, task)]
        failed = [each for each in stage.items if each.state == ItemState.FAILED]
        for each in failed:
            where = f" on {each.node}" if each.node else ""
            times = f", tried {counted(each.tries, 'time')}" if each.tries else ""
            lines += [f"{stage.stage} {each.item} failed{where}{times}: {each.cause or 'no cause told'}"]
            lines += [f"  {line}" for line in each.message.splitlines()]
            lines += [f"  next: {_next_of(each, stage)}"]
        if more := stage.left_out.get(ItemState.FAILED, 0):
            lines += [f"{stage.stage}: {counted(more, 'more item')} failed; the manifest will name them"]
    return lines or [f"nothing has failed in run {seen.run_id} of {seen.content_type}"]


def in_short(seen: RunStatus, *, only_failed: bool) -> dict[str, str]:
    """Each stage, task and item in a few words, without how long ago that was."""
    found = {}
    for stage in seen.stages:
        if not only_failed or stage.state is StageState.FAILED:
            found[stage.stage] = str(stage.state)
        for task in stage.tasks:
            if task.state in (StageState.FAILED, StageState.SILENT):
                found[f"{_name(stage, task)}, try {task.attempt}"] = f"{task.state}{_reason(task.cause, task.message)}"
            elif not only_failed:
                found[f"{_name(stage, task)}, try {task.attempt}"] = task.phase or str(task.state)
        for item in stage.items:
            if not only_failed or item.state == ItemState.FAILED:
                where = f" on {item.node}" if item.node else ""
                found[f"{stage.stage} {item.item}"] = f"{item.state}{where}{_reason(item.cause, item.message)}"
    return found


def for_programs(seen: RunStatus, *, only_failed: bool) -> dict[str, Any]:
    """All of it as plain values."""
    return {
        "content_type": seen.content_type,
        "run_id": seen.run_id,
        "at": seen.at and seen.at.isoformat(),
        "is_over": seen.is_over,
        "stages": [
            {
                "stage": stage.stage,
                "state": stage.state,
                "is_over": stage.is_over,
                "counts": stage.counts,
                "left_out": dict(stage.left_out),
                "tasks": [
                    {**asdict(task), "said_at": task.said_at and task.said_at.isoformat()} for task in stage.tasks
                ],
                "items": [
                    {**asdict(item), "next": _next_of(item, stage)}
                    for item in stage.items
                    if not only_failed or item.state == ItemState.FAILED
                ],
            }
            for stage in seen.stages
        ],
        "problems": list(seen.problems),
    }


def moment(at: datetime | None) -> str:
    """A time of the store's clock."""
    return "an unknown time" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _stages(seen: RunStatus) -> list[str]:
    shown = [state for state in ITEM_STATES if state != INTERRUPTED or any(each.counts[state] for each in seen.stages)]
    rows = []
    for stage in seen.stages:
        tries = max((task.attempt or 0 for task in stage.tasks), default=0)
        said = [task.silent_s for task in stage.tasks if task.silent_s is not None]
        ago = "" if not said else f"{_duration(min(said))} ago"
        counts = [f"{stage.counts[state]:,}" for state in shown]
        rows.append([stage.stage, str(stage.state), *counts, str(tries or "-"), ago or "-"])
    return table(["stage", "state", *shown, "try", "last word"], rows, left=2)


def _task(stage: StageStatus, task: TaskStatus) -> Iterator[str]:
    """What is to be known of a task that is not done."""
    name, silent = _name(stage, task), _duration(task.silent_s)
    if task.state is StageState.RUNNING:
        in_hand = f", {100 * task.in_hand:.0f} % of one in hand" if task.in_hand else ""
        under_way = f"; {task.under_way}" if task.under_way else ""
        yield f"{name}: {task.phase}{in_hand}{under_way} (told {silent} ago)"
    elif task.state is StageState.SILENT:
        yield f"{name}: try {task.attempt} ({task.phase}) has been silent for {silent}: lost, or cut off from the store"
        yield "  next: within minutes its engine ends it and Airflow tries again; if not, look at its task there"
    elif task.state is StageState.FAILED:
        cause = f" ({task.cause})" if task.cause else ""
        yield f"{name}: try {task.attempt or 1} failed{cause}: {task.message or 'it left no word why'}"
        step = (
            next_step(task.cause, task.task_id) if task.is_final else "Airflow tries again by itself if tries are left"
        )
        yield f"  next: {step}"


def _items(stage: StageStatus) -> list[str]:
    if not stage.items:
        return []
    rank = {state: place for place, state in enumerate(_FIRST)}
    by_rank = sorted(range(len(stage.items)), key=lambda place: rank.get(stage.items[place].state, len(rank)))
    shown = [stage.items[place] for place in sorted(by_rank[:ITEMS])]
    rows = [
        [each.item, each.state, each.node or "-", _since(each), "-" if each.tries is None else str(each.tries)]
        + [_reason(each.cause, each.message).removeprefix(": ")]
        for each in shown
    ]
    lines = ["", *table([stage.stage, "state", "on", "since (UTC)", "tries", "why"], rows, left=6)]
    more = len(stage.items) - len(shown)
    lines += [f"… and {counted(more, 'more item')} (--json)"] if more else []
    untold = sum(stage.left_out.values())
    lines += [f"… and {counted(untold, 'more item')} that only the manifest will name"] if untold else []
    return lines


def _name(stage: StageStatus, task: TaskStatus) -> str:
    return stage.stage if task.map_index < 0 else f"{stage.stage} shard {task.map_index}"


def _task_to_clear(stage: StageStatus) -> str:
    """The one that makes the items, not the one that merges shards."""
    return next((task.task_id for task in stage.tasks if task.map_index >= 0), stage.stage)


def _next_of(item: ItemStatus, stage: StageStatus) -> str | None:
    """What somebody can do about an item that failed; its stage is let end first."""
    if item.state != ItemState.FAILED:
        return None
    step = next_step(item.cause, _task_to_clear(stage))
    return step if stage.is_over else f"once the stage has ended, {step}"


def _reason(cause: str | None, message: str) -> str:
    """Of a failure, on one line; nothing where there is none."""
    first = shortened(message.strip().partition("\n")[0], _MOST_BYTES_OF_A_REASON)
    return "".join(f": {part}" for part in (cause, first) if part)


def _since(item: ItemStatus) -> str:
    return item.since[:19].replace("T", " ") or "-"


def _duration(seconds: float | None) -> str:
    """A time for people: `3 s`, `12 min`, `5 h`, `2 days`."""
    if seconds is None:
        return "an unknown time"
    for unit, size, most in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172_800)):
        if seconds < most:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"
