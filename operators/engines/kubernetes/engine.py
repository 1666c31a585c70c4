"""One request as one pod: found or created, waited for, read, and deleted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from airflow.providers.cncf.kubernetes.hooks.kubernetes import KubernetesHook
from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from include.contract.cluster import KubernetesSettings as Settings
from include.contract.deployments import Profile
from include.contract.ending import FailureReason, to_failure, without_manifest
from include.contract.engines import Job, RunOutcome, Suspension, TaskTry
from include.contract.errors import Cause
from include.contract.failures import Failure
from operators.engines.beside import run_beside
from operators.engines.identity import TaskKey
from operators.engines.kubernetes.causes import failure_of_pod, pod_gone
from operators.engines.kubernetes.claim import claim, delete, pods_of, try_of
from operators.engines.kubernetes.connection import NO_CLUSTER, awaitable_client, cluster_errors, refusal_in_words
from operators.engines.kubernetes.logs import LogCursor
from operators.engines.kubernetes.pods import PodShape, pod_of_try
from operators.engines.kubernetes.startup_timeouts import StartupTimeouts
from operators.engines.kubernetes.status import is_held_up
from operators.engines.kubernetes.trigger import StagePodTrigger
from operators.engines.kubernetes.waiting import POLL_S, End, PodWait
from operators.engines.leaving import Stopped, unless_left
from operators.engines.lines import TaskLog
from operators.engines.task_status import TaskStatus, task_status_of

if TYPE_CHECKING:
    from kubernetes.client import CoreV1Api

log = logging.getLogger(__name__)

_OLD_POD_S = 300.0
"""How long a pod that is being deleted may take to disappear, whatever its grace period."""


@dataclass(frozen=True)
class PodTask:
    """What the engine needs to know about the task whose stage it runs."""

    key: TaskKey
    profile: Profile
    shape: PodShape
    build: Callable[[], k8s.V1Pod]
    """Makes the operator's pod."""
    is_made: Callable[[int], bool]
    """Whether the try with this number left a manifest that counts as success."""
    count: Callable[[str], None]
    """Called with the `uid` of each pod that is created or found; its creator may have been lost before saying so."""


