from __future__ import annotations

from typing import ClassVar

import pytest

from operators.task_state import TaskStateValue
from tests.operators.context import StateStore


class Counter(TaskStateValue):
    state_key: ClassVar[str] = "counter"

    number: int


def test_what_is_kept_is_found_again() -> None:
    context = {"task_state_store": StateStore()}
    assert Counter.found(context) is None  # type: ignore[arg-type]
    Counter(number=3).keep(context)  # type: ignore[arg-type]
    assert Counter.found(context) == Counter(number=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [{"number": "many"}, {}, [], "3", {"number": None}])
def test_what_another_version_kept_counts_as_nothing(value: object) -> None:
    store = StateStore()
    store.set(Counter.state_key, value)
    assert Counter.found({"task_state_store": store}) is None  # type: ignore[arg-type]


def test_without_a_store_nothing_is_kept() -> None:
    Counter(number=3).keep(None)
    assert Counter.found(None) is None
