from __future__ import annotations

import pytest
from airflow.sdk import TaskInstanceState

from operators.engines.identity import TaskKey
from operators.engines.task_status import WAITED_FOR
from operators.reaper.answers import Answer, InstanceFound, NoInstance, Silence
from operators.reaper.verdict import ENDED, ReaperVerdict, judge

KEY = TaskKey("film", "manual__1", "image", -1, try_number=2, max_tries=7)
REMOVE, LEAVE, LEAVE_UNKNOWN = ReaperVerdict.REMOVE, ReaperVerdict.LEAVE, ReaperVerdict.LEAVE_UNKNOWN
CLEARED, SAME, NOT_TOLD = 9, 7, None


@pytest.mark.parametrize("state", sorted(WAITED_FOR))
@pytest.mark.parametrize(("max_tries", "verdict"), [(SAME, LEAVE), (NOT_TOLD, LEAVE), (CLEARED, REMOVE)])
def test_a_pod_that_is_waited_for_stays_unless_its_task_was_cleared_since(
    state: str, max_tries: int | None, verdict: ReaperVerdict
) -> None:
    assert judge(KEY, InstanceFound(TaskInstanceState(state), max_tries)).verdict is verdict


@pytest.mark.parametrize("state", sorted(ENDED))
@pytest.mark.parametrize("max_tries", [SAME, NOT_TOLD, CLEARED])
def test_a_pod_whose_task_has_ended_goes(state: TaskInstanceState, max_tries: int | None) -> None:
    judgement = judge(KEY, InstanceFound(state, max_tries))
    assert judgement.verdict is REMOVE
    assert state.value in judgement.reason


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (InstanceFound(None, SAME), LEAVE),
        (InstanceFound(None, NOT_TOLD), LEAVE),
        (InstanceFound(None, CLEARED), REMOVE),
        (NoInstance(), REMOVE),
        (Silence("away"), LEAVE_UNKNOWN),
    ],
)
def test_a_task_without_a_state_may_take_its_pod_over_unless_it_was_cleared(
    answer: Answer, verdict: ReaperVerdict
) -> None:
    assert judge(KEY, answer).verdict is verdict


def test_every_state_of_a_task_is_decided_on() -> None:
    assert {state.value for state in TaskInstanceState} == WAITED_FOR | {state.value for state in ENDED}
