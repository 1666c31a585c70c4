"""Waiting in the triggerer: on an API server that does what a test wants, and on a real cluster."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from include.contract.engines import Suspension
from include.contract.errors import Cause, Preempted
from include.contract.failures import failure_of
from operators.engines import trigger as waiting_in_triggerer
from operators.engines.identity import TaskKey
from operators.engines.kubernetes import trigger as trigger_module
from operators.engines.kubernetes.claim import delete, pods_of
from operators.engines.kubernetes.trigger import StagePodTrigger
from operators.engines.task_status import TaskStatus
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.kube import Workplace
from tests.operators.engines.kubernetes.api import PodApi
from tests.operators.engines.kubernetes.pods import ended, pod, runs
from tests.operators.engines.kubernetes.shell import DONE, JOB, engine

LIMIT_S = 30
"""More than any of these takes; a trigger that does not fire fails by it."""
SAYS_DONE = b'2026-11-25T12:00:09Z {"event": "done"}\n'
ARGUMENTS: dict[str, Any] = {
    "namespace": "atelier",
    "pod_name": "image-1",
    "pod_uid": "uid-1",
    "pod_try_number": 2,
    "connection_id": "kubernetes_default",
    "log_since": "",
    "log_bytes_per_s": 20_000,
    "schedule_timeout_s": 60,
    "startup_timeout_s": 60,
    "hold_event_s": 0,
}


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> PodApi:
    """To which Airflow's connection leads."""
    served = PodApi()

    @asynccontextmanager
    async def client(connection_id: str) -> AsyncIterator[Any]:
        assert connection_id == ARGUMENTS["connection_id"]
        async with served.client() as found:
            yield found

    monkeypatch.setattr(trigger_module, "awaitable_client", client)
    return served


async def _first(trigger: StagePodTrigger) -> dict[str, Any]:
    async for event in trigger.run():
        return dict(event.payload)
    raise AssertionError("it ended without an event")


def fired(**given: Any) -> dict[str, Any]:
    """The event of a trigger with these arguments."""
    return asyncio.run(asyncio.wait_for(_first(StagePodTrigger(**{**ARGUMENTS, **given})), LIMIT_S))


def test_it_fires_with_how_far_the_log_was_shown_when_the_stage_says_that_it_is_done(api: PodApi) -> None:
    api.pod = pod(node="n", state=runs())
    api.log_readings = [[SAYS_DONE]]
    assert fired() == {
        "pod": "image-1", "try_number": 2, "log_since": "2026-11-25T12:00:09Z", "last_lines": ["done"],
    }  # fmt: skip


