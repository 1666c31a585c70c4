from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import TaskInstanceState

from operators.engines.identity import TaskKey
from operators.engines.task_status import WAITED_FOR
from operators.reaper.answers import Answer, InstanceFound, NoInstance, Silence
from operators.reaper.verdict import ENDED, YOUNG_S, PodVerdict, at_sight, judge

KEY = TaskKey("film", "manual__1", "image", -1, try_number=2, max_tries=7)
REMOVE, LEAVE, LEAVE_UNKNOWN = PodVerdict.REMOVE, PodVerdict.LEAVE, PodVerdict.LEAVE_UNKNOWN
CLEARED, SAME, NOT_TOLD = 9, 7, None


def pod(age_s: float = 600, key: TaskKey | None = KEY, is_going: bool = False) -> Any:
    now = datetime.now(UTC)
    return SimpleNamespace(
        metadata=SimpleNamespace(
            creation_timestamp=now - timedelta(seconds=age_s),
            deletion_timestamp=now if is_going else None,
            annotations=key.annotations() if key else {"atelier.dev/dag-id": "film"},
        )
    )


@pytest.mark.parametrize("state", sorted(WAITED_FOR))
@pytest.mark.parametrize(("max_tries", "verdict"), [(SAME, LEAVE), (NOT_TOLD, LEAVE), (CLEARED, REMOVE)])
def test_a_pod_that_is_waited_for_stays_unless_its_task_was_cleared_since(
    state: str, max_tries: int | None, verdict: PodVerdict
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
    answer: Answer, verdict: PodVerdict
) -> None:
    assert judge(KEY, answer).verdict is verdict


def test_every_state_of_a_task_is_decided_on() -> None:
    assert {state.value for state in TaskInstanceState} == WAITED_FOR | {state.value for state in ENDED}


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"age_s": YOUNG_S - 5}, "younger"),
        ({"is_going": True}, "being deleted already"),
        ({"key": None}, "annotations"),
    ],
)
def test_some_pods_are_left_without_a_question(seen: dict[str, Any], words: str) -> None:
    judgement = at_sight(pod(**seen))
    assert judgement is not None
    assert judgement.verdict is LEAVE
    assert words in judgement.reason


def test_any_other_pod_needs_an_answer() -> None:
    assert at_sight(pod(age_s=YOUNG_S + 5)) is None
