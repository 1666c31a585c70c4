"""Errors get their cause, and a batch is made smaller only where that can help."""

from __future__ import annotations

import errno
import re
import weakref
from collections.abc import Sequence
from pathlib import Path

import pytest

from include.contract.brief import Brief
from include.contract.errors import (
    AtelierError,
    DeviceOutOfMemory,
    HostOutOfMemory,
    ModelRefused,
    OutOfMemory,
    ScratchFull,
    StoreAway,
    UnknownModel,
)
from include.runtime.batching import ItemBug, Ladder, compute, compute_beside, not_even_alone, typed
from include.runtime.stage import ItemResult, Stage, Work


def works(count: int) -> list[Work]:
    return [Work(str(n), Brief(topic="x"), {}, lambda attempt: attempt, Path()) for n in range(count)]


class Raising(Stage):
    """Raises for every batch of more than `fits` items."""

    def __init__(self, error: Exception, fits: int) -> None:
        self.error, self.fits = error, fits
        self.sizes: list[int] = []

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        self.sizes.append(len(batch))
        if len(batch) > self.fits:
            raise self.error
        return [ItemResult(()) for _ in batch]


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
        (ModelRefused("x"), ModelRefused),
        (UnknownModel("x"), UnknownModel),
    ],
)
def test_whatever_a_recipe_raises_gets_its_cause(error: Exception, expected: type[AtelierError]) -> None:
    assert type(typed(error)) is expected


def test_device_memory_halves_the_batch_down_to_one() -> None:
    stage, ladder = Raising(DeviceOutOfMemory("x"), fits=1), Ladder()
    assert len(compute(stage, works(4), ladder)) == 4
    assert stage.sizes == [4, 2, 1, 1, 1, 1]
    assert ladder.fitting == 1


@pytest.mark.parametrize(
    ("fits", "sizes", "fitting"),
    [(8, [8, 8, 5], None), (5, [8, 4, 4, 4, 4, 4, 1], 4), (3, [8, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1], 2)],
)
def test_after_a_batch_that_did_not_fit_none_is_larger_than_what_did(
    fits: int, sizes: list[int], fitting: int | None
) -> None:
    stage, ladder = Raising(DeviceOutOfMemory("x"), fits), Ladder()
    for count in (8, 8, 5):
        assert len(compute(stage, works(count), ladder)) == count
    assert stage.sizes == sizes
    assert ladder.fitting == fitting


def test_a_larger_item_later_on_takes_it_further_down() -> None:
    stage, ladder = Raising(DeviceOutOfMemory("x"), fits=4), Ladder()
    compute(stage, works(8), ladder)
    assert ladder.fitting == 4
    stage.fits = 2
    compute(stage, works(8), ladder)
    assert ladder.fitting == 2
    assert stage.sizes == [8, 4, 4, 4, 2, 2, 2, 2]


def test_an_item_that_does_not_fit_alone_ends_the_attempt_and_says_that_smaller_batches_were_tried() -> None:
    stage = Raising(DeviceOutOfMemory("CUDA out of memory"), fits=0)
    with pytest.raises(DeviceOutOfMemory, match=r"item 0 .* even alone, .*\(CUDA out of memory\); give the stage"):
        compute(stage, works(2), Ladder())
    assert stage.sizes == [2, 1]


@pytest.mark.parametrize(
    ("error", "came"), [(DeviceOutOfMemory("x"), DeviceOutOfMemory), (MemoryError(), HostOutOfMemory)]
)
def test_out_of_memory_beside_others_is_not_the_end(error: Exception, came: type[AtelierError]) -> None:
    assert type(compute_beside(Raising(error, fits=0), works(1)[0])) is came


@pytest.mark.parametrize("error", [StoreAway("x"), UnknownModel("x"), ModelRefused("x"), ScratchFull("x")])
def test_what_ends_the_attempt_does_so_beside_others_too(error: AtelierError) -> None:
    with pytest.raises(type(error)):
        compute_beside(Raising(error, fits=0), works(1)[0])


def test_beside_others_an_item_is_made_or_fails_by_itself() -> None:
    (work,) = works(1)
    assert isinstance(compute_beside(Raising(KeyError("x"), fits=1), work), ItemResult)
    assert isinstance(compute_beside(Raising(KeyError("x"), fits=0), work), ItemBug)


@pytest.mark.parametrize(
    ("error", "told"), [(DeviceOutOfMemory("x"), "item 7 .* even alone"), (HostOutOfMemory("x"), "x")]
)
def test_an_item_that_has_no_room_alone_is_told_by_what_lacks(error: OutOfMemory, told: str) -> None:
    ended = not_even_alone("7", error)
    assert type(ended) is type(error)
    assert re.match(told, str(ended))


def test_of_several_that_ran_out_together_the_last_does_not_raise_the_limit() -> None:
    ladder = Ladder()
    ladder.ran_out(4)
    ladder.ran_out(2)
    ladder.fitted(1)
    ladder.ran_out(4)
    ladder.fitted(3)
    assert ladder == Ladder(most=1, fitting=1)


def test_nothing_of_a_batch_that_did_not_fit_is_held_while_smaller_ones_are_tried() -> None:
    class Tensor:
        """What a batch has in the device's memory."""

    tensors: list[weakref.ref[Tensor]] = []

    class Large(Stage):
        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            assert [tensor for tensor in tensors if tensor() is not None] == []
            tensor = Tensor()
            tensors.append(weakref.ref(tensor))
            try:
                self._fill(len(batch))
            except _TorchOutOfMemoryError as error:
                raise DeviceOutOfMemory("x") from error
            return [ItemResult(()) for _ in batch]

        def _fill(self, count: int) -> None:
            if count > 1:
                raise _TorchOutOfMemoryError

    assert all(isinstance(result, ItemResult) for result in compute(Large(), works(4), Ladder()))
    assert len(tensors) == 6


def test_a_bug_takes_the_batch_apart_and_leaves_the_ladder_alone() -> None:
    class Buggy(Raising):
        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            self.sizes.append(len(batch))
            if any(work.item == "1" for work in batch):
                raise self.error
            return [ItemResult(()) for _ in batch]

    stage, ladder = Buggy(KeyError("x"), fits=4), Ladder()
    results = compute(stage, works(4), ladder)
    assert [isinstance(result, ItemBug) for result in results] == [False, True, False, False]
    assert stage.sizes == [4, 1, 3, 1, 2]
    assert ladder == Ladder()


def test_host_memory_and_transient_errors_end_the_attempt_at_once() -> None:
    for error in (MemoryError(), ScratchFull("x")):
        stage = Raising(error, fits=0)
        with pytest.raises((HostOutOfMemory, ScratchFull)):
            compute(stage, works(4), Ladder())
        assert stage.sizes == [4]


def test_a_stage_that_answers_for_fewer_items_fails_them_all() -> None:
    class Short(Stage):
        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            return []

    assert [str(result) for result in compute(Short(), works(2), Ladder())] == ["Short gave 0 results for 2 items"] * 2


def test_what_another_device_has_found_out_makes_batches_smaller_and_never_larger() -> None:
    mine = Ladder()
    mine.learn(Ladder())
    assert (mine.most, mine.fitting) == (None, None)
    mine.learn(Ladder(most=8, fitting=6))
    mine.learn(Ladder(most=16, fitting=12))
    assert (mine.most, mine.fitting) == (8, 6)
