from __future__ import annotations

from typing import Any

from operators.stages.executions_started import ExecutionsStarted
from tests.operators.context import StateStore


def test_pods_are_counted_once_over_all_tries_of_a_task() -> None:
    context: Any = {"task_state_store": StateStore()}
    assert ExecutionsStarted.of(context).number == 0
    for uid in ("a", "b", "b", "c", "a"):
        ExecutionsStarted.of(context).count(uid, context)
    assert ExecutionsStarted.of(context).number == 3


def test_what_was_begun_is_known_before_anything_is_counted_and_changes_no_count() -> None:
    context: Any = {"task_state_store": StateStore()}
    assert ExecutionsStarted.found(context) is None
    ExecutionsStarted.begin(context)
    assert ExecutionsStarted.found(context) == ExecutionsStarted()
    ExecutionsStarted.of(context).count("a", context)
    ExecutionsStarted.begin(context)
    assert ExecutionsStarted.of(context).uids == ("a",)


def test_without_a_state_store_nothing_is_counted() -> None:
    context: Any = {}
    ExecutionsStarted.of(context).count("a", context)
    assert ExecutionsStarted.of(context).number == 0
