from __future__ import annotations

from typing import Any

import pytest

from include.contract.errors import BadRequest, Cause, Preempted
from include.contract.failures import FailureClass, Progress, failure_of
from operators.engines.kubernetes.causes import failure_of_pod, pod_gone
from tests.operators.engines.kubernetes.pods import ended, pod

SPOKEN = failure_of(BadRequest("no such recipe"), items=("honey/01",)).line()
STOPPED = failure_of(Preempted("stopped in time"), progress=Progress(total=6, done=2, made=2)).line()


def disrupted(reason: str, message: str = "") -> dict[str, Any]:
    return {"phase": "Failed", "conditions": [("DisruptionTarget", "True", reason, message)]}


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({"state": ended(65, message=SPOKEN)}, Cause.BAD_REQUEST),
        ({"state": ended(137, "OOMKilled"), "limits": {"memory": "512Mi"}}, Cause.HOST_OUT_OF_MEMORY),
        ({**disrupted("PreemptionByScheduler"), "state": ended(137)}, Cause.PREEMPTED),
        ({**disrupted("EvictionByEvictionAPI"), "state": ended(143)}, Cause.DRAINED),
        (disrupted("DeletionByTaintManager"), Cause.NODE_LOST),
        (disrupted("DeletionByPodGC"), Cause.NODE_LOST),
        ({**disrupted("TerminationByKubelet"), "reason": "Evicted"}, Cause.EVICTED),
        ({"phase": "Failed", "reason": "Evicted", "message": "The node was low on memory"}, Cause.EVICTED),
        ({"phase": "Failed", "reason": "DeadlineExceeded"}, Cause.DEADLINE),
        ({"phase": "Failed", "reason": "OutOfnvidia.com/gpu"}, Cause.NODE_REFUSED),
        ({"phase": "Failed", "reason": "UnexpectedAdmissionError"}, Cause.NODE_REFUSED),
        ({"state": ended(137, "ContainerStatusUnknown")}, Cause.NODE_LOST),
        ({"state": ended(137), "going": True}, Cause.POD_DELETED),
        ({"state": ended(137)}, Cause.NODE_LOST),
        ({"phase": "Failed"}, Cause.NODE_LOST),
        ({"state": ended(77)}, Cause.DEVICE_OUT_OF_MEMORY),
        ({"state": ended(1)}, Cause.BUG),
    ],
)
def test_a_pods_own_words_say_why_it_failed(given: dict[str, Any], cause: Cause) -> None:
    failure = failure_of_pod(pod(**given), tail="last words")
    assert failure is not None
    assert failure.cause is cause


def test_a_container_that_ended_well_is_no_failure_whatever_happened_to_its_pod() -> None:
    assert failure_of_pod(pod(state=ended(0), **disrupted("PreemptionByScheduler")), "") is None


def test_a_preempted_stage_keeps_its_progress_and_says_who_took_its_place() -> None:
    failure = failure_of_pod(pod(**disrupted("PreemptionByScheduler"), state=ended(75, message=STOPPED)), "")
    assert failure is not None
    assert (failure.cause, failure.progress.done) == (Cause.PREEMPTED, 2)
    assert "higher priority" in failure.message
    assert "stopped in time" in failure.message


def test_out_of_memory_names_the_limit_that_was_too_low() -> None:
    failure = failure_of_pod(pod(state=ended(137, "OOMKilled"), limits={"memory": "512Mi"}), "")
    assert failure is not None
    assert failure.failure_class is FailureClass.OUT_OF_MEMORY
    assert "512Mi" in failure.message


def test_a_bug_shows_the_last_lines_of_its_log() -> None:
    failure = failure_of_pod(pod(state=ended(1)), "KeyError: 'scene'")
    assert failure is not None
    assert "KeyError: 'scene'" in failure.message


def test_a_pod_that_somebody_deleted_is_named() -> None:
    assert "image-7f" in pod_gone("image-7f").message
    assert pod_gone("image-7f").cause is Cause.POD_DELETED