def test_it_goes_on_in_the_log_where_the_worker_left_off(api: PodApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    api.pod = pod(node="n", state=runs())
    api.log_readings = [[b"2026-11-25T12:00:01Z one\n2026-11-25T12:00:02Z two\n", SAYS_DONE]]
    fired(log_since="2026-11-25T12:00:01Z")
    assert [text for text in caplog.messages if text in ("one", "two", "done")] == ["two", "done"]


def test_what_a_pod_that_has_ended_said_is_in_the_event_since_it_may_soon_be_gone(api: PodApi) -> None:
    said = failure_of(Preempted("stopped at 2 of 6"))
    api.pod = pod(node="n", state=ended(75, message=said.line()), phase="Failed")
    assert fired()["failure"] == said.model_dump(mode="json")


def test_a_failure_without_words_has_the_last_lines_that_were_shown(api: PodApi) -> None:
    api.pod = pod(node="n", state=ended(3), phase="Failed")
    api.log_readings = [[b"2026-11-25T12:00:01Z KeyError: bees\n"]]
    event = fired()
    assert "KeyError: bees" in event["failure"]["message"]
    assert event["last_lines"] == ["KeyError: bees"]


def test_one_that_ended_well_or_is_gone_unseen_is_for_the_worker_to_judge(api: PodApi) -> None:
    assert fired() == {"pod": "image-1", "try_number": 2, "log_since": "", "last_lines": []}
    api.pod = pod(node="n", state=ended(0), phase="Succeeded")
    assert "failure" not in fired()


def test_why_it_waits_no_longer_is_told_by_cause_and_in_words(api: PodApi) -> None:
    api.pod = pod(conditions=[("PodScheduled", "False", "Unschedulable", "no GPU\x00 left")])
    event = fired(schedule_timeout_s=0.1)
    assert event["cause"] == Cause.NEVER_SCHEDULED.value
    assert "no GPU" in event["words"]
    assert "\x00" not in event["words"], "an event is kept in a database that has no such character"


def test_it_holds_its_event_until_the_deferral_must_have_been_seen(
    api: PodApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[float] = []

    async def sleep(seconds: float) -> None:
        held.append(seconds)

    api.pod = pod(node="n", state=ended(0), phase="Succeeded")
    monkeypatch.setattr(trigger_module, "asyncio", SimpleNamespace(sleep=sleep))
    fired(hold_event_s=600)
    assert 600 - LIMIT_S < held[0] <= 600


def test_the_pod_that_it_waited_for_goes_with_its_task_and_no_later_one_of_its_name(
    api: PodApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_in_triggerer, "task_status_of", lambda *_: TaskStatus.GONE)
    asyncio.run(of_a_task().on_kill())
    assert api.deleted == ["uid-1"]


@pytest.mark.parametrize("refusal", [404, 409, 500])
def test_a_pod_that_cannot_be_deleted_is_left_to_the_reaper(
    api: PodApi, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, refusal: int
) -> None:
    monkeypatch.setattr(waiting_in_triggerer, "task_status_of", lambda *_: TaskStatus.GONE)
    api.refusals = [refusal]
    asyncio.run(of_a_task().on_kill())
    assert ("the reaper will" in caplog.text) is (refusal == 500), "one that is gone, or another by now, is no trouble"


def of_a_task() -> StagePodTrigger:
    """A trigger that knows whose it is."""
    trigger = StagePodTrigger(**ARGUMENTS)
    trigger.task_instance = SimpleNamespace(dag_id="d", run_id="r", task_id="t", map_index=-1)
    return trigger


def suspended(kube: Workplace, key: TaskKey, script: str, **given: Any) -> StagePodTrigger:
    """The trigger of a stage that was deferred at once, as the triggerer makes it."""
    outcome = engine(kube, key, script, **{"sync_wait_s": 0, "hold_event_s": 0, **given}).run(JOB)
    assert isinstance(outcome, Suspension)
    path, arguments = outcome.trigger.serialize()
    assert path == "operators.engines.kubernetes.trigger.StagePodTrigger"
    return StagePodTrigger(**json.loads(json.dumps(arguments)))


@pytest.mark.cluster
def test_on_a_cluster_it_fires_before_the_pod_has_ended_and_shows_its_lines(
    kube: Workplace, key: TaskKey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    event = asyncio.run(_first(suspended(kube, key, f"echo one; sleep 1; echo two; {DONE}; sleep 3600")))
    assert (event["pod"], event["try_number"]) == (key.pod_name(), 1)
    assert "cause" not in event
    assert [text for text in caplog.messages if text in ("one", "two", "done")] == ["one", "two", "done"]


@pytest.mark.cluster
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
        (found,) = pods_of(kube.admin, kube.namespace, key)
        delete(kube.admin, found)
        return await running

    event = asyncio.run(delete_and_fire())
    assert event["failure"]["cause"] == Cause.PREEMPTED.value
    assert "stopped at 2 of 6" in event["failure"]["message"]


@pytest.mark.cluster
def test_on_a_cluster_a_pod_that_nobody_waits_for_is_deleted_and_no_other(
    kube: Workplace, key: TaskKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_in_triggerer, "task_status_of", lambda *_: TaskStatus.GONE)
    other = replace(key, run_id=f"{key.run_id}-other")
    waits, _ = suspended(kube, key, "sleep 3600"), suspended(kube, other, "sleep 3600")
    waits.task_instance = SimpleNamespace(dag_id="d", run_id="r", task_id="t", map_index=-1)
    asyncio.run(waits.on_kill())
    assert list(living(kube, key)) == []
    assert list(living(kube, other)) == [other.pod_name()]
    for found in pods_of(kube.admin, kube.namespace, other):
        delete(kube.admin, found)


@pytest.mark.cluster
def test_its_arguments_hold_no_secret(kube: Workplace, key: TaskKey) -> None:
    _, arguments = suspended(kube, key, "sleep 60").serialize()
    token = yaml.safe_load(Path(kube.kubeconfig).read_text())["users"][0]["user"]["token"]
    said = json.dumps(arguments)
    assert token not in said
    assert str(kube.kubeconfig) not in said


def living(kube: Workplace, key: TaskKey) -> Iterator[str]:
    """Names of the task's pods that are not being deleted."""
    for found in pods_of(kube.admin, kube.namespace, key):
        if found.metadata.deletion_timestamp is None:
            yield found.metadata.name
