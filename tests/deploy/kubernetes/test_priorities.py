from __future__ import annotations

import pytest
from kubernetes.client import CoreV1Api, SchedulingV1Api
from kubernetes.client.exceptions import ApiException

from tests.deploy.kubernetes.pods import stage_pod
from tests.kube import Workplace

pytestmark = pytest.mark.cluster

AUTOSCALER_CUT_OFF = -10
"""Of the cluster autoscaler, as it comes: it starts no node for pods below."""
UNNAMED = 0
"""Priority of pods that name no class."""


def test_batch_gives_way_to_urgent_and_both_to_everybody_else(kube: Workplace) -> None:
    classes = SchedulingV1Api(kube.cluster.client)
    batch, urgent = (classes.read_priority_class(f"atelier-{name}") for name in ("batch", "urgent"))
    assert AUTOSCALER_CUT_OFF < batch.value < urgent.value < UNNAMED
    assert (batch.preemption_policy, urgent.preemption_policy) == ("Never", "PreemptLowerPriority")


@pytest.mark.parametrize(("name", "value"), [("atelier-batch", -2), ("atelier-urgent", -1)])
def test_pods_get_the_priority_of_their_profile(kube: Workplace, name: str, value: int) -> None:
    pod = stage_pod(kube.namespace, "true", priority_class=name)
    made = CoreV1Api(kube.airflow).create_namespaced_pod(kube.namespace, pod, dry_run="All")
    assert made.spec.priority == value


def test_a_class_that_nobody_made_is_named(kube: Workplace) -> None:
    pod = stage_pod(kube.namespace, "true", priority_class="atelier-tomorrow")
    with pytest.raises(ApiException) as refused:
        CoreV1Api(kube.airflow).create_namespaced_pod(kube.namespace, pod, dry_run="All")
    assert "no PriorityClass with name atelier-tomorrow was found" in refused.value.body
