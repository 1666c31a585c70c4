from __future__ import annotations

import pytest
from kubernetes.client import models as k8s

from include.contract.errors import Cause
from operators.engines.kubernetes import startup_timeouts as patience
from operators.engines.kubernetes.startup_timeouts import StartupTimeouts
from tests.operators.engines.kubernetes.pods import pod, runs, waits

NO_GPU = ("PodScheduled", "False", "Unschedulable", "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds, which tests move."""
    now = [0.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: now[0])
    return now


def fresh(clock: list[float]) -> StartupTimeouts:
    return StartupTimeouts(schedule_timeout_s=100, startup_timeout_s=50, _since=clock[0])


def test_a_pod_that_no_node_takes_fails_with_the_schedulers_words(clock: list[float]) -> None:
    waiting = fresh(clock)
    assert waiting.lost_with(pod(conditions=[NO_GPU])) is None
    clock[0] = 101
    why = waiting.lost_with(pod(conditions=[NO_GPU]))
    assert why is not None
    assert why.cause is Cause.NEVER_SCHEDULED
    assert "Insufficient nvidia.com/gpu" in why.words
    assert "`schedule_timeout_s`" in why.words


def test_waiting_for_admission_is_neither_start_up_nor_a_failure(clock: list[float]) -> None:
    gated = pod(gates=[k8s.V1PodSchedulingGate(name="kueue.x-k8s.io/admission")])
    waiting = fresh(clock)
    clock[0] = 100_000
    assert waiting.lost_with(gated) is None
    clock[0] += 1
    assert waiting.lost_with(pod(conditions=[NO_GPU])) is None, "its own time begins with its admission"
    clock[0] += 101
    assert waiting.lost_with(pod(conditions=[NO_GPU])) is not None


def test_a_wrong_image_fails_after_a_minute_and_a_registry_that_comes_back_does_not(clock: list[float]) -> None:
    waiting = fresh(clock)
    bad = pod(node="n", state=waits("ErrImagePull", "not found"))
    assert waiting.lost_with(bad) is None
    clock[0] = 49
    assert waiting.lost_with(bad) is None
    clock[0] = 51
    why = waiting.lost_with(bad)
    assert why is not None
    assert why.cause is Cause.IMAGE_NOT_PULLED
    assert "stage:1" in why.words
    assert "ErrImagePull" in why.words
    assert waiting.lost_with(pod(node="n", state=runs())) is None


def test_what_no_waiting_mends_is_not_waited_for(clock: list[float]) -> None:
    hopeless = {"InvalidImageName": Cause.IMAGE_NOT_PULLED, "CreateContainerConfigError": Cause.STARTUP_TIMEOUT}
    for reason, cause in hopeless.items():
        why = fresh(clock).lost_with(pod(node="n", state=waits(reason, "so it is")))
        assert why is not None
        assert why.cause is cause
        assert "so it is" in why.words


def test_a_node_that_is_late_with_a_secret_is_waited_for(clock: list[float]) -> None:
    waiting = fresh(clock)
    late = pod(node="n", state=waits("CreateContainerConfigError", "failed to sync secret cache: timed out waiting"))
    assert waiting.lost_with(late) is None
    clock[0] = 51
    why = waiting.lost_with(late)
    assert why is not None
    assert (why.cause, "failed to sync secret cache" in why.words) == (Cause.STARTUP_TIMEOUT, True)


def test_a_pod_that_does_not_start_on_its_node_fails_in_time(clock: list[float]) -> None:
    waiting = fresh(clock)
    creating = pod(node="gpu-7", state=waits("ContainerCreating"))
    assert waiting.lost_with(creating) is None
    assert waiting.next_look_s(creating) == 30
    clock[0] = 51
    why = waiting.lost_with(creating)
    assert why is not None
    assert why.cause is Cause.STARTUP_TIMEOUT
    assert "gpu-7" in why.words


def test_a_pod_that_runs_is_waited_for_as_long_as_it_takes(clock: list[float]) -> None:
    waiting = fresh(clock)
    waiting.lost_with(pod(node="n", state=runs()))
    clock[0] = 10**6
    assert waiting.lost_with(pod(node="n", state=runs())) is None
