"""Runs a stage's batches: smaller ones if the device is out of memory, single items after a bug."""

from __future__ import annotations

import errno
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from include.contract.errors import (
    AtelierError,
    DeviceOutOfMemory,
    HostOutOfMemory,
    ModelRefused,
    OutOfMemory,
    ScratchFull,
    TransientError,
    UnknownModel,
)
from include.runtime.stage import ItemResult, Stage, Work

log = logging.getLogger(__name__)

Result = ItemResult | AtelierError


class ItemBug(AtelierError):
    """An unexpected exception."""


@dataclass
class Ladder:
    """How many items fit on the device at once, as far as one attempt has found out."""

    most: int | None = None
    """No batch is larger; None until the device has run out of memory."""
    fitting: int | None = None
    """The largest batch that fitted since then."""

    def fitted(self, size: int) -> None:
        """Note that a batch of `size` fitted."""
        if self.most is not None and size <= self.most:
            self.fitting = max(size, self.fitting or 0)

    def learn(self, other: Ladder) -> None:
        """Take note of what another has found out, on a device of the same kind."""
        if other.most is not None and (self.most is None or other.most < self.most):
            self.most = other.most
        if other.fitting is not None:
            self.fitting = min(other.fitting, self.fitting or other.fitting)

    def ran_out(self, size: int) -> None:
        """Note that a batch of `size` did not fit: the maximum is half of it from now on, unless it is less."""
        if self.most is None or size // 2 < self.most:
            self.most, self.fitting = size // 2, None


def compute(stage: Stage, batch: Sequence[Work], ladder: Ladder) -> list[Result]:
    """One result per item of `batch`.

    :raises TransientError: not because of an item; the whole attempt ends.
    :raises UnknownModel: there is no such model, for any of the items.
    :raises ModelRefused: the model's server refuses, whatever it is asked.
    :raises OutOfMemory: even a single item needs more than there is.
    """
    results: list[Result] = []
    is_alone = False
    while rest := batch[len(results) :]:
        piece = rest[: 1 if is_alone else ladder.most]
        made = _made(stage, piece)
        if isinstance(made, AtelierError):
            kept = _after(made, piece, ladder)
            is_alone = not kept and not isinstance(made, DeviceOutOfMemory)
        else:
            ladder.fitted(len(piece))
            kept, is_alone = made, False
        results += kept
    return results


def compute_beside(stage: Stage, work: Work) -> Result:
    """The result of an item that is computed beside others; `OutOfMemory` if it may fit beside fewer.

    :raises AtelierError: as of `compute`.
    """
    made = _made(stage, (work,))
    if isinstance(made, OutOfMemory):
        return made
    return (_after(made, (work,), Ladder()) if isinstance(made, AtelierError) else made)[0]


def not_even_alone(item: str, error: OutOfMemory) -> OutOfMemory:
    """What ends the attempt: `item` ran out of memory with nothing beside it."""
    return DeviceOutOfMemory(_not_even_one(item, error)) if isinstance(error, DeviceOutOfMemory) else error


def _made(stage: Stage, piece: Sequence[Work]) -> list[Result] | AtelierError:
    """One result per item of `piece`, or what takes all of it down."""
    try:
        results = list(stage.process(piece))
    except Exception as error:  # noqa: BLE001 - whatever a recipe raises is given its cause here
        return typed(error)
    if len(results) != len(piece):
        return [ItemBug(f"{type(stage).__name__} gave {len(results)} results for {len(piece)} items")] * len(piece)
    return results


def _after(error: AtelierError, piece: Sequence[Work], ladder: Ladder) -> list[Result]:
    """What has become of `piece`; nothing yet when smaller pieces are to be tried.

    :raises AtelierError: no smaller piece would help.
    """
    if isinstance(error, TransientError | HostOutOfMemory | UnknownModel | ModelRefused):
        raise error
    if isinstance(error, DeviceOutOfMemory):
        if len(piece) == 1:
            raise not_even_alone(piece[0].item, error)
        ladder.ran_out(len(piece))
    elif len(piece) == 1:
        return [error]
    log.warning("a batch of %d failed (%s); trying it in smaller ones", len(piece), error)
    return []


def _not_even_one(item: str, error: DeviceOutOfMemory) -> str:
    return (
        f"item {item} does not fit into the device's memory even alone, so that no smaller batch helps ({error}); "
        "give the stage a profile with a larger device, a smaller model, or parameters that need less"
    )


def typed(error: Exception) -> AtelierError:
    """`error` typed by what to do next; an unexpected one is logged with its traceback."""
    if isinstance(error, DeviceOutOfMemory):
        # Another one: the trace of this one holds on to what the batch has in the device's memory.
        return DeviceOutOfMemory(str(error))
    if isinstance(error, AtelierError):
        return error
    if isinstance(error, MemoryError):
        return HostOutOfMemory(f"the host's memory does not suffice: {error}")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ScratchFull(f"the work folder has no room left: {error}")
    if type(error).__name__ == "OutOfMemoryError" and type(error).__module__.startswith("torch"):
        return DeviceOutOfMemory(f"the device's memory does not suffice: {error}")
    log.error("an unexpected error", exc_info=error)
    return ItemBug(f"{type(error).__name__}: {error}")
