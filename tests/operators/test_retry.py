from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.definitions.retry_policy import RetryAction

from include.contract.errors import (
    SURROUNDINGS,
    AtelierError,
    BadRequest,
    Cause,
    DeviceOutOfMemory,
    HostOutOfMemory,
    InputLost,
    ItemsFailed,
    Preempted,
    StoreAway,
)
from include.contract.failures import Failure, FailureClass, Progress, failure_of
from operators.refusing import MistakesTold
from operators.retry import Remedy, StageFailed, StageRetryPolicy, Tries, failure_in
from tests.operators.context import StateStore

POLICY = StageRetryPolicy(retries=2, retry_delay_s=10.0, infrastructure_retries=3)
FIRST_MAX_TRIES = 5
"""Airflow's number for a task with `retries=5`, both budgets together, before it was ever cleared."""


def run(*errors: AtelierError | None, context: dict[str, Any], first: int = 1, max_tries: int = 5) -> list[Any]:
    """What the policy says after each failed try; None is a try that left no cause."""
    return [
        POLICY.evaluate(error, number, max_tries, context) if error is not None else None
        for number, error in enumerate(errors, start=first)
    ]


@pytest.fixture
def context() -> Any:
    return {"task_state_store": StateStore()}


@pytest.mark.parametrize(
    ("error", "action", "delay_s"),
    [
        (BadRequest("x"), RetryAction.FAIL, None),
        (MistakesTold(BadRequest("x")), RetryAction.FAIL, None),
        (InputLost("x"), RetryAction.FAIL, None),
        (StoreAway("x"), RetryAction.RETRY, 10),
        (Preempted("x"), RetryAction.RETRY, 10),
        (HostOutOfMemory("x"), RetryAction.RETRY, 10),
        (DeviceOutOfMemory("x"), RetryAction.RETRY, 10),
        (ItemsFailed("x"), RetryAction.RETRY, 10),
        (TimeoutError("execution_timeout"), RetryAction.RETRY, 10),
    ],
)
def test_each_class_of_failure_has_its_own_answer(
    error: BaseException, action: RetryAction, delay_s: float | None, context: Any
) -> None:
    decision = POLICY.evaluate(error, try_number=1, max_tries=FIRST_MAX_TRIES, context=context)
    assert decision.action is action
    assert decision.retry_delay == (None if delay_s is None else timedelta(seconds=delay_s))
    assert failure_in(error).cause.value in (decision.reason or "")


def test_infrastructure_never_uses_up_the_users_retries(context: Any) -> None:
    away, own = StoreAway("x"), ItemsFailed("x")
    actions = [d.action.name for d in run(away, away, away, own, own, context=context)]
    assert actions == ["RETRY"] * 5
    kept = Tries.before(context, 5)
    assert (kept.own, kept.infrastructure) == (2, 3)


def test_the_budget_of_a_cause_ends_its_tries_though_the_other_has_some_left(context: Any) -> None:
    own = ItemsFailed("x")
    assert [d.action.name for d in run(own, own, own, context=context)] == ["RETRY", "RETRY", "FAIL"]
    context["task_state_store"].clear()
    away = StoreAway("x")
    assert [d.action.name for d in run(away, away, away, away, context=context)] == ["RETRY"] * 3 + ["FAIL"]


def test_a_trouble_that_lasts_is_told_with_its_beginning(context: Any) -> None:
    def words(error: AtelierError, try_number: int) -> str:
        return POLICY.settle(failure_of(error), try_number, FIRST_MAX_TRIES, context).words

    assert "since" not in words(StoreAway("x"), 1)
    since = Tries.before(context, FIRST_MAX_TRIES).trouble_since
    assert since is not None
    lasting = f"; `store_away` since {since:%Y-%m-%d %H:%M:%S} UTC"
    assert words(StoreAway("x"), 2) == f"Tries again in 20 s (retry 2 of 3 for infrastructure{lasting})."
    assert "since" not in words(Preempted("x"), 3)
    assert "since" not in words(StoreAway("x"), 4)


