"""Stages for workers: words."""

from __future__ import annotations

from include.runtime.stage import Stage
from tests.include.runtime.desk import WordsStage


def stage_of(recipe: str) -> Stage:
    """Writes words."""
    return WordsStage()
