"""`python scripted.py as-told|unstuck … run <uri>`: the real runtime as a child process; its stages write words.

They do as a brief's id says: the second picture of `refused-02` is refused for good, and that of `stuck-02` is never
made, unless `unstuck`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from include.contract.errors import AtelierError, RejectedContent
from include.runtime import report
from include.runtime.stage import ItemResult, Stage, Work
from tests.include.runtime.desk import WordsStage
from tests.include.runtime.entry import replace_stages, run_and_exit


class Scripted(WordsStage):
    """Writes as many scenes as the brief asks for."""

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        """Item by item."""
        return [self._of(work) for work in batch]

    def _of(self, work: Work) -> ItemResult | AtelierError:
        brief, _, number = work.item.partition("/")
        word, _, which = brief.partition("-")
        if number and number == which:
            if word == "refused":
                return RejectedContent("every attempt was refused")
            work.tell(0.4)
            work.say("stroke 7 of 20")
            while word == "stuck" and sys.argv[1] != "unstuck":
                time.sleep(1)
        self.scenes = getattr(work.params, "scenes", 0)
        (product,) = super().process([work])
        return product


def stage_of(recipe: str) -> Stage:
    """A fresh stage, whatever the recipe."""
    return Scripted()


if __name__ == "__main__":
    replace_stages(stage_of)
    vars(report)["PROGRESS_EVERY_S"] = 0.2
    run_and_exit(sys.argv[-2:])
