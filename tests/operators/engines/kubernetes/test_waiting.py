"""Waiting for a pod in a worker, on a real cluster."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from operators.engines.kubernetes.claim import pods_of
from operators.engines.kubernetes.identity import TaskKey
from operators.engines.kubernetes.waiting import OMITTED
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.kube import Workplace
from tests.operators.engines.kubernetes.pods import KEY
from tests.operators.engines.kubernetes.shell import DONE, JOB, engine

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(180)]


@pytest.fixture
def key(kube: Workplace, request: pytest.FixtureRequest) -> Iterator[TaskKey]:
    """A task of this test's own; whatever pods it leaves are removed."""
    own = replace(KEY, run_id=request.node.name)
    yield own
    for pod in pods_of(kube.admin, kube.namespace, own):
        kube.admin.delete_namespaced_pod(pod.metadata.name, kube.namespace, grace_period_seconds=0)


def test_lines_come_while_the_stage_runs_each_once_and_in_order(
    kube: Workplace, key: TaskKey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    script = f"for n in $(seq 1 8); do echo line $n; sleep 0.5; done; {DONE}"
    assert engine(kube, key, script, is_made=lambda _: True, deferrable=False).run(JOB) is None
    shown = [record for record in caplog.records if record.getMessage().startswith("line ")]
    assert [record.getMessage() for record in shown] == [f"line {n}" for n in range(1, 9)]
    assert shown[-1].created - shown[0].created > 2, "they came as they were written"


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
