"""Decisions stand beside each other, in the order in which they were taken, and none takes another's place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from include.contract.decisions import TIMEOUT, Decision, Verdict
from include.store.store import Store
from operators.decisions import keep_decision, last_decision


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


def test_a_persons_last_word_holds_and_outdoes_a_later_time_out(store: Store) -> None:
    about = ("films", "honey", "ab" * 32)
    assert last_decision(store, *about) is None
    late = decision(Verdict.REJECTED, 9).model_copy(update={"by": TIMEOUT})
    keep_decision(store, late)
    assert last_decision(store, *about) == late
    for each in (decision(Verdict.REJECTED, 0), decision(Verdict.APPROVED, 5)):
        keep_decision(store, each)
    assert last_decision(store, *about) == decision(Verdict.APPROVED, 5)


@pytest.mark.parametrize("body", [b"{", b'{"verdict": "approved"}', b"[" * 1000, b"\xff"])
def test_after_a_last_word_that_cannot_be_read_people_are_asked_again(store: Store, body: bytes) -> None:
    about = ("films", "honey", "ab" * 32)
    keep_decision(store, decision(Verdict.APPROVED, 0))
    store.put(decision(Verdict.REJECTED, 5).key(), body)
    assert last_decision(store, *about) is None
    keep_decision(store, decision(Verdict.REJECTED, 9))
    assert last_decision(store, *about) == decision(Verdict.REJECTED, 9)
