"""`python -m tests.include.runtime.words run <uri>`: the real entry point, with a stage that needs no model.

Says on stdout when an item starts, and takes WORDS_SECONDS for each; WORDS_STUCK never ends. Claims expire after
WORDS_EXPIRY_S. WORDS_AT_ONCE pictures are made side by side, as if there were a processor for each.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from include.contract.registry import recipes
from include.runtime import claims, session
from include.runtime.models import asked
from include.runtime.stage import Work
from tests.include.runtime.desk import REGISTRY, WordsStage
from tests.include.runtime.entry import run_and_exit


def slowly(batch: Sequence[Work]) -> None:
    """Take a while, in a way that a signal does not cut short."""
    sys.stdout.write(f"computing {batch[0].item}\n")
    sys.stdout.flush()
    is_stuck = batch[0].item == os.environ.get("WORDS_STUCK")
    time.sleep(3600.0 if is_stuck else float(os.environ.get("WORDS_SECONDS", "0")))


def side_by_side(most: int) -> None:
    """Have so many pictures made at once."""
    recipe = replace(recipes()["image.scene"], at_once=most, item_mib=lambda params: 1)
    recipes()["image.scene"] = recipe
    os.sched_getaffinity = lambda process: set(range(most))


if __name__ == "__main__":
    claims.EXPIRY_S = float(os.environ.get("WORDS_EXPIRY_S", claims.EXPIRY_S))
    asked.registry = lambda: REGISTRY  # type: ignore[assignment]
    if "WORDS_AT_ONCE" in os.environ:
        side_by_side(int(os.environ["WORDS_AT_ONCE"]))
    session.stage_of = lambda recipe: WordsStage(before=slowly)  # type: ignore[assignment]
    run_and_exit(sys.argv[1:])
