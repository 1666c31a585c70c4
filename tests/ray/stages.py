"""`python -m tests.ray.stages run <uri>`: the real entry point; its stages need no model and do as a brief's id says.

`slow` takes a while for each item; `segv-2` dies of SIGSEGV at its second item, `hang-2` never ends there, `grow-2`
takes memory without end. Importing this puts the stages in the place of the real ones.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Sequence

from include.contract.errors import AtelierError
from include.runtime import __main__ as entry
from include.runtime import session
from include.runtime.models import asked
from include.runtime.stage import ItemResult, ModelFiles, Stage, Work
from tests.include.runtime.desk import WordsStage

SLOW_S = 0.5


class ScriptedStage(WordsStage):
    """Writes as many scenes as the brief asks for, and a picture's prompt in capitals."""

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        """Item by item."""
        return [self._of(work) for work in batch]

    def _of(self, work: Work) -> ItemResult | AtelierError:
        brief, _, number = work.item.partition("/")
        word, _, which = brief.partition("-")
        if number and which and int(number) == int(which):
            _misbehave(word)
        if number and word == "slow":
            time.sleep(SLOW_S)
        self.scenes = getattr(work.params, "scenes", 0)
        (product,) = super().process([work])
        return product


def _misbehave(word: str) -> None:
    if word == "segv":
        ctypes.string_at(0)
    if word == "hang":
        time.sleep(3600)
    held = []
    while word == "grow":
        held.append(bytearray(b"x" * 20_000_000))
        time.sleep(0.02)


def stage_of(recipe: str) -> Stage:
    """A fresh stage, whatever the recipe."""
    return ScriptedStage()


def _no_files(*_: object) -> ModelFiles:
    return ModelFiles("nothing", "", {})


vars(session)["stage_of"], vars(asked)["located"] = stage_of, _no_files

if __name__ == "__main__":
    code = entry.main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
