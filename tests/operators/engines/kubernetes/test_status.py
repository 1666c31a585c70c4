from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import models as k8s

from operators.engines.kubernetes.status import PodStage, condition, is_going, is_held_up, stage_of, waiting_reason
from tests.operators.engines.kubernetes.pods import ended, pod, runs, waits


@pytest.mark.parametrize(
    ("given", "stage"),
    [
        ({}, PodStage.UNSCHEDULED),
        ({"conditions": [("PodScheduled", "False", "Unschedulable")]}, PodStage.UNSCHEDULED),
        ({"conditions": [("PodScheduled", "False", "SchedulingGated")]}, PodStage.GATED),
        ({"gates": [k8s.V1PodSchedulingGate(name="kueue.x-k8s.io/admission")]}, PodStage.GATED),
        ({"node": "n"}, PodStage.STARTING),
        ({"node": "n", "state": waits("ContainerCreating")}, PodStage.STARTING),
        ({"node": "n", "state": runs(), "phase": "Running"}, PodStage.RUNNING),
        ({"node": "n", "state": ended(0), "phase": "Running"}, PodStage.ENDED),
        ({"node": "n", "phase": "Failed", "reason": "Evicted"}, PodStage.ENDED),
        ({"phase": "Failed"}, PodStage.ENDED),
    ],
)
def test_where_a_pod_is_on_its_way(given: dict[str, Any], stage: PodStage) -> None:
    assert stage_of(pod(**given)) is stage


@pytest.mark.parametrize(
    ("given", "is_held"),
    [
        ({}, False),
        ({"conditions": [("PodScheduled", "False", "Unschedulable")]}, True),
        ({"gates": [k8s.V1PodSchedulingGate(name="kueue.x-k8s.io/admission")]}, True),
        ({"gates": [k8s.V1PodSchedulingGate(name="kueue.x-k8s.io/admission")], "going": True}, False),
        ({"node": "n", "conditions": [("PodScheduled", "True")]}, False),
        ({"node": "n", "state": runs(), "phase": "Running"}, False),
    ],
)
def test_whether_nobody_knows_when_it_will_run(given: dict[str, Any], is_held: bool) -> None:
    assert is_held_up(pod(**given)) is is_held


def test_a_container_of_another_name_says_nothing_of_the_stage() -> None:
    found = pod(node="n", state=ended(0), phase="Running")
    found.status.container_statuses[0].name = "side"
    assert stage_of(found) is PodStage.STARTING


def test_what_a_pod_says_is_found_or_empty() -> None:
    found = pod(state=waits("ErrImagePull", "not found"), conditions=[("Ready", "False")], going=True)
    assert waiting_reason(found) == ("ErrImagePull", "not found")
    assert waiting_reason(pod()) == ("", "")
    assert condition(found, "Ready").status == "False"
    assert condition(found, "DisruptionTarget") is None
    assert (is_going(found), is_going(pod())) == (True, False)
