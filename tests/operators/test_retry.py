from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk.definitions.retry_policy import RetryAction

from include.contract.errors import (
    AtelierError,
    BadRequest,
    DeviceOutOfMemory,
    HostOutOfMemory,
    InputLost,
    ItemsFailed,
    Preempted,
    StoreAway,
)
from include.contract.failures import failure_of
from operators.retry import StageFailed, StageRetryPolicy, next_step

POLICY = StageRetryPolicy(10.0)


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    ("error", "action", "delay_s"),
    [
        (BadRequest("x"), RetryAction.FAIL, None),
        (InputLost("x"), RetryAction.FAIL, None),
        (StoreAway("x"), RetryAction.RETRY, 20),
        (Preempted("x"), RetryAction.RETRY, 20),
        (HostOutOfMemory("x"), RetryAction.RETRY, 10),
        (DeviceOutOfMemory("x"), RetryAction.RETRY, 10),
        (ItemsFailed("x"), RetryAction.RETRY, 10),
    ],
)
def test_each_class_of_failure_has_its_own_answer(
    error: AtelierError, action: RetryAction, delay_s: float | None, wrapped: bool
) -> None:
    raised = StageFailed(failure_of(error), "") if wrapped else error
    decision = POLICY.evaluate(raised, try_number=2, max_tries=3)
    assert decision.action is action
    assert decision.retry_delay == (None if delay_s is None else timedelta(seconds=delay_s))
    assert error.cause.value in (decision.reason or "")


def test_a_failure_of_airflows_own_is_left_to_the_task() -> None:
    assert POLICY.evaluate(TimeoutError("execution_timeout"), 1, 3).action is RetryAction.DEFAULT


def test_delays_of_transient_causes_double_up_to_five_minutes() -> None:
    delays = [POLICY.evaluate(StoreAway("x"), n, 99).retry_delay for n in (1, 2, 3, 9, 90)]
    assert [delay and delay.total_seconds() for delay in delays] == [10, 20, 40, 300, 300]


@pytest.mark.parametrize(
    ("error", "try_number", "says"),
    [
        (BadRequest("x"), 1, "Fails at once"),
        (StoreAway("x"), 2, "Tries again in 20 s (try 3 of 3)"),
        (StoreAway("x"), 3, "Was the last of 3 tries"),
    ],
)
def test_the_message_says_what_the_policy_will_do(error: AtelierError, try_number: int, says: str) -> None:
    assert says in next_step(failure_of(error), try_number, max_tries=2, retry_delay_s=10)


def test_a_policy_survives_serialisation() -> None:
    assert StageRetryPolicy.deserialize(POLICY.serialize()) == POLICY
