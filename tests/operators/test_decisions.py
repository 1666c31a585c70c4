"""Decisions stand beside each other, in the order in which they were taken, and none takes another's place."""

from __future__ import annotations

from datetime import UTC, datetime

from include.contract.decisions import Decision, Verdict
from operators.decisions import keep_decision
from operators.store import Store


def decision(verdict: Verdict, minute: int) -> Decision:
    return Decision(
        content_type="films",
        brief="honey",
        content_digest="ab" * 32,
        verdict=verdict,
        by="ada",
        at=datetime(2026, 11, 25, 8, minute, tzinfo=UTC),
    )


def test_decisions_are_added_and_never_changed(store: Store) -> None:
    rejected, approved = decision(Verdict.REJECTED, 0), decision(Verdict.APPROVED, 5)
    keys = [keep_decision(store, each) for each in (rejected, approved, rejected)]
    assert keys == sorted(keys[:2]) + keys[:1]
    assert all(key.startswith(f"v1/decisions/films/honey/{'ab' * 32}/2026") for key in keys)
    assert Decision.model_validate_json(store.get(keys[0]) or b"") == rejected
    assert Decision.model_validate_json(store.get(keys[1]) or b"") == approved
