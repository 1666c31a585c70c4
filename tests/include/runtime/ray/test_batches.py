"""The queue of a driver: what is lost comes back first, suspects come alone, and what others make is waited for."""

from __future__ import annotations

import time
from concurrent.futures import Executor, Future
from types import SimpleNamespace
from typing import Any, cast

import pytest

from include.runtime.lookup import LookedUp
from include.runtime.ray import batches as batches_module
from include.runtime.ray.batches import Batch, Batches
from include.runtime.work_queue import Pending


class Here(Executor):
    """Calls at once."""

    def submit(self, call: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(call(*arguments, **named))
        return future


class Items:
    """As `Pending`: some fresh items, then what others make."""

    def __init__(self, fresh: list[str], others: int = 0) -> None:
        self.fresh, self.others = fresh, others

    def take(self, most: int) -> list[str]:
        taken, self.fresh = self.fresh[:most], self.fresh[most:]
        return taken

    def waiting_for(self) -> str:
        return f"waiting for {self.others}"


def queue(items: Items, size: int = 2) -> Batches:
    return Batches(cast("Pending", items), Here(), len(items.fresh) + items.others, lambda: size)


def names(batch: Batch | None) -> list[str]:
    assert batch is not None
    return [str(each) for each in batch.found]


def lost(*found: str) -> list[LookedUp]:
    return [cast("LookedUp", each) for each in found]


def test_items_come_in_batches_until_none_is_left() -> None:
    found = queue(Items(["a", "b", "c"]))
    assert found.waiting == 2
    assert [names(found.next()), names(found.next())] == [["a", "b"], ["c"]]
    assert not found.is_over
    assert found.next() is None
    assert found.is_over


def test_what_was_lost_comes_first_and_suspects_one_by_one() -> None:
    found = queue(Items(["c"]))
    found.back(lost("a", "b"), alone=False)
    found.back(lost("x", "y"), alone=True)
    assert [names(found.next()) for _ in range(4)] == [["x"], ["y"], ["a", "b"], ["c"]]


def test_what_others_make_is_asked_after_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    items = Items([], others=1)
    found = queue(items)
    assert found.next() is None
    assert not found.is_over
    assert found.waiting_for == "waiting for 1"
    items.fresh, items.others = ["late"], 0
    items.others = 1
    assert found.next() is None
    monkeypatch.setattr(batches_module, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 60))
    assert names(found.next()) == ["late"]


def test_how_many_items_wait_counts_what_was_lost_too() -> None:
    found = queue(Items(["a", "b", "c"]))
    assert found.items == 3
    found.back(lost("x", "y"), alone=True)
    assert (found.items, found.waiting) == (5, 4)


def test_what_others_have_left_waits_for_a_worker_although_nobody_is_there_to_take_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items = Items([], others=1)
    found = queue(items)
    assert found.next() is None
    found.look_again()
    assert found.waiting == 0
    items.fresh = ["late"]
    monkeypatch.setattr(batches_module, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 60))
    found.look_again()
    assert (found.waiting, found.items) == (1, 1)
    assert names(found.next()) == ["late"]


def test_that_nothing_is_left_is_seen_although_nobody_asks_for_more() -> None:
    found = queue(Items(["a"]))
    assert names(found.next()) == ["a"]
    assert not found.is_over
    found.look_again()
    assert found.is_over
