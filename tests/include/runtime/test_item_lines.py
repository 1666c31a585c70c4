from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from include.contract.artifacts import Artifact
from include.contract.errors import Cause, RejectedContent
from include.contract.manifests import MAX_MESSAGE_BYTES, ItemLine, Outcome
from include.runtime.item_lines import KeptLines, failed_lines, lines_of, names_of

FOUND: Any = SimpleNamespace(wanted=SimpleNamespace(fingerprint="ab" * 32, places=[(0, "bees/01"), (2, "bees/03")]))
PICTURE = Artifact(name="image", sha256="cd" * 32, bytes=3, media_type="image/jpeg")
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


def test_lines_are_kept_in_any_order_and_given_in_their_own() -> None:
    lines = [
        ItemLine(position=0, item="a/01", outcome=Outcome.FAILED, cause=Cause.WORKER_CRASHED, message="it “died”\n"),
        ItemLine(position=1, item="a/02", fingerprint="0" * 64, outputs=(PICTURE,), device_s=0.125),
        ItemLine(position=2, item="b/01", fingerprint="1" * 64, outcome=Outcome.MADE, outputs=(PICTURE, PICTURE)),
    ]
    kept, others = KeptLines(), KeptLines()
    kept.add(lines[2:])
    others.add(reversed(lines[:2]))
    kept.join(others)
    assert [*kept.in_order()] == lines
