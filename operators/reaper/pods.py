"""One sweep over a namespace: delete this Airflow's pods whose tasks are gone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from include.contract.errors import BadRequest, ClusterAway
from operators.engines.identity import APP, APP_LABEL, is_own
from operators.engines.kubernetes.claim import delete
from operators.engines.kubernetes.status import age_s, is_going
from operators.reaper.answers import Airflow
from operators.reaper.sweep import Ending, Report, Started, Sweep
from operators.reaper.verdict import TOO_YOUNG, YOUNG_S

if TYPE_CHECKING:
    from kubernetes.client import CoreV1Api

PAGE_PODS = 200
_TIMEOUT_S = (5, 60)


def sweep_pods(client: CoreV1Api, namespace: str, airflow: Airflow, *, is_dry_run: bool = False) -> Report:
    """Delete the pods in `namespace` whose tasks are gone; a line of log for each pod.

    :raises BadRequest: this Airflow cannot be told apart from another, or may not list pods.
    :raises ClusterAway: the Kubernetes API does not answer.
    """
    sweep = Sweep("pods", is_dry_run=is_dry_run)
    sweep.decide([_started(client, pod) for pod in _own_pods(client, namespace)], airflow, Ending.REMOVE)
    return sweep.finished()


def _started(client: CoreV1Api, pod: Any) -> Started:
    metadata = pod.metadata
    return Started.of(f"pod {metadata.name}", metadata.annotations, _left_at_sight(pod), partial(_delete, client, pod))


def _left_at_sight(pod: Any) -> str:
    """Why it is left without a question; empty if it is not."""
    if is_going(pod):
        return "it is being deleted already"
    return TOO_YOUNG if age_s(pod.metadata.creation_timestamp) < YOUNG_S else ""


def _own_pods(client: CoreV1Api, namespace: str) -> list[Any]:
    """Every stage's pod that this Airflow has started there."""
    try:
        found = list(_pods(client, namespace))
    except ApiException as error:
        said = f"pods in `{namespace}` cannot be listed: the Kubernetes API answers {error.status} {error.reason}"
        if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise BadRequest(f"{said}; the reaper's role needs `list` and `delete` on pods there") from error
        raise ClusterAway(said) from error
    except (HTTPError, OSError) as error:
        raise ClusterAway(f"pods in `{namespace}` cannot be listed: {error}") from error
    return [pod for pod in found if is_own(pod.metadata.annotations)]


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


def _delete(client: CoreV1Api, pod: Any) -> None:
    try:
        delete(client, pod)
    except (ApiException, HTTPError, OSError) as error:
        raise ClusterAway(str(getattr(error, "reason", None) or error)) from error
