"""One sweep over a namespace: list this Airflow's pods, ask what became of their tasks, delete those that are gone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from include.contract.errors import BadRequest, ClusterAway
from operators.engines.identity import AIRFLOW_ANNOTATION, APP, APP_LABEL, TaskKey, installation_id
from operators.engines.kubernetes.claim import delete
from operators.reaper.answers import Airflow, InstanceKey
from operators.reaper.verdict import Judgement, PodVerdict, at_sight, judge

if TYPE_CHECKING:
    from kubernetes.client import CoreV1Api

log = logging.getLogger(__name__)

PAGE_PODS = 200
_TIMEOUT_S = (5, 60)


@dataclass
class Report:
    """What a sweep did, in numbers."""

    what: str = "pods"
    removed: int = 0
    left: int = 0
    unknown: int = 0
    """Left, because nothing is known about their tasks."""
    undeletable: int = 0
    """The cluster refused to delete them."""

    @property
    def is_complete(self) -> bool:
        """Whether every pod was decided on, and every decision carried out."""
        return not self.unknown and not self.undeletable

    def __str__(self) -> str:
        return (
            f"{self.removed} {self.what} removed, {self.left} left, {self.unknown} left because Airflow did not say "
            f"what became of their tasks, {self.undeletable} that the cluster did not delete"
        )


def sweep(client: CoreV1Api, namespace: str, airflow: Airflow, *, is_dry_run: bool = False) -> Report:
    """Delete the pods in `namespace` whose tasks are gone; a line of log for each pod.

    :raises BadRequest: this Airflow cannot be told apart from another, or may not list pods.
    :raises ClusterAway: the Kubernetes API does not answer.
    """
    report = Report()
    for pod, judgement in _judged(_own_pods(client, namespace), airflow):
        if judgement.verdict is PodVerdict.REMOVE:
            _remove(client, pod, judgement.reason, report, is_dry_run)
        else:
            log.info("Left %s: %s", _told(pod), judgement.reason)
            report.left += judgement.verdict is PodVerdict.LEAVE
            report.unknown += judgement.verdict is PodVerdict.LEAVE_UNKNOWN
    log.info("%s%s", "Dry run, nothing was deleted: " if is_dry_run else "", report)
    return report


def _judged(pods: list[Any], airflow: Airflow) -> Iterator[tuple[Any, Judgement]]:
    """Each pod with its judgement. Airflow is asked after the pods were listed: its answers are the newer."""
    at_once = [(pod, at_sight(pod)) for pod in pods]
    keys = [TaskKey.read(pod.metadata.annotations) for pod, judgement in at_once if judgement is None]
    wanted = {InstanceKey.of(key) for key in keys if key is not None}
    answers = airflow.ask(wanted) if wanted else {}
    for pod, judgement in at_once:
        key = TaskKey.read(pod.metadata.annotations)
        if judgement is None and key is not None:
            judgement = judge(key, answers[InstanceKey.of(key)])
        if judgement is not None:
            yield pod, judgement


def check_installation() -> None:
    """Refuse to sweep where this Airflow's executions could not be told from another's.

    :raises BadRequest: what tells them apart is not set.
    """
    if not conf.get("api", "base_url", fallback=""):
        raise BadRequest(
            "Airflow's `[api] base_url` is not set: what another Airflow runs could not be told from what this one "
            "does, so nothing is removed. Set it (AIRFLOW__API__BASE_URL) to the same address in every component of "
            "this Airflow"
        )


def _own_pods(client: CoreV1Api, namespace: str) -> list[Any]:
    """Every stage's pod that this Airflow has started there."""
    check_installation()
    try:
        found = list(_pods(client, namespace))
    except ApiException as error:
        said = f"pods in `{namespace}` cannot be listed: the Kubernetes API answers {error.status} {error.reason}"
        if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise BadRequest(f"{said}; the reaper's role needs `list` and `delete` on pods there") from error
        raise ClusterAway(said) from error
    except (HTTPError, OSError) as error:
        raise ClusterAway(f"pods in `{namespace}` cannot be listed: {error}") from error
    return [pod for pod in found if (pod.metadata.annotations or {}).get(AIRFLOW_ANNOTATION) == installation_id()]


def _pods(client: CoreV1Api, namespace: str) -> Iterator[Any]:
    token: str | None = None
    while True:
        page = client.list_namespaced_pod(
            namespace,
            label_selector=f"{APP_LABEL}={APP}",
            limit=PAGE_PODS,
            _request_timeout=_TIMEOUT_S,
            **({"_continue": token} if token else {}),
        )
        yield from page.items
        token = page.metadata._continue
        if not token:
            return


def _remove(client: CoreV1Api, pod: Any, reason: str, report: Report, is_dry_run: bool) -> None:
    """Delete `pod`; one that cannot be deleted does not keep the others alive."""
    try:
        if not is_dry_run:
            delete(client, pod)
    except (ApiException, HTTPError, OSError) as error:
        log.error("Could not remove %s, though %s: %s", _told(pod), reason, getattr(error, "reason", None) or error)
        report.undeletable += 1
        return
    log.info("%s %s: %s", "Would remove" if is_dry_run else "Removed", _told(pod), reason)
    report.removed += 1


def _told(pod: Any) -> str:
    """The pod as a line of log names it."""
    key = TaskKey.read(pod.metadata.annotations)
    whose = f" of {InstanceKey.of(key)}, try {key.try_number}" if key else ""
    return f"pod {pod.metadata.name}{whose}"
