from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from include.contract.errors import Cause, RejectedContent
from include.contract.manifests import MAX_MESSAGE_BYTES, Outcome
from include.runtime.item_lines import failed_lines, lines_of, names_of

FOUND: Any = SimpleNamespace(wanted=SimpleNamespace(fingerprint="ab" * 32, places=[(0, "bees/01"), (2, "bees/03")]))
RECORD: Any = SimpleNamespace(outputs=(), device_s=1.5)


@pytest.mark.parametrize("outcome", [Outcome.MADE, Outcome.REUSED])
def test_an_item_is_made_in_its_first_place_and_reused_in_the_others(outcome: Outcome) -> None:
    lines = lines_of(FOUND, RECORD, outcome)
    assert [(line.position, line.item, line.outcome) for line in lines] == [
        (0, "bees/01", outcome),
        (2, "bees/03", Outcome.REUSED),
    ]
    assert {(line.fingerprint, line.device_s) for line in lines} == {("ab" * 32, 1.5)}


def test_an_item_that_fails_fails_in_all_places_with_as_much_of_the_reason_as_fits() -> None:
    lines = failed_lines(FOUND, RejectedContent("ü" * MAX_MESSAGE_BYTES))
    assert [(line.position, line.outcome, line.cause) for line in lines] == [
        (0, Outcome.FAILED, Cause.REJECTED_CONTENT),
        (2, Outcome.FAILED, Cause.REJECTED_CONTENT),
    ]
    assert len(lines[0].message.encode()) <= MAX_MESSAGE_BYTES


def test_a_batch_makes_every_place_of_its_items() -> None:
    assert names_of([FOUND, FOUND]) == ["bees/01", "bees/03"] * 2
