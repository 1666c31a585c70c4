"""Runs a stage's batches: smaller when the device is out of memory, one by one when a bug took a batch down."""

from __future__ import annotations

import errno
import logging
from collections.abc import Sequence

from include.contract.errors import (
    AtelierError,
    DeviceOutOfMemory,
    HostOutOfMemory,
    OutOfMemory,
    ScratchFull,
    TransientError,
)
from include.runtime.stage import Product, Stage, Work

log = logging.getLogger(__name__)

Result = Product | AtelierError


class ItemBug(AtelierError):
    """Something was raised that nothing here expects."""


def compute(stage: Stage, batch: Sequence[Work]) -> list[Result]:
    """One result per item of `batch`.

    :raises TransientError: nothing is wrong with the items; the whole attempt ends.
    :raises OutOfMemory: even a single item needs more than there is.
    """
    try:
        results = list(stage.process(batch))
    except Exception as error:  # noqa: BLE001 - whatever a recipe raises is given its cause here
        return _after(typed(error), stage, batch)
    if len(results) != len(batch):
        return [ItemBug(f"{type(stage).__name__} gave {len(results)} results for {len(batch)} items")] * len(batch)
    return results


def _after(error: AtelierError, stage: Stage, batch: Sequence[Work]) -> list[Result]:
    """Try the batch in smaller pieces, or give up on what cannot be made smaller."""
    if isinstance(error, TransientError | HostOutOfMemory):
        raise error
    if len(batch) == 1:
        if isinstance(error, OutOfMemory):
            raise error
        return [error]
    middle = len(batch) // 2 if isinstance(error, OutOfMemory) else 1
    log.warning("a batch of %d failed (%s); trying it in smaller ones", len(batch), error)
    return [*compute(stage, batch[:middle]), *compute(stage, batch[middle:])]


def typed(error: Exception) -> AtelierError:
    """`error` by what to do next; one that nothing expects is logged with its trace."""
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
