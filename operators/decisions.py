"""Keeps what people decided: written once, never changed (W10)."""

from __future__ import annotations

from include.contract.decisions import Decision
from operators.store import Store


def keep_decision(store: Store, decision: Decision) -> str:
    """Write `decision` beside those before it; the key it lies under. The same one again changes nothing."""
    key = decision.key()
    store.put_if_absent(key, decision.body())
    return key
