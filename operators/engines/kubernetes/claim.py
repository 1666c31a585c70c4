"""Finding a task's pod again, or creating it: never two at once (what `durable` promises)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kubernetes.client.exceptions import ApiException

from operators.engines.identity import REQUEST_ANNOTATION, TASK_LABEL, TaskKey
from operators.engines.kubernetes.status import PodStage, is_going, stage_of

if TYPE_CHECKING:
    from kubernetes.client import CoreV1Api
    from kubernetes.client import models as k8s

log = logging.getLogger(__name__)

POLL_S = 0.5


def claim(client: CoreV1Api, wanted: k8s.V1Pod, key: TaskKey, check: Callable[[], None]) -> tuple[Any, bool]:
    """The pod that runs `wanted`'s request, and whether it was just created.

    A pod of a cleared try, with another request, that has ended, or that is being deleted is never
    taken over: it is deleted, and waited for until it is gone.

    :param check: called while waiting; raises if waiting no longer makes sense.
    """
    while True:
        found = pods_of(client, wanted.metadata.namespace, key)
        usable = sorted((pod for pod in found if _is_usable(pod, wanted, key)), key=_most_advanced_first)
        others = [pod for pod in found if pod not in usable[:1]]
        for pod in others:
            if not is_going(pod):
                log.info("Pod %s does not belong to this try, so it is deleted", pod.metadata.name)
                delete(client, pod)
        if usable:
            log.info("Found pod %s of try %s, which is still running", usable[0].metadata.name, try_of(usable[0]))
            return usable[0], False
        if others:
            check()
            time.sleep(POLL_S)
            continue
        created = _create(client, wanted)
        if created is not None:
            return created, True


def pods_of(client: CoreV1Api, namespace: str, key: TaskKey) -> list[Any]:
    """All pods of the task instance, whatever their try."""
    found = client.list_namespaced_pod(namespace, label_selector=f"{TASK_LABEL}={key.task_digest()}").items
    return [pod for pod in found if key.same_task(TaskKey.read(pod.metadata.annotations))]


def try_of(pod: Any) -> int:
    """Number of the try that the pod was made for; 0 if it does not say."""
    own = TaskKey.read(pod.metadata.annotations)
    return own.try_number if own else 0


def delete(client: CoreV1Api, pod: Any) -> None:
    """Delete this pod only, not a later one of the same name."""
    from kubernetes.client import models as k8s

    options = k8s.V1DeleteOptions(preconditions=k8s.V1Preconditions(uid=pod.metadata.uid))
    try:
        client.delete_namespaced_pod(pod.metadata.name, pod.metadata.namespace, body=options)
    except ApiException as error:
        if error.status not in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
            raise


def _create(client: CoreV1Api, wanted: k8s.V1Pod) -> Any:
    """The new pod; None when there is one of its name, so that it has to be looked at."""
    try:
        return client.create_namespaced_pod(wanted.metadata.namespace, wanted)
    except ApiException as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        return None


def _is_usable(pod: Any, wanted: k8s.V1Pod, key: TaskKey) -> bool:
    own = TaskKey.read(pod.metadata.annotations)
    asks = (pod.metadata.annotations or {}).get(REQUEST_ANNOTATION)
    if own is None or is_going(pod) or own.max_tries != key.max_tries:
        return False
    if asks != wanted.metadata.annotations[REQUEST_ANNOTATION]:
        return False
    return stage_of(pod) is not PodStage.ENDED or own.try_number == key.try_number


def _most_advanced_first(pod: Any) -> tuple[int, Any]:
    order = [PodStage.ENDED, PodStage.RUNNING, PodStage.STARTING, PodStage.UNSCHEDULED, PodStage.GATED]
    return order.index(stage_of(pod)), pod.metadata.creation_timestamp
