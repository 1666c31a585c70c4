"""Stages whose model cannot be loaded."""

from __future__ import annotations

from include.runtime.stage import ModelFiles, Stage
from tests.include.runtime.desk import WordsStage


class BrokenStage(WordsStage):
    """Has no model."""

    def setup(self, model: ModelFiles) -> None:
        """Fail."""
        raise RuntimeError("no such weights")


def stage_of(recipe: str) -> Stage:
    """One that cannot be set up."""
    return BrokenStage()
