"""Waiting for a pod: on an API server that does what a test wants, and in a worker on a real cluster."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

import pytest
from kubernetes.client import models as k8s

from include.contract.errors import Cause
from operators.engines.identity import TaskKey
from operators.engines.kubernetes import waiting
from operators.engines.kubernetes.logs import LogCursor
from operators.engines.kubernetes.startup_timeouts import StartupTimeouts
from operators.engines.kubernetes.waiting import End, PodWait
from operators.engines.lines import OMITTED, TaskLog
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.kube import Workplace
from tests.operators.engines.kubernetes.api import PodApi
from tests.operators.engines.kubernetes.pods import ended, pod, runs, waits
from tests.operators.engines.kubernetes.shell import DONE, JOB, engine

SAYS_DONE = b'2026-11-25T12:00:09Z {"event": "done"}\n'
LIMIT_S = 30
"""More than any of these takes; a wait that does not end fails by it."""
Meanwhile = Callable[[PodApi, PodWait], Awaitable[None]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried again only after a second."""
    monkeypatch.setattr(waiting, "RETRY_S", 0.01)
    monkeypatch.setattr(waiting, "POLL_S", 0.01)


def end_of(
    api: PodApi,
    seen: k8s.V1Pod | None = None,
    startup: StartupTimeouts | None = None,
    meanwhile: Meanwhile | None = None,
) -> End:
    """How waiting for the API's pod ends, with what happens `meanwhile`."""

    async def wait_for_it() -> End:
        async with asyncio.timeout(LIMIT_S):
            cursor = LogCursor(20_000)
            shown = TaskLog(logging.getLogger("task"))
            wait = PodWait(
                api.client, "atelier", "image-1", startup or StartupTimeouts(60, 60), cursor, shown, pod=seen
            )
            ending = asyncio.create_task(wait.until_end())
            if meanwhile is not None:
                await meanwhile(api, wait)
            return await ending

    return asyncio.run(wait_for_it())


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await asyncio.sleep(0.01)


def test_it_ends_with_the_container() -> None:
    api = PodApi()
    api.pod = pod()
    api.change(pod(node="n", state=runs()))
    api.change(pod(node="n", state=ended(3)))
    end = end_of(api)
    assert end.pod.status.container_statuses[0].state.terminated.exit_code == 3
    assert (end.is_gone, end.is_done, end.why) == (False, False, None)


