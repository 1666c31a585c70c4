"""`python -m benchmarks.sleeping run <uri>`: stages that sleep as if they loaded and computed; all else is real."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from include.contract.errors import AtelierError
from include.runtime.stage import ItemResult, ModelFiles, Stage, Work
from tests.include.runtime.desk import WordsStage
from tests.include.runtime.entry import replace_stages, run_and_exit

LOAD_S, ITEM_S = 5.0, 2.5
NOTES, SPEED = "ATELIER_BENCH_NOTES", "ATELIER_BENCH_SPEED"
"""Variables: the file in which is written down what was done when, and how much faster than said."""


class SleepingStage(WordsStage):
    """Takes its time, and writes down when it did what."""

    def setup(self, model: ModelFiles) -> None:
        """Load."""
        _spend("load", LOAD_S)

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        """Compute."""
        for _ in batch:
            _spend("item", ITEM_S)
        return super().process(batch)


def stage_of(recipe: str) -> Stage:
    """A fresh stage."""
    return SleepingStage()


def _spend(what: str, seconds: float) -> None:
    began_at = time.time()
    time.sleep(seconds / float(os.environ[SPEED]))
    note = {"what": what, "pid": os.getpid(), "from": began_at, "to": time.time()}
    with Path(os.environ[NOTES]).open("a") as notes:
        notes.write(json.dumps(note | {"born": psutil.Process().create_time()}) + "\n")


replace_stages(stage_of)

if __name__ == "__main__":
    run_and_exit(sys.argv[1:])
