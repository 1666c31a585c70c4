"""Errors get their cause, and a batch is made smaller only where that can help."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

import pytest

from include.contract.brief import Brief
from include.contract.errors import AtelierError, DeviceOutOfMemory, HostOutOfMemory, ScratchFull, StoreAway
from include.runtime.compute import ItemBug, compute, typed
from include.runtime.stage import Product, Stage, Work


def works(count: int) -> list[Work]:
    return [Work(str(n), Brief(topic="x"), {}, lambda attempt: attempt, Path()) for n in range(count)]


class Raising(Stage):
    """Raises for every batch of more than `fits` items."""

    def __init__(self, error: Exception, fits: int) -> None:
        self.error, self.fits = error, fits
        self.sizes: list[int] = []

    def process(self, batch: Sequence[Work]) -> list[Product | AtelierError]:
        self.sizes.append(len(batch))
        if len(batch) > self.fits:
            raise self.error
        return [Product(()) for _ in batch]


class _TorchOutOfMemoryError(RuntimeError):
    """Named and placed as torch's own, which is not raised without a device."""


_TorchOutOfMemoryError.__name__ = "OutOfMemoryError"
_TorchOutOfMemoryError.__module__ = "torch"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), HostOutOfMemory),
        (OSError(errno.ENOSPC, "full"), ScratchFull),
        (_TorchOutOfMemoryError("CUDA out of memory"), DeviceOutOfMemory),
        (KeyError("x"), ItemBug),
        (StoreAway("x"), StoreAway),
    ],
)
def test_whatever_a_recipe_raises_gets_its_cause(error: Exception, expected: type[AtelierError]) -> None:
    assert type(typed(error)) is expected


def test_device_memory_halves_the_batch_down_to_one() -> None:
    stage = Raising(DeviceOutOfMemory("x"), fits=1)
    assert len(compute(stage, works(4))) == 4
    assert stage.sizes == [4, 2, 1, 1, 2, 1, 1]
    with pytest.raises(DeviceOutOfMemory):
        compute(Raising(DeviceOutOfMemory("x"), fits=0), works(2))


def test_host_memory_and_transient_errors_end_the_attempt_at_once() -> None:
    for error in (MemoryError(), ScratchFull("x")):
        stage = Raising(error, fits=0)
        with pytest.raises((HostOutOfMemory, ScratchFull)):
            compute(stage, works(4))
        assert stage.sizes == [4]


def test_a_stage_that_answers_for_fewer_items_fails_them_all() -> None:
    class Short(Stage):
        def process(self, batch: Sequence[Work]) -> list[Product | AtelierError]:
            return []

    assert [str(result) for result in compute(Short(), works(2))] == ["Short gave 0 results for 2 items"] * 2