def test_the_stages_own_word_ends_it_before_the_pod_does(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    api = PodApi()
    api.pod = pod(node="n", state=runs())
    api.log_readings = [[b"2026-11-25T12:00:01Z one\n2026-11-25T12:00:02Z t", b"wo\n" + SAYS_DONE]]
    assert end_of(api).is_done
    assert [text for text in caplog.messages if text in ("one", "two", "done")] == ["one", "two", "done"]


def test_the_last_lines_are_shown_of_a_container_that_has_ended(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    api = PodApi()
    api.pod = pod(node="n", state=ended(1), phase="Failed")
    api.log_readings = [[b"2026-11-25T12:00:01Z KeyError\n"]]
    assert not end_of(api).is_done
    assert "KeyError" in caplog.messages


def test_a_log_that_ends_before_its_container_is_read_on_without_showing_a_line_twice(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    api = PodApi()
    api.pod = pod(node="n", state=runs())
    one, two = b"2026-11-25T12:00:01Z one\n", b"2026-11-25T12:00:02Z two\n"
    api.log_readings = [[one], [one, two], [two, SAYS_DONE]]
    assert end_of(api).is_done
    assert [text for text in caplog.messages if text in ("one", "two", "done")] == ["one", "two", "done"]


def test_a_pod_that_is_deleted_is_gone_with_what_it_said_last() -> None:
    api = PodApi()
    api.pod = pod(node="n", state=runs())

    async def delete(api: PodApi, wait: PodWait) -> None:
        await until(lambda: wait.pod is not None)
        api.change(pod(node="n", state=ended(75), going=True), "DELETED")

    end = end_of(api, meanwhile=delete)
    assert end.is_gone
    assert end.pod.status.container_statuses[0].state.terminated.exit_code == 75


def test_a_pod_that_is_gone_when_it_is_looked_for_is_gone_as_it_was_seen_before() -> None:
    assert end_of(PodApi()) == End(None, is_gone=True)
    seen = pod(node="n")
    assert end_of(PodApi(), seen) == End(seen, is_gone=True)


def test_its_patience_runs_out_without_any_change() -> None:
    api = PodApi()
    api.pod = pod(node="n", state=waits("ContainerCreating"))
    end = end_of(api, startup=StartupTimeouts(schedule_timeout_s=60, startup_timeout_s=0.5))
    assert end.why is not None
    assert end.why.cause is Cause.STARTUP_TIMEOUT


@pytest.mark.parametrize("status", [401, 410, 429, 500, 503])
def test_an_api_that_refuses_for_a_while_is_asked_again(status: int) -> None:
    api = PodApi()
    api.pod = pod(node="n", state=ended(0), phase="Succeeded")
    api.refusals = [status, status]

    async def recover(api: PodApi, wait: PodWait) -> None:
        await until(lambda: api.reads > 2)
        api.refusals = []

    assert end_of(api, meanwhile=recover).why is None


def test_expired_credentials_are_asked_for_anew_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "API_PATIENCE_S", 0.2)
    api = PodApi()
    api.refusals = [401]
    why = end_of(api, pod(node="n")).why
    assert why is not None
    assert why.cause is Cause.CLUSTER_AWAY
    assert api.connections == 2


def test_with_credentials_that_are_good_again_it_waits_on() -> None:
    api = PodApi()
    api.pod = pod(node="n", state=ended(0), phase="Succeeded")
    api.refusals, api.refuses_only_first_connection = [401], True
    assert end_of(api).pod.status.phase == "Succeeded"


def test_an_api_that_is_away_for_too_long_is_told_with_its_last_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "API_PATIENCE_S", 0.2)
    api = PodApi()
    api.refusals = [503]
    why = end_of(api, pod(node="n")).why
    assert why is not None
    assert why.cause is Cause.CLUSTER_AWAY
    assert "503" in why.words


def test_a_pod_that_may_not_be_watched_is_looked_at_again_and_again() -> None:
    api = PodApi()
    api.is_watchable = False
    api.pod = pod(node="n", state=runs())

    async def end(api: PodApi, wait: PodWait) -> None:
        await until(lambda: api.reads > 3)
        api.pod = pod(node="n", state=ended(0), phase="Succeeded")

    assert end_of(api, meanwhile=end).pod.status.phase == "Succeeded"


def test_a_log_that_cannot_be_read_keeps_nothing_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LAST_LINES_S", 0.2)
    api = PodApi()
    api.log_readings = []
    api.pod = pod(phase="Failed", reason="Evicted")
    assert end_of(api).pod.status.reason == "Evicted"


@pytest.mark.cluster
def test_lines_come_while_the_stage_runs_each_once_and_in_order(
    kube: Workplace, key: TaskKey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    script = f"for n in $(seq 1 8); do echo line $n; sleep 0.5; done; {DONE}"
    assert engine(kube, key, script, is_made=lambda _: True, deferrable=False).run(JOB) is None
    shown = [record for record in caplog.records if record.getMessage().startswith("line ")]
    assert [record.getMessage() for record in shown] == [f"line {n}" for n in range(1, 9)]
    assert shown[-1].created - shown[0].created > 2, "they came as they were written"


@pytest.mark.cluster
def test_of_a_flood_only_so_much_is_shown_and_the_rest_is_said_to_be_left_out(
    kube: Workplace, key: TaskKey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    script = f"yes 0123456789012345678901234567890123456789 | head -c 2000000; {DONE}; sleep 2"
    began = time.monotonic()
    flooded = engine(kube, key, script, is_made=lambda _: True, deferrable=False, log_bytes_per_s=2048)
    assert flooded.run(JOB) is None
    assert time.monotonic() - began < 60
    assert OMITTED in caplog.messages
    shown = [text for text in caplog.messages if text.startswith("0123456789")]
    assert 0 < sum(map(len, shown)) < 100_000
