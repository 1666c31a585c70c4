"""The queue of a stage's missing items when others make some of them (W8)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from include.contract.brief import Brief
from include.contract.requests import StageRequest
from include.runtime.claims import Claims
from include.runtime.lookup import LookedUp, resolve
from include.runtime.work_queue import Pending
from tests.include.runtime.desk import Desk, WordsStage

HONEY = Brief(topic="Honey bees")
ITEMS = 40


class Queue:
    """The queue of run 2 over the pictures of one script, of which run 1 has claimed some."""

    def __init__(self, desk: Desk, stack: ExitStack) -> None:
        self.desk = desk
        text = desk.request("script.narrated", HONEY)
        desk.run(text, WordsStage(scenes=ITEMS))
        self.request = desk.request("image.scene", HONEY, upstreams=[text])
        self.missing = [LookedUp(each, None) for each in resolve(self.request, desk.store).wanted]
        self.others = stack.enter_context(Claims(self.request, 1, desk.store))
        self._claims = stack.enter_context(Claims(self._second(), 1, desk.store))
        self._threads = stack.enter_context(ThreadPoolExecutor(8))
        self.reused: list[str] = []

    def pending(self, claimed_by_others: slice) -> Pending:
        for found in self.missing[claimed_by_others]:
            self.others.take(found)
        return Pending(
            self.missing,
            self.request.kind,
            self.desk.store,
            self._claims,
            self._threads,
            lambda found, record: self.reused.append(found.wanted.item),
        )

    def _second(self) -> StageRequest:
        return self.request.model_copy(update={"run": self.request.run.model_copy(update={"run_id": "run-2"})})


@pytest.fixture
def queue(desk: Desk) -> Iterator[Queue]:
    with ExitStack() as stack:
        yield Queue(desk, stack)


def items(batch: list[LookedUp]) -> list[str]:
    return [found.wanted.item for found in batch]


def test_what_others_make_goes_to_the_end_and_the_batch_is_filled_from_behind(queue: Queue) -> None:
    pending = queue.pending(claimed_by_others=slice(1, 3))
    assert items(pending.take(3)) == ["honey-bees/01", "honey-bees/04", "honey-bees/05"]
    assert pending.others == 2


def test_nothing_is_taken_while_others_make_all_that_is_left(queue: Queue) -> None:
    pending = queue.pending(claimed_by_others=slice(ITEMS))
    assert pending.take(4) == []
    assert pending.waiting_for() == f"waiting for {ITEMS} items made by run `run-1` of `d`"


def test_all_that_others_made_meanwhile_is_found_in_one_go(queue: Queue) -> None:
    pending = queue.pending(claimed_by_others=slice(ITEMS))
    assert pending.take(4) == []
    queue.desk.run(queue.request)
    assert pending.take(4) == []
    assert (sorted(queue.reused), pending.others) == ([found.wanted.item for found in queue.missing], 0)


def test_of_what_others_gave_up_no_more_is_taken_at_once_than_fits_a_batch(queue: Queue) -> None:
    pending = queue.pending(claimed_by_others=slice(ITEMS))
    assert pending.take(4) == []
    for found in queue.missing:
        queue.others.release(found.wanted.fingerprint)
    assert len(pending.take(4)) == 4
    assert pending.others == ITEMS - 4
