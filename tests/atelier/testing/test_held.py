from __future__ import annotations

from collections.abc import Sequence
from threading import Event
from typing import Any

import pytest

from atelier.testing.held import HELD, HeldStage
from include.contract.errors import AtelierError
from include.runtime.stage import ItemResult, ModelFiles, Stage, Work


class Told(Stage):
    """Writes down what is asked of it."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def setup(self, model: ModelFiles) -> None:
        self.told.append("setup")

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        self.told.append("process")
        return []

    def teardown(self) -> None:
        self.told.append("teardown")


class Asked(Event):
    """That it is asked to stop; says when somebody waits for that."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told = told

    def wait(self, timeout: float | None = None) -> bool:
        self._told.append("wait")
        return True


NO_MODEL: Any = None


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (0, ["setup", "process", "process", "teardown"]),
        (1, ["setup", "wait", "process", "process", "teardown"]),
        (2, ["setup", "process", "wait", "process", "teardown"]),
    ],
)
def test_a_stage_does_as_ever_and_is_held_before_one_batch(
    at: int, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    inner = Told()
    stage = HeldStage(inner, at, Asked(inner.told))
    stage.setup(NO_MODEL)
    stage.process([])
    stage.process([])
    stage.teardown()
    assert inner.told == told
    assert capsys.readouterr().out == (f"{HELD}\n" if at else "")
