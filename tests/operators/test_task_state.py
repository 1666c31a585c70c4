from __future__ import annotations

from contextlib import nullcontext
from typing import ClassVar

import pytest
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse

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


@pytest.mark.parametrize(("status", "is_raised"), [(404, False), (500, True)])
def test_a_task_whose_run_was_deleted_keeps_nothing_and_goes_on(status: int, is_raised: bool) -> None:
    class Refusing(StateStore):
        def set(self, key: str, value: object) -> None:
            detail = {"status_code": status, "message": "Server returned error"}
            raise AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail=detail))

    with pytest.raises(AirflowRuntimeError) if is_raised else nullcontext():
        Counter(number=3).keep({"task_state_store": Refusing()})  # type: ignore[arg-type]
