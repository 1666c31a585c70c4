"""One request as one pod, on a real cluster; the runtime is a shell script."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowTaskTimeout
from airflow.sdk.execution_time.timeout import TimeoutPosix

from atelier.testing import check_engine
from include.contract.engines import Suspension
from include.contract.errors import BadRequest, Cause, ClusterAway, CorruptInput, Preempted
from include.contract.failures import Failure, failure_of
from operators.engines.identity import TaskKey
from operators.engines.kubernetes import engine as engine_module
from operators.engines.kubernetes.claim import pods_of
from operators.engines.task_status import TaskStatus
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.kube import Workplace
from tests.operators.engines.kubernetes.shell import DONE, JOB, engine

pytestmark = pytest.mark.cluster
GONE_S = 40.0


@pytest.fixture
def handlers() -> Iterator[None]:
    """Signals' handlers are afterwards as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGALRM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@contextmanager
def signalled_when_it_listens(caplog: pytest.LogCaptureFixture, number: signal.Signals) -> Iterator[None]:
    """This process gets the signal once the stage has said that it listens."""
    caplog.set_level(logging.INFO)
    over = threading.Event()

    def wait_and_signal() -> None:
        while not over.wait(0.05):
            if "listening" in caplog.messages:
                os.kill(os.getpid(), number)
                return

    thread = threading.Thread(target=wait_and_signal)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def await_no_pod(kube: Workplace, key: TaskKey) -> None:
    limit = time.monotonic() + GONE_S
    while pods_of(kube.admin, kube.namespace, key):
        assert time.monotonic() < limit
        time.sleep(0.3)


def failed(outcome: Any) -> Failure:
    assert isinstance(outcome, Failure), outcome
    return outcome


@pytest.mark.parametrize("settings", [{"deferrable": False}, {"sync_wait_s": 0, "hold_event_s": 0}])
def test_it_keeps_what_every_engine_does_in_a_worker_and_in_the_triggerer(
    kube: Workplace, key: TaskKey, settings: dict[str, Any]
) -> None:
    check_engine(lambda script, is_made: engine(kube, key, script, is_made, **settings))


def test_a_stage_that_says_done_is_done_before_its_pod_has_ended(kube: Workplace, key: TaskKey) -> None:
    began = time.monotonic()
    assert engine(kube, key, f"{DONE}; sleep 30", is_made=lambda attempt: attempt == 1).run(JOB) is None
    assert time.monotonic() - began < 20
    await_no_pod(kube, key)


def test_a_stage_that_ends_well_and_left_no_manifest_is_a_bug_with_its_last_lines(
    kube: Workplace, key: TaskKey
) -> None:
    failure = failed(engine(kube, key, "echo the last words").run(JOB))
    assert failure.cause is Cause.BUG
    assert "the last words" in failure.message
    await_no_pod(kube, key)


def test_an_exit_code_without_words_is_told_with_the_last_lines(kube: Workplace, key: TaskKey) -> None:
    failure = failed(engine(kube, key, "echo KeyError; exit 3").run(JOB))
    assert (failure.cause, failure.exit_code) == (Cause.BUG, 3)
    assert "KeyError" in failure.message


def test_the_termination_message_is_what_failed(kube: Workplace, key: TaskKey) -> None:
    said = failure_of(CorruptInput("torn"), items=("a/1",))
    failure = failed(engine(kube, key, f"echo '{said.line()}' > /dev/termination-log; exit 65").run(JOB))
    assert failure == said


def test_a_manifest_counts_whatever_became_of_the_pod(kube: Workplace, key: TaskKey) -> None:
    assert engine(kube, key, "exit 1", is_made=lambda attempt: attempt == 1).run(JOB) is None


def test_a_manifest_of_an_earlier_try_does_not_count(kube: Workplace, key: TaskKey) -> None:
    second = replace(key, try_number=2)
    failure = failed(engine(kube, second, "exit 1", is_made=lambda attempt: attempt == 1).run(JOB))
    assert failure.cause is Cause.BUG


