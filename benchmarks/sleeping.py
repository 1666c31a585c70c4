"""`python -m benchmarks.sleeping run <uri>`: stages that sleep as if they loaded and computed; all else is real.

An item's prompt says whose it is and how long it takes: `draw 3 of part 2 of bees for 2.5 s`.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from include.contract.artifacts import ModelIdentity
from include.contract.brief import Brief
from include.contract.errors import AtelierError
from include.contract.keys import request_key
from include.runtime.stage import ItemResult, ModelFiles, Stage, Work
from tests.include.runtime.desk import Desk, OwnPromptsStage, WordsStage
from tests.include.runtime.entry import replace_stages, run_and_exit

NOTES, LOAD_S = "ATELIER_BENCH_NOTES", "ATELIER_BENCH_LOAD_S"
"""Variables: the file in which is written down what was done when, and what loading the model takes."""
_PROMPT = re.compile(r"^draw (.+) of (.+) for ([0-9.]+) s$")
MOST_SCENES = 40
"""Of a brief."""
_BORN_AT = psutil.Process().create_time()


class SleepingStage(WordsStage):
    """Takes its time, and writes down when it did what."""

    def setup(self, model: ModelFiles) -> None:
        """Load."""
        _spend("load", float(os.environ[LOAD_S]))

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        """Compute."""
        for work in batch:
            told = _PROMPT.match(work.inputs["image_prompt"].read_text())
            if told is None:
                raise ValueError(f"{work.item} was asked for by something else than `asked_for`")
            _spend("item", float(told[3]), job=told[2], item=told[1])
        return super().process(batch)


def asked_for(desk: Desk, name: str, items: int, item_s: float, model: ModelIdentity, batch_size: int = 1) -> str:
    """Where the request lies to make so many pictures; their scripts are there.

    :param items: what several briefs of one length can have.
    """
    number = -(-items // MOST_SCENES)
    briefs = [Brief(topic=f"part {part} of {name} for {item_s:g} s") for part in range(number)]
    text = desk.request("script.narrated", *briefs)
    desk.run(text, OwnPromptsStage(items // number))
    own = Desk(desk.store, desk.scratch, run_id=name.replace(" ", "-"), model=model)
    pictures = own.request("image.scene", *briefs, upstreams=[text], batch_size=batch_size)
    desk.store.put_if_absent(request_key(pictures.sha256()), pictures.body())
    return desk.store.domain.uri(request_key(pictures.sha256()))


def stage_of(recipe: str) -> Stage:
    """A fresh stage."""
    return SleepingStage()


def _spend(what: str, seconds: float, **whose: str) -> None:
    began_at = time.time()
    time.sleep(seconds)
    note = whose | {"what": what, "pid": os.getpid(), "from": began_at, "to": time.time(), "born": _BORN_AT}
    with Path(os.environ[NOTES]).open("a") as notes:
        notes.write(json.dumps(note) + "\n")


replace_stages(stage_of)

if __name__ == "__main__":
    run_and_exit(sys.argv[1:])
