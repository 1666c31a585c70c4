"""What is said of pieces that carry no label, and of those that do."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.contract.labels import NoLabel, PieceLabel

LABEL = {"digital_source": "trainedAlgorithmicMedia", "sentence": "A machine made this.", "language": "en"}


@pytest.mark.parametrize(
    "said",
    [
        {"decided_by": "Ann"},
        {"reason": "A test"},
        {"decided_by": "", "reason": "A test"},
        {"decided_by": "Ann\nBob", "reason": "A test"},
        {"decided_by": "A" * 201, "reason": "A test"},
    ],
)
def test_a_person_and_a_reason_stand_behind_a_missing_label(said: dict[str, Any]) -> None:
    assert NoLabel(decided_by="Ann", reason="A test").decided_by == "Ann"
    with pytest.raises(ValidationError):
        NoLabel.model_validate(said)


def test_a_label_of_a_later_version_can_be_read() -> None:
    label = PieceLabel.model_validate(LABEL | {"digital_source": "digitalArt", "voice": "Ann"})
    assert label.digital_source == "digitalArt"


@pytest.mark.parametrize("term", ["", "http://example.org/x", "two words", "a" * 61])
def test_what_is_no_term_is_refused(term: str) -> None:
    with pytest.raises(ValidationError):
        PieceLabel.model_validate(LABEL | {"digital_source": term})
