"""The decision on one pod or job, from what the cluster and Airflow say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from airflow.sdk import TaskInstanceState

from operators.engines.identity import TaskKey
from operators.engines.kubernetes.status import age_s, is_going
from operators.engines.task_status import WAITED_FOR
from operators.reaper.answers import Answer, NoInstance, Silence

YOUNG_S = 60.0
"""A pod created less than this ago is left alone: its task may be between two states."""
ENDED = frozenset(
    {
        TaskInstanceState.SUCCESS,
        TaskInstanceState.FAILED,
        TaskInstanceState.SKIPPED,
        TaskInstanceState.UPSTREAM_FAILED,
        TaskInstanceState.REMOVED,
    }
)


class PodVerdict(Enum):
    """What is done with a pod."""

    REMOVE = auto()
    LEAVE = auto()
    LEAVE_UNKNOWN = auto()
    """Left too, because nothing is known about its task."""


@dataclass(frozen=True)
class Judgement:
    """A verdict and its reason."""

    verdict: PodVerdict
    reason: str


def at_sight(pod: Any) -> Judgement | None:
    """The judgement, if it needs no answer from Airflow; else None."""
    if is_going(pod):
        return Judgement(PodVerdict.LEAVE, "it is being deleted already")
    if age_s(pod.metadata.creation_timestamp) < YOUNG_S:
        return Judgement(PodVerdict.LEAVE, f"it is younger than {YOUNG_S:g} s")
    if TaskKey.read(pod.metadata.annotations) is None:
        return Judgement(PodVerdict.LEAVE, "its annotations do not say whose it is; look at it, and delete it by hand")
    return None


def judge(key: TaskKey, answer: Answer) -> Judgement:
    """Whether anybody will ever read the result of the pod, or of the job, with `key`.

    A try of the same `max_tries` takes over the pod of an earlier one. Clearing changes that number: such a pod is
    never taken over. The job of an earlier try is stopped by the next.
    """
    if isinstance(answer, Silence):
        return Judgement(PodVerdict.LEAVE_UNKNOWN, answer.reason)
    if isinstance(answer, NoInstance):
        return Judgement(PodVerdict.REMOVE, "Airflow has no such task instance: its DAG run was deleted")
    if answer.state in ENDED:
        return Judgement(PodVerdict.REMOVE, f"its task is {answer.state.value}")
    if answer.max_tries not in (None, key.max_tries):
        return Judgement(PodVerdict.REMOVE, "its task was cleared, and starts one of its own")
    if answer.state is None:
        return Judgement(PodVerdict.LEAVE, "its task is to be scheduled: the next try takes it over or ends it")
    if answer.state.value in WAITED_FOR:
        return Judgement(PodVerdict.LEAVE, f"its task is {answer.state.value}")
    return Judgement(PodVerdict.LEAVE_UNKNOWN, f"its task is {answer.state.value}, which the reaper does not know")
