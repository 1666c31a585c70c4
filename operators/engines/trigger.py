"""Waiting in the triggerer for what an engine runs, and ending that once nobody waits for it."""

from __future__ import annotations

import asyncio
from abc import abstractmethod

from airflow.triggers.base import BaseTrigger
from asgiref.sync import sync_to_async

from operators.engines.task_status import TaskStatus, task_status_of

_ENDING: set[asyncio.Task[None]] = set()
"""Kept here until they are done, because asyncio does not keep them."""


class StageTrigger(BaseTrigger):
    """Fires once: when what the engine runs has ended, is gone, or is no longer worth waiting for.

    Its arguments are in Airflow's database: names and limits only, never a secret.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._has_fired = False

    @abstractmethod
    async def end(self) -> None:
        """End what the engine runs: the task no longer waits for it."""

    async def on_kill(self) -> None:
        """End what the engine runs if its task no longer waits for it.

        A triggerer that was believed dead may have lost the trigger to another one, which waits on; only the task's own
        state tells that from a user's kill.
        """
        if self._has_fired:
            return
        # Airflow cancels this at its next round again, which may come sooner than its own answer.
        ending = asyncio.create_task(self._end_unless_waited_for())
        _ENDING.add(ending)
        ending.add_done_callback(_ENDING.discard)
        await asyncio.shield(ending)

    async def _end_unless_waited_for(self) -> None:
        if await self._task_status() in (TaskStatus.GONE, TaskStatus.RESET):
            await self.end()

    async def _task_status(self) -> TaskStatus:
        ti = self.task_instance
        if ti is None:
            return TaskStatus.UNKNOWN
        index = -1 if ti.map_index is None else ti.map_index
        found: TaskStatus = await sync_to_async(task_status_of)(ti.dag_id, ti.run_id, ti.task_id, index)
        return found