def test_a_failure_of_the_work_ends_what_lasted_before(context: Any) -> None:
    for number, error in enumerate((StoreAway("x"), ItemsFailed("x"))):
        POLICY.settle(failure_of(error), number + 1, FIRST_MAX_TRIES, context)
    kept = Tries.before(context, FIRST_MAX_TRIES)
    assert (kept.trouble, kept.trouble_since) == (None, None)


def test_tries_that_left_no_cause_count_as_infrastructure(context: Any) -> None:
    own = ItemsFailed("x")
    run(None, own, None, own, context=context)
    kept = Tries.before(context, 5)
    assert (kept.own, kept.infrastructure) == (2, 2)


def test_a_clear_resets_the_counters(context: Any) -> None:
    own = ItemsFailed("x")
    assert run(own, own, own, context=context)[-1].action is RetryAction.FAIL
    # Cleared after its third try: Airflow goes on with try 4, and allows 5 more after it.
    after = run(own, own, own, context=context, first=4, max_tries=8)
    assert [d.action.name for d in after] == ["RETRY", "RETRY", "FAIL"]


def test_delays_of_infrastructure_causes_double_up_to_five_minutes() -> None:
    policy = StageRetryPolicy(retries=0, retry_delay_s=10.0, infrastructure_retries=98)
    delays = [policy.evaluate(StoreAway("x"), n, 98).retry_delay for n in (1, 2, 3, 9, 90)]
    assert [delay and delay.total_seconds() for delay in delays] == [10, 20, 40, 300, 300]


def test_more_memory_is_tried_at_once_and_none_left_ends_it(context: Any) -> None:
    failure = failure_of(HostOutOfMemory("x"))
    more = POLICY.settle(failure, 1, 5, context, Remedy("with 512 MiB instead of 256"))
    assert (more.action, more.delay_s) == (RetryAction.RETRY, 0)
    assert "with 512 MiB instead of 256" in more.words
    none = POLICY.settle(failure, 2, 5, context, Remedy("allows no more than 512 MiB", is_exhausted=True))
    assert none.action is RetryAction.FAIL


@pytest.mark.parametrize(
    ("error", "try_number", "says"),
    [
        (BadRequest("x"), 1, "Fails at once"),
        (ItemsFailed("x"), 1, "Tries again in 10 s (try 2 of 3)."),
        (StoreAway("x"), 2, "Tries again in 20 s (retry 2 of 3 for infrastructure)."),
        (StoreAway("x"), 4, "its 3 retries for infrastructure are used up"),
    ],
)
def test_the_message_says_what_the_policy_will_do(error: AtelierError, try_number: int, says: str) -> None:
    assert says in POLICY.settle(failure_of(error), try_number, 5).words


def test_the_message_says_what_was_under_way() -> None:
    progress = Progress(
        total=1, phase="failed", under_way="attempt 2 of 3 for bread; attempt 1 was not taken: too long"
    )
    failure = failure_of(Preempted("late"), progress=progress)
    message = str(StageFailed(failure, POLICY.settle(failure, 1, 5)))
    assert "in phase `failed`\nUnder way: attempt 2 of 3 for bread; attempt 1 was not taken: too long\n" in message
    silent = failure_of(Preempted("late"), progress=Progress(total=1))
    assert "Under way" not in str(StageFailed(silent, POLICY.settle(silent, 1, 5)))


def test_a_failed_try_is_charged_once_and_the_task_ends_as_its_message_says(context: Any) -> None:
    failure = failure_of(StoreAway("x"))
    raised = StageFailed(failure, POLICY.settle(failure, 1, 5, context))
    assert POLICY.evaluate(raised, 1, 5, context).action is RetryAction.RETRY
    assert context["task_state_store"][Tries.state_key]["infrastructure"] == 1


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_is_charged_to_one_budget(cause: Cause, context: Any) -> None:
    failure = Failure(failure_class=FailureClass.TRANSIENT, cause=cause, exit_code=75, message="x")
    POLICY.settle(failure, 1, 5, context)
    kept = context["task_state_store"][Tries.state_key]
    assert (kept["own"], kept["infrastructure"]) == ((0, 1) if cause in SURROUNDINGS else (1, 0))


def test_a_policy_survives_serialisation() -> None:
    assert StageRetryPolicy.deserialize(POLICY.serialize()) == POLICY
