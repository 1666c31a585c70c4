"""What has become of each item of a stage so far, while an attempt is at work: one small object, best effort (K4)."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from include.contract.errors import Cause
from include.contract.manifests import MAX_MESSAGE_BYTES
from include.contract.messages import legible
from include.contract.parsing import model_in, unpacked
from include.contract.values import FORMAT, Open, OrLater, shortened

MAX_STATES_BYTES = 64_000
"""Bytes of the object, packed."""
MAX_UNPACKED_STATES_BYTES = 2**24
STATES_MEDIA_TYPE = "application/gzip"
_SHORT_MESSAGE_BYTES = 200
"""Of a reason, where there is no room for whole ones."""
_MOST_MESSAGES = 2**20
"""Characters of all reasons that are packed whole to see whether there is room."""
_MARGIN = 0.9
_LEVEL = 6


class ItemState(StrEnum):
    """How far an item is. What is done has the word of its outcome in the manifest."""

    WAITING = "waiting"
    RUNNING = "running"
    MADE = "made"
    REUSED = "reused"
    FAILED = "failed"
    SKIPPED = "skipped"


_FIRST: dict[str, int] = {ItemState.RUNNING: 0, ItemState.FAILED: 1}
"""What is told before all else, where there is no room for every item."""
_Told = Annotated[str, AfterValidator(legible), Field(exclude_if=lambda text: not text)]


class ItemNow(Open):
    """One item, as its attempt sees it."""

    item: Annotated[str, AfterValidator(legible)]
    state: OrLater[ItemState] = ItemState.WAITING
    node: _Told = ""
    """Host or pod that makes it, or on which it failed or was lost; on a Ray cluster the worker's."""
    since: _Told = ""
    """When that began: UTC, ISO 8601."""
    tries: Annotated[int, Field(ge=0, exclude_if=lambda number: number == 0)] = 0
    """How often this attempt has begun to make it."""
    cause: Annotated[OrLater[Cause] | None, Field(exclude_if=lambda cause: cause is None)] = None
    message: _Told = ""


class ItemStates(Open):
    """All items of one attempt, in their order, as far as there is room for them."""

    format: int = FORMAT
    items: tuple[ItemNow, ...]
    left_out: dict[str, Annotated[int, Field(ge=0)]] = {}
    """State to how many items there was no room for: what runs is listed before what failed, that before all others."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many items are in each state, those that are left out included."""
        return Counter(each.state for each in self.items) + Counter(self.left_out)


def pack_states(items: Sequence[ItemNow]) -> bytes:
    """The object that says so, packed, in at most `MAX_STATES_BYTES`."""
    ranked = sorted(range(len(items)), key=lambda place: _FIRST.get(items[place].state, len(_FIRST)))
    is_wordy = sum(len(each.message) for each in items) > _MOST_MESSAGES
    most_bytes, kept = _SHORT_MESSAGE_BYTES if is_wordy else MAX_MESSAGE_BYTES, len(items)
    while True:
        listed = sorted(ranked[:kept])
        left_out = Counter(str(items[place].state) for place in ranked[kept:])
        body = _packed((_within(items[place], most_bytes) for place in listed), left_out)
        if len(body) <= MAX_STATES_BYTES:
            return body
        if most_bytes > _SHORT_MESSAGE_BYTES:
            most_bytes = _SHORT_MESSAGE_BYTES
        else:
            kept = int(kept * _MARGIN * MAX_STATES_BYTES / len(body))


def states_in(body: bytes, what: str) -> ItemStates:
    """The states in `body`; `what` it is, for messages.

    :raises CorruptInput: it is not that.
    """
    return model_in(ItemStates, unpacked(body, MAX_UNPACKED_STATES_BYTES, what), what)


def _packed(items: Iterable[ItemNow], left_out: Mapping[str, int]) -> bytes:
    states = ItemStates(items=tuple(items), left_out=dict(left_out))
    return gzip.compress(states.model_dump_json().encode(), _LEVEL, mtime=0)


def _within(each: ItemNow, most_bytes: int) -> ItemNow:
    if len(each.message) * 4 <= most_bytes:
        return each
    return each.model_copy(update={"message": shortened(each.message, most_bytes)})
