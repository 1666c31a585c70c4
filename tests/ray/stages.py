"""`python -m tests.ray.stages run <uri>`: the real entry point; its stages need no model and do as a brief's id says.

`brisk`, `slow`, `steady` and `lengthy` take a while for each item, and say how far it is; `segv-1-2` dies of SIGSEGV at
its first and second item, `hang-2` never ends there, `grow-2` takes memory without end, `loud-1` logs a lot, `large`
has pictures that take a while to upload. Which process has loaded a model or computed what is written down in the
cluster's cache. Cards of products are a few bytes each; `brisk-7` is one that takes a while. Each item of `meet-4`
waits until four are being made at once, by a process each, and the first one of `after-3` until three others have been
made. Importing this puts the stages in the place of the real ones.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.nothing import NothingStage
from include.contract import environment
from include.contract.errors import AtelierError
from include.runtime.stage import ItemResult, ModelFiles, Stage, Work
from tests.include.runtime.desk import OwnPromptsStage
from tests.include.runtime.entry import replace_stages, run_and_exit
from tests.ray.computed import LOADS, ORDER, note, notes
from tests.ray.loading import fail_if_broken
from tests.ray.meetings import meet, wait_for
from tests.ray.own_node import connect_to_own

SECONDS = {"brisk": 0.05, "slow": 0.5, "steady": 3.0, "lengthy": 15.0}
"""For an item."""
LARGE_BYTES = 100_000_000
LOUD_LINES, LOUD_BYTES = 50_000, 1_000
log = logging.getLogger(__name__)


class ScriptedStage(OwnPromptsStage):
    """Writes as many scenes as the brief asks for, and a picture's prompt in capitals."""

    def setup(self, model: ModelFiles) -> None:
        """Without a model; noted, unless it is to fail."""
        fail_if_broken()
        note(Path(os.environ[environment.CACHE]), LOADS, "load", model.name)

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        """Item by item."""
        return [self._of(work) for work in batch]

    def _of(self, work: Work) -> ItemResult | AtelierError:
        brief, _, number = work.item.partition("/")
        word, _, which = brief.partition("-")
        cache = Path(os.environ[environment.CACHE])
        if number:
            note(cache, brief, "begin", number)
            note(cache, ORDER, brief, number)
        if number and int(number) in {int(each) for each in which.split("-") if each.isdecimal()}:
            _misbehave(word)
        if number and word == "meet":
            meet(cache, brief, int(which))
        if number == "01" and word == "after":
            wait_for(lambda: sum(said == "end" for said, _, _ in notes(cache, brief)), int(which))
        if number and word in SECONDS:
            work.tell(0.4)
            work.say("stroke 7 of 20")
            time.sleep(SECONDS[word])
        self.scenes = getattr(work.params, "scenes", 0)
        (product,) = super().process([work])
        if number and word == "large" and isinstance(product, ItemResult):
            _enlarge(product.outputs[0].path)
        if number:
            note(cache, brief, "end", number)
        return product


class CardsStage(NothingStage):
    """Takes a while for products whose name says so, and writes them down."""

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """Item by item."""
        for work in batch:
            seconds = SECONDS.get(work.item.partition("-")[0])
            if seconds is not None:
                note(Path(os.environ[environment.CACHE]), ORDER, *work.item.rsplit("-", 1))
                time.sleep(seconds)
        return super().process(batch)


def _enlarge(path: Path) -> None:
    with path.open("ab") as file:
        file.truncate(LARGE_BYTES)


def _misbehave(word: str) -> None:
    if word == "segv":
        ctypes.string_at(0)
    if word == "hang":
        time.sleep(3600)
    if word == "loud":
        _log_much()
    held = []
    while word == "grow":
        held.append(bytearray(b"x" * 20_000_000))
        time.sleep(0.02)


def _log_much() -> None:
    before_mib = _most_memory_mib()
    for number in range(LOUD_LINES):
        log.info("line %06d %s", number, "." * LOUD_BYTES)
    log.info("memory grew by %d MiB", _most_memory_mib() - before_mib)


def _most_memory_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def stage_of(recipe: str) -> Stage:
    """A fresh stage, whatever the recipe."""
    return CardsStage(recipe) if recipe == "caption.product" else ScriptedStage()


replace_stages(stage_of)

if __name__ == "__main__":
    connect_to_own()
    run_and_exit(sys.argv[1:])
