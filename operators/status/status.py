"""What is known of a run, its stages, their tasks and items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from include.contract.item_states import ItemState

INTERRUPTED = "interrupted"
"""State of an item that was being made when its try ended or fell silent."""
ITEM_STATES = (ItemState.WAITING, ItemState.RUNNING, INTERRUPTED, *list(ItemState)[2:])
"""All of them, in the order of an item's life."""


class StageState(StrEnum):
    """How far a stage is, or one of its tasks."""

    WAITING = "waiting"
    """Nothing of it has begun, or not all of its shards."""
    RUNNING = "running"
    SILENT = "silent"
    """It has begun, and its process has said nothing for so long that it is lost, or cannot reach the store."""
    FAILED = "failed"
    """Its newest try failed."""
    DONE = "done"


@dataclass(frozen=True)
class ItemStatus:
    """One item of a stage."""

    item: str
    state: str
    """One of `ITEM_STATES`; a word of a later version stays as it was found."""
    node: str = ""
    """Host or pod on which it runs, failed or was lost; on a Ray cluster the worker's."""
    since: str = ""
    """When that began: UTC, ISO 8601."""
    tries: int | None = None
    """How often its making was begun, in all tries of its task; None where nobody has told."""
    cause: str | None = None
    message: str = ""


@dataclass(frozen=True)
class TaskStatus:
    """The newest try of a stage's task, or of one of its shards."""

    task_id: str
    map_index: int
    state: StageState
    attempt: int | None
    """Number of the try; None if no process was needed."""
    said_at: datetime | None
    """When it last said anything, by the store's clock."""
    silent_s: float | None
    """Seconds since then."""
    phase: str = ""
    under_way: str | None = None
    in_hand: float = 0.0
    """How much of the unfinished items is done, in items."""
    cause: str | None = None
    message: str = ""
    """Why it failed."""
    is_final: bool = False
    """Whether no further try follows by itself."""


@dataclass(frozen=True)
class StageStatus:
    """One stage of a run."""

    stage: str
    state: StageState
    is_over: bool
    """Whether nothing more happens by itself: it is done, failed for good, or reads one that has failed for good."""
    tasks: tuple[TaskStatus, ...] = ()
    """Those that have begun: one, or one for each shard."""
    items: tuple[ItemStatus, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    """State to how many items are not in `items`."""

    @property
    def counts(self) -> dict[str, int]:
        """How many items are in each state, those that are left out included."""
        found = Counter(each.state for each in self.items) + Counter(self.left_out)
        return {**dict.fromkeys(ITEM_STATES, 0), **found}


@dataclass(frozen=True)
class RunStatus:
    """One run."""

    content_type: str
    run_id: str
    at: datetime | None
    """The time by the store's clock."""
    stages: tuple[StageStatus, ...]
    """In the order of the content type."""
    problems: tuple[str, ...] = ()
    """What cannot be read, and which task makes it again."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return all(each.is_over for each in self.stages)
