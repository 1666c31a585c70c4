"""Stages that say how far they are."""

from __future__ import annotations

from collections.abc import Sequence

from include.runtime.stage import Stage, Work
from tests.include.runtime.desk import WordsStage


def _tell(batch: Sequence[Work]) -> None:
    for work in batch:
        work.tell(0.5)
        work.say(f"making {work.item}" + "!" * 500)


def stage_of(recipe: str) -> Stage:
    """Half done with each item, and full of words."""
    return WordsStage(before=_tell)