class KubernetesEngine:
    """Runs one request at a time."""

    def __init__(self, settings: Settings, task: PodTask) -> None:
        self._settings, self._task = settings, task
        self._pod: Any = None
        self._is_asked_to_stop = False

    def run(self, job: Job) -> RunOutcome:
        """Find the task's pod or start it, and wait for a while."""
        with cluster_errors(self._settings.connection_id):
            try:
                return self._run(job)
            except Stopped as stopped:
                return stopped.failure

    def resume(self, job: Job, event: Mapping[str, Any]) -> RunOutcome:
        """Continue after the triggerer has waited."""
        with cluster_errors(self._settings.connection_id):
            try:
                return self._resume(job, event)
            except Stopped as stopped:
                return stopped.failure

    def stop(self) -> None:
        """Note that the task is asked to stop; what that means for the pod is decided outside the signal handler."""
        self._is_asked_to_stop = True

    def abandon(self) -> None:
        """Delete the task's pods, and count them: nobody needs them any more."""
        try:
            for pod in pods_of(self._client, self._settings.namespace, self._task.key):
                delete(self._client, pod)
                self._task.count(pod.metadata.uid)
        except (ApiException, HTTPError, OSError, *NO_CLUSTER) as error:
            log.warning("The task's pods could not be deleted (%s); the reaper will", refusal_in_words(error))

    def _run(self, job: Job) -> RunOutcome:
        wanted = pod_of_try(self._task.build(), self._task.key, self._task.profile, self._task.shape, job.request_uri)
        limit = time.monotonic() + _OLD_POD_S
        self._pod, is_new = claim(self._client, wanted, self._task.key, lambda: self._check(limit))
        self._task.count(self._pod.metadata.uid)
        if is_new:
            log.info("Pod %s in %s: %s", self._pod.metadata.name, self._pod.metadata.namespace, job.request_uri)
        return self._wait(LogCursor(self._settings.log_bytes_per_s), TaskLog(log))

    @cached_property
    def _hook(self) -> KubernetesHook:
        return KubernetesHook(conn_id=self._settings.connection_id)

    @property
    def _client(self) -> CoreV1Api:
        return self._hook.core_v1_client

    def _wait(self, cursor: LogCursor, shown: TaskLog) -> RunOutcome:
        """Wait in this worker for a while, or for as long as it takes where nothing may be deferred."""
        end = run_beside(self._end_or_leave(cursor, shown, self._hook.conn_extras))
        if end is not None:
            return self._conclude(end, shown.tail())
        self._check()
        log.info("Pod %s is running; the triggerer waits for it", self._pod.metadata.name)
        return Suspension(self._trigger(cursor))

    async def _end_or_leave(self, cursor: LogCursor, shown: TaskLog, extras: Mapping[str, Any]) -> End | None:
        """How waiting ended; None when this worker waits no longer."""
        began, metadata = time.monotonic(), self._pod.metadata
        connect = partial(awaitable_client, self._settings.connection_id, extras)
        wait = PodWait(connect, metadata.namespace, metadata.name, self._startup(), cursor, shown, pod=self._pod)

        def leaves() -> bool:
            return self._is_asked_to_stop or self._is_better_deferred(wait.pod, began)

        return await unless_left(wait.until_end(), leaves, POLL_S)

    def _is_better_deferred(self, pod: Any, began: float) -> bool:
        if not self._settings.deferrable:
            return False
        return time.monotonic() - began > self._settings.sync_wait_s or is_held_up(pod)

    def _resume(self, job: Job, event: Mapping[str, Any]) -> RunOutcome:
        pod = _read(self._client, str(event["pod"]), self._settings.namespace)
        if pod is None:
            if self._task.is_made(int(event["try_number"])):
                return None
            said = event.get("failure")
            return Failure.model_validate(said) if said else pod_gone(str(event["pod"]))
        self._pod = pod
        if "cause" in event:
            return self._conclude(End(pod, why=FailureReason(Cause(event["cause"]), str(event["words"]))), "")
        cursor = LogCursor(self._settings.log_bytes_per_s, since=str(event.get("log_since", "")))
        if self._task.is_made(try_of(pod)):
            return self._conclude(End(pod, is_done=True), "")
        return self._wait(cursor, TaskLog(log, event.get("last_lines", ())))

    def _conclude(self, end: End, tail: str) -> RunOutcome:
        """Every path ends here: the manifest decides, whatever became of the pod."""
        if end.why is not None and end.why.cause is Cause.CLUSTER_AWAY:
            return to_failure(end.why)
        failure = None if self._task.is_made(try_of(end.pod)) else self._failure(end, tail)
        if not end.is_gone:
            delete(self._client, end.pod)
        return failure

    def _failure(self, end: End, tail: str) -> Failure:
        if end.why is not None:
            return to_failure(end.why)
        failure = failure_of_pod(end.pod, tail) if _has_ended(end) else None
        if failure is None and end.is_gone:
            return pod_gone(end.pod.metadata.name)
        return failure or without_manifest(f"the pod {end.pod.metadata.name}", tail)

    def _check(self, limit: float | None = None) -> None:
        """Raise when the task was asked to stop, or has waited too long for an old pod to go."""
        if self._is_asked_to_stop:
            raise Stopped(self._stopped())
        if limit is not None and time.monotonic() > limit:
            words = f"an older pod of this task is still there, {_OLD_POD_S:g} s after it was deleted"
            raise Stopped(to_failure(FailureReason(Cause.NODE_LOST, words)))

    def _stopped(self) -> Failure:
        """A user's kill takes the pod along; a worker that goes leaves it to the next try."""
        key = self._task.key
        status = task_status_of(key.dag_id, key.run_id, key.task_id, key.map_index)
        if status is TaskStatus.GONE:
            self.abandon()
            return to_failure(FailureReason(Cause.PREEMPTED, "the task was ended from outside; its pod is deleted"))
        where = f"its pod {self._pod.metadata.name} runs on" if self._pod is not None else "it had no pod yet"
        return to_failure(
            FailureReason(
                Cause.WORKER_STOPPED, f"the worker was asked to stop; {where}, and the next try takes it over"
            )
        )

    def _startup(self) -> StartupTimeouts:
        return StartupTimeouts(self._settings.schedule_timeout_s, self._settings.startup_timeout_s)

    def _trigger(self, cursor: LogCursor) -> StagePodTrigger:
        return StagePodTrigger(
            namespace=self._settings.namespace,
            pod_name=self._pod.metadata.name,
            pod_uid=self._pod.metadata.uid,
            pod_try_number=try_of(self._pod),
            connection_id=self._settings.connection_id,
            log_since=cursor.since,
            log_bytes_per_s=self._settings.log_bytes_per_s,
            schedule_timeout_s=self._settings.schedule_timeout_s,
            startup_timeout_s=self._settings.startup_timeout_s,
            hold_event_s=self._settings.hold_event_s,
        )


def begin(settings: Settings, task: TaskTry) -> KubernetesEngine:
    """The engine for one try of `task`."""
    pod_task = PodTask(
        key=TaskKey.of(task.context),
        profile=task.profile,
        shape=PodShape.of(task, settings),
        build=lambda: task.operator.build_pod_request_obj(task.context),
        is_made=task.is_made,
        count=task.count,
    )
    return KubernetesEngine(settings, pod_task)


def _read(client: CoreV1Api, name: str, namespace: str) -> Any:
    try:
        return client.read_namespaced_pod(name, namespace)
    except ApiException as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None


def _has_ended(end: End) -> bool:
    """Whether the pod as last seen says how it ended."""
    status = end.pod.status
    has_target = any(c.type in ("DisruptionTarget", "TerminationTarget") for c in status.conditions or ())
    has_state = any(s.state is not None and s.state.terminated for s in status.container_statuses or ())
    return bool(has_target or has_state or status.phase in ("Succeeded", "Failed"))
