"""The decision on one pod or job, from what the cluster and Airflow say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from airflow.sdk import TaskInstanceState

from operators.engines.identity import TaskKey
from operators.engines.task_status import WAITED_FOR
from operators.reaper.answers import Answer, NoInstance, Silence

YOUNG_S = 60.0
"""A pod or job that was started less than this ago is left alone: its task may be between two states."""
TOO_YOUNG = f"it is younger than {YOUNG_S:g} s"
ENDED = frozenset(
    {
        TaskInstanceState.SUCCESS,
        TaskInstanceState.FAILED,
        TaskInstanceState.SKIPPED,
        TaskInstanceState.UPSTREAM_FAILED,
        TaskInstanceState.REMOVED,
    }
)


class ReaperVerdict(Enum):
    """What is done with a pod or job."""

    REMOVE = auto()
    LEAVE = auto()
    LEAVE_UNKNOWN = auto()
    """Left too, because nothing is known about its task."""


@dataclass(frozen=True)
class Judgement:
    """A verdict and its reason."""

    verdict: ReaperVerdict
    reason: str


def judge(key: TaskKey, answer: Answer) -> Judgement:
    """Whether anybody will ever read the result of the pod, or of the job, with `key`.

    A try of the same `max_tries` takes over the pod of an earlier one. Clearing changes that number: such a pod is
    never taken over. The job of an earlier try is stopped by the next.
    """
    if isinstance(answer, Silence):
        return Judgement(ReaperVerdict.LEAVE_UNKNOWN, answer.reason)
    if isinstance(answer, NoInstance):
        return Judgement(ReaperVerdict.REMOVE, "Airflow has no such task instance: its DAG run was deleted")
    if answer.state in ENDED:
        return Judgement(ReaperVerdict.REMOVE, f"its task is {answer.state.value}")
    if answer.max_tries not in (None, key.max_tries):
        return Judgement(ReaperVerdict.REMOVE, "its task was cleared, and starts one of its own")
    if answer.state is None:
        return Judgement(ReaperVerdict.LEAVE, "its task is to be scheduled: the next try takes it over or ends it")
    if answer.state.value in WAITED_FOR:
        return Judgement(ReaperVerdict.LEAVE, f"its task is {answer.state.value}")
    return Judgement(ReaperVerdict.LEAVE_UNKNOWN, f"its task is {answer.state.value}, which the reaper does not know")
