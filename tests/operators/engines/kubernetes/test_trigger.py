"""Waiting in the triggerer, on a real cluster."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from include.contract.engines import Suspension
from include.contract.errors import Cause, Preempted
from include.contract.failures import failure_of
from operators.engines.kubernetes import trigger as trigger_module
from operators.engines.kubernetes.claim import delete, pods_of
from operators.engines.kubernetes.identity import TaskKey
from operators.engines.kubernetes.task_status import TaskStatus
from operators.engines.kubernetes.trigger import StagePodTrigger
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.kube import Workplace
from tests.operators.engines.kubernetes.shell import DONE, JOB, engine

pytestmark = pytest.mark.cluster


def suspended(kube: Workplace, key: TaskKey, script: str, **given: Any) -> StagePodTrigger:
    """The trigger of a stage that was deferred at once, as the triggerer makes it."""
    outcome = engine(kube, key, script, **{"sync_wait_s": 0, "hold_event_s": 0, **given}).run(JOB)
    assert isinstance(outcome, Suspension)
    path, arguments = outcome.trigger.serialize()
    assert path == "operators.engines.kubernetes.trigger.StagePodTrigger"
    return StagePodTrigger(**json.loads(json.dumps(arguments)))


def fired(trigger: StagePodTrigger) -> dict[str, Any]:
    return asyncio.run(_first(trigger))


def test_it_fires_when_the_stage_says_that_it_is_done_and_shows_its_lines(
    kube: Workplace, key: TaskKey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    began = time.monotonic()
    event = fired(suspended(kube, key, f"echo one; sleep 1; echo two; {DONE}; sleep 60"))
    assert time.monotonic() - began < 25
    assert (event["pod"], event["try_number"]) == (key.pod_name(), 1)
    assert "cause" not in event
    assert [text for text in caplog.messages if text in ("one", "two", "done")] == ["one", "two", "done"]


def test_it_holds_its_event_until_the_deferral_must_have_been_seen(kube: Workplace, key: TaskKey) -> None:
    waits = suspended(kube, key, DONE, hold_event_s=6)
    time.sleep(4)
    began = time.monotonic()
    fired(waits)
    assert time.monotonic() - began >= 6


def test_a_pod_that_is_deleted_is_told_with_what_it_said_last(
    kube: Workplace, key: TaskKey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    said = failure_of(Preempted("stopped at 2 of 6")).line()
    waits = suspended(
        kube,
        key,
        f"end() {{ echo '{said}' > /dev/termination-log; exit 75; }}; trap end TERM; echo listening; "
        "while true; do sleep 0.2; done",
    )

    async def delete_and_fire() -> dict[str, Any]:
        running = asyncio.create_task(_first(waits))
        while "listening" not in caplog.messages:
            await asyncio.sleep(0.1)
        (pod,) = pods_of(kube.admin, kube.namespace, key)
        delete(kube.admin, pod)
        return await running

    event = asyncio.run(delete_and_fire())
    assert event["failure"]["cause"] == Cause.PREEMPTED.value
    assert "stopped at 2 of 6" in event["failure"]["message"]


def test_a_pod_that_no_node_takes_is_not_waited_for_longer_than_it_should(kube: Workplace, key: TaskKey) -> None:
    event = fired(suspended(kube, key, DONE, profile={"node_selector": {"no-such-label": "yes"}}, schedule_timeout_s=3))
    assert event["cause"] == Cause.NEVER_SCHEDULED.value
    assert "node affinity/selector" in event["words"]


@pytest.mark.parametrize(
    ("status", "is_left"),
    [(TaskStatus.GONE, False), (TaskStatus.RESET, False), (TaskStatus.WAITED_FOR, True), (TaskStatus.UNKNOWN, True)],
)
def test_when_it_is_taken_away_the_pod_goes_only_if_nobody_waits_for_it(
    kube: Workplace, key: TaskKey, monkeypatch: pytest.MonkeyPatch, status: TaskStatus, is_left: bool
) -> None:
    monkeypatch.setattr(trigger_module, "task_status_of", lambda *_: status)
    own = replace(key, run_id=f"{key.run_id}-{status.value}")
    waits = suspended(kube, own, "sleep 60")
    waits.task_instance = SimpleNamespace(dag_id="d", run_id="r", task_id="t", map_index=-1)
    asyncio.run(waits.on_kill())
    left = [pod for pod in pods_of(kube.admin, kube.namespace, own) if pod.metadata.deletion_timestamp is None]
    assert bool(left) is is_left


def test_the_pod_goes_though_airflow_takes_the_trigger_away_a_second_time(
    kube: Workplace, key: TaskKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*_: object) -> TaskStatus:
        time.sleep(1)
        return TaskStatus.GONE

    monkeypatch.setattr(trigger_module, "task_status_of", slowly)
    waits = suspended(kube, key, "sleep 60")
    waits.task_instance = SimpleNamespace(dag_id="d", run_id="r", task_id="t", map_index=-1)

    async def kill_twice() -> None:
        killing = asyncio.create_task(waits.on_kill())
        await asyncio.sleep(0.3)
        killing.cancel()
        await asyncio.sleep(3)

    asyncio.run(kill_twice())
    assert not [pod for pod in pods_of(kube.admin, kube.namespace, key) if pod.metadata.deletion_timestamp is None]


def test_its_arguments_hold_no_secret(kube: Workplace, key: TaskKey) -> None:
    _, arguments = suspended(kube, key, "sleep 60").serialize()
    token = yaml.safe_load(Path(kube.kubeconfig).read_text())["users"][0]["user"]["token"]
    said = json.dumps(arguments)
    assert token not in said
    assert str(kube.kubeconfig) not in said


async def _first(trigger: StagePodTrigger) -> dict[str, Any]:
    async for event in trigger.run():
        return dict(event.payload)
    raise AssertionError("it ended without an event")
