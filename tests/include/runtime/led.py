"""Pictures that are made side by side, each ending when and how it is told to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock

from include.contract.errors import AtelierError
from include.contract.manifests import Manifest
from include.contract.requests import StageRequest
from include.contract.values import StageKind
from include.runtime.stage import ItemResult, Work
from tests.include.runtime.desk import HONEY, Desk, WordsStage, eventually

WAIT_S = 20.0


def pictures(desk: Desk, scenes: int, **execution: object) -> StageRequest:
    """`scenes` pictures, asked for."""
    text = desk.request("script.narrated", HONEY)
    desk.run(text, WordsStage(scenes))
    return desk.request("image.scene", HONEY, upstreams=[text], **execution)


def number_of(work: Work) -> int:
    return int(work.item.rpartition("/")[2])


class Led(WordsStage):
    """Makes each item when it is told how, and knows which are in hand."""

    def __init__(self) -> None:
        super().__init__()
        self.in_hand: set[int] = set()
        self.began: list[int] = []
        self.most = 0
        self._lock = Lock()
        self._told: dict[int, Future[Exception | None]] = {}

    def tell(self, number: int, error: Exception | None = None) -> None:
        """Have an item end, well or with `error`."""
        self._future(number).set_result(error)

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        (work,) = batch
        number = number_of(work)
        with self._lock:
            self.in_hand.add(number)
            self.began.append(number)
            self.most = max(self.most, len(self.in_hand))
        try:
            error = self._future(number).result(WAIT_S)
        finally:
            with self._lock:
                self.in_hand.discard(number)
                self._told.pop(number, None)
        if error is not None:
            raise error
        return super().process(batch)

    def _future(self, number: int) -> Future[Exception | None]:
        with self._lock:
            return self._told.setdefault(number, Future())


@contextmanager
def running(desk: Desk, request: StageRequest, stage: WordsStage) -> Iterator[Future[Manifest]]:
    """An attempt beside the block, which leads it to its end."""
    with ThreadPoolExecutor(1) as threads:
        yield threads.submit(desk.run, request, stage)


def has(stage: Led, *numbers: int) -> bool:
    """Whether just these come to be in hand."""
    return eventually(lambda: stage.in_hand == set(numbers), WAIT_S)


def records(desk: Desk, count: int) -> bool:
    """Whether there come to be so many."""
    return eventually(lambda: len(desk.records(StageKind.IMAGE)) == count, WAIT_S)