def test_a_stage_that_lasts_is_left_to_the_triggerer_and_taken_up_again(kube: Workplace, key: TaskKey) -> None:
    made = threading.Event()
    parts = {"is_made": lambda attempt: made.is_set() and attempt == 1, "sync_wait_s": 1}
    outcome = engine(kube, key, f"sleep 6; {DONE}; sleep 20", **parts).run(JOB)
    assert isinstance(outcome, Suspension)
    (pod,) = pods_of(kube.admin, kube.namespace, key)
    assert outcome.trigger.pod_name == pod.metadata.name
    made.set()
    again = engine(kube, key, "", **parts)
    assert again.resume(JOB, {"pod": outcome.trigger.pod_name, "try_number": 1, "log_since": ""}) is None
    await_no_pod(kube, key)


def test_a_pod_that_cannot_be_scheduled_defers_at_once(kube: Workplace, key: TaskKey) -> None:
    began = time.monotonic()
    profile = {"node_selector": {"no-such-label": "yes"}}
    outcome = engine(kube, key, DONE, profile=profile, sync_wait_s=60).run(JOB)
    assert isinstance(outcome, Suspension)
    assert time.monotonic() - began < 20


def test_a_pod_that_is_gone_when_it_is_looked_for_is_told_as_the_trigger_saw_it(kube: Workplace, key: TaskKey) -> None:
    event: dict[str, Any] = {"pod": key.pod_name(), "try_number": 1}
    gone = engine(kube, key, "")
    assert failed(gone.resume(JOB, event)).cause is Cause.POD_DELETED
    said = failure_of(Preempted("2 of 6"))
    assert gone.resume(JOB, {**event, "failure": said.model_dump(mode="json")}) == said
    assert engine(kube, key, "", is_made=lambda attempt: attempt == 1).resume(JOB, event) is None


@pytest.mark.timeout(300, method="thread")
def test_an_execution_timeout_ends_the_wait_at_once_and_then_the_pod(
    kube: Workplace, key: TaskKey, caplog: pytest.LogCaptureFixture, handlers: None
) -> None:
    running = engine(kube, key, "echo listening; sleep 3600", deferrable=False)
    with (
        signalled_when_it_listens(caplog, signal.SIGALRM),
        pytest.raises(AirflowTaskTimeout),
        TimeoutPosix(3600),
    ):
        running.run(JOB)
    running.abandon()
    await_no_pod(kube, key)


@pytest.mark.parametrize(
    ("status", "cause", "is_left"),
    [
        (TaskStatus.GONE, Cause.PREEMPTED, False),
        (TaskStatus.WAITED_FOR, Cause.WORKER_STOPPED, True),
        (TaskStatus.RESET, Cause.WORKER_STOPPED, True),
        (TaskStatus.UNKNOWN, Cause.WORKER_STOPPED, True),
    ],
)
def test_a_users_kill_takes_the_pod_along_and_a_worker_that_goes_leaves_it(
    kube: Workplace,
    key: TaskKey,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    handlers: None,
    status: TaskStatus,
    cause: Cause,
    is_left: bool,
) -> None:
    monkeypatch.setattr(engine_module, "task_status_of", lambda *_: status)
    own = replace(key, run_id=f"{key.run_id}-{status.value}")
    script = "trap 'exit 75' TERM; echo listening; while true; do sleep 0.2; done"
    running = engine(kube, own, script, deferrable=False)
    signal.signal(signal.SIGTERM, lambda *_: running.stop())
    with signalled_when_it_listens(caplog, signal.SIGTERM):
        assert failed(running.run(JOB)).cause is cause
    left = [pod for pod in pods_of(kube.admin, kube.namespace, own) if pod.metadata.deletion_timestamp is None]
    assert bool(left) is is_left
    running.abandon()
    await_no_pod(kube, own)


def test_what_the_api_refuses_is_no_reason_to_try_again_and_a_full_quota_is(kube: Workplace, key: TaskKey) -> None:
    with pytest.raises(BadRequest, match=r"PriorityClass.*not-there"):
        engine(kube, key, DONE, profile={"priority_class": "not-there"}).run(JOB)
    with pytest.raises(ClusterAway, match="exceeded quota"):
        engine(kube, key, DONE, profile={"cpu": 1000}).run(JOB)
