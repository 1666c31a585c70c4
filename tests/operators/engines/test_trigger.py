from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.triggers.base import TriggerEvent

from operators.engines import trigger as module
from operators.engines.task_status import TaskStatus
from operators.engines.trigger import StageTrigger

LIMIT_S = 30
"""More than any of these takes."""


class Waits(StageTrigger):
    """Fires at once, and notes when it is to end what it waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = 0
        self.task_instance = SimpleNamespace(dag_id="d", run_id="r", task_id="t", map_index=-1)  # type: ignore[assignment]

    def serialize(self) -> tuple[str, dict[str, Any]]:
        raise NotImplementedError

    async def run(self) -> AsyncIterator[TriggerEvent]:
        self._has_fired = True
        yield TriggerEvent({})  # type: ignore[no-untyped-call]

    async def end(self) -> None:
        self.ended += 1


@pytest.mark.parametrize(
    ("status", "ended"),
    [(TaskStatus.GONE, 1), (TaskStatus.RESET, 1), (TaskStatus.WAITED_FOR, 0), (TaskStatus.UNKNOWN, 0)],
)
def test_what_it_waits_for_is_ended_only_if_nobody_waits_any_more(
    monkeypatch: pytest.MonkeyPatch, status: TaskStatus, ended: int
) -> None:
    monkeypatch.setattr(module, "task_status_of", lambda *_: status)
    waits = Waits()
    asyncio.run(waits.on_kill())
    assert waits.ended == ended


def test_a_trigger_without_its_task_leaves_alone_what_it_waits_for() -> None:
    waits = Waits()
    waits.task_instance = None
    asyncio.run(waits.on_kill())
    assert not waits.ended


def test_one_that_has_fired_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "task_status_of", lambda *_: TaskStatus.GONE)
    waits = Waits()

    async def fire_and_kill() -> None:
        async for _ in waits.run():
            await waits.on_kill()

    asyncio.run(fire_and_kill())
    assert not waits.ended


def test_it_ends_it_though_airflow_takes_the_trigger_away_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, may_answer = threading.Event(), threading.Event()
    waits = Waits()

    def slowly(*_: object) -> TaskStatus:
        asked.set()
        assert may_answer.wait(LIMIT_S)
        return TaskStatus.GONE

    monkeypatch.setattr(module, "task_status_of", slowly)

    async def kill_twice() -> None:
        killing = asyncio.create_task(waits.on_kill())
        await asyncio.to_thread(asked.wait, LIMIT_S)
        killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)
        may_answer.set()
        while not waits.ended:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(kill_twice(), LIMIT_S))
    assert waits.ended == 1
