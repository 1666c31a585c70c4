"""Waiting for a pod in the triggerer, without a worker."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from include.contract.errors import Cause
from include.contract.failures import Failure
from include.contract.messages import legible
from operators.engines.kubernetes.causes import FailureReason, failure_of_pod
from operators.engines.kubernetes.logs import LogCursor
from operators.engines.kubernetes.startup_timeouts import StartupTimeouts
from operators.engines.kubernetes.status import PodStage, stage_of
from operators.engines.kubernetes.task_status import TaskStatus, fate_of
from operators.engines.kubernetes.waiting import API_PATIENCE_S, LAST_LINES_S, OMITTED, POLL_S, WATCH_S
from operators.engines.lines import TaskLog

log = logging.getLogger(__name__)

_OK = 200
_DELETING: set[asyncio.Task[None]] = set()
"""Held here until they are done, since asyncio itself does not."""
_NOT_FOUND = 404
_CONFLICT = 409
"""Another pod has the name by now."""


class StagePodTrigger(BaseTrigger):
    """Fires once: when the pod has ended, is gone, or is not worth waiting for any longer.

    Its arguments lie in Airflow's database: names and limits only, never a secret.
    """

    def __init__(
        self,
        *,
        namespace: str,
        pod_name: str,
        pod_uid: str,
        pod_try_number: int,
        connection_id: str,
        log_since: str,
        log_bytes_per_s: int,
        schedule_timeout_s: float,
        startup_timeout_s: float,
        hold_event_s: float,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.namespace = namespace
        self.pod_name = pod_name
        self.pod_uid = pod_uid
        self.pod_try_number = pod_try_number
        self.connection_id = connection_id
        self.log_since = log_since
        self.log_bytes_per_s = log_bytes_per_s
        self.schedule_timeout_s = schedule_timeout_s
        self.startup_timeout_s = startup_timeout_s
        self.hold_event_s = hold_event_s
        self._pod: Any = None
        self._has_fired = False

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {
                "namespace": self.namespace,
                "pod_name": self.pod_name,
                "pod_uid": self.pod_uid,
                "pod_try_number": self.pod_try_number,
                "connection_id": self.connection_id,
                "log_since": self.log_since,
                "log_bytes_per_s": self.log_bytes_per_s,
                "schedule_timeout_s": self.schedule_timeout_s,
                "startup_timeout_s": self.startup_timeout_s,
                "hold_event_s": self.hold_event_s,
            },
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait, then say so; not before the scheduler has had the time to see that the task was deferred."""
        began = time.monotonic()
        async with self._hook().get_conn() as connection:
            from kubernetes_asyncio.client import CoreV1Api

            cursor = LogCursor(self.log_bytes_per_s, self.log_since)
            why = await self._until_end(CoreV1Api(connection), cursor)
        await asyncio.sleep(max(0.0, began + self.hold_event_s - time.monotonic()))
        self._has_fired = True
        event: dict[str, Any] = {"pod": self.pod_name, "try_number": self.pod_try_number, "log_since": cursor.since}
        if why is not None:
            event |= {"cause": why.cause.value, "words": legible(why.words)}
        elif (failure := self._failure()) is not None:
            event |= {"failure": failure.model_dump(mode="json")}
        yield TriggerEvent(event)  # type: ignore[no-untyped-call]

    async def on_kill(self) -> None:
        """Delete the pod, if its task does not wait for it any more.

        A triggerer that was believed dead may have lost the trigger to another one, which waits on; only the task's own
        state tells that from a user's kill.
        """
        if self._has_fired:
            return
        # Airflow cancels this at its next round again, which may come sooner than its own answer.
        deleting = asyncio.create_task(self._delete_unless_waited_for())
        _DELETING.add(deleting)
        deleting.add_done_callback(_DELETING.discard)
        await asyncio.shield(deleting)

    async def _delete_unless_waited_for(self) -> None:
        if await self._fate() not in (TaskStatus.GONE, TaskStatus.RESET):
            return
        log.info("The task is not deferred any more: pod %s is deleted", self.pod_name)
        from aiohttp import ClientError
        from kubernetes_asyncio.client import ApiException, CoreV1Api, V1DeleteOptions, V1Preconditions

        options = V1DeleteOptions(preconditions=V1Preconditions(uid=self.pod_uid))
        try:
            async with self._hook().get_conn() as connection:
                await CoreV1Api(connection).delete_namespaced_pod(self.pod_name, self.namespace, body=options)
        except (ApiException, ClientError, OSError) as error:
            if getattr(error, "status", None) not in (_NOT_FOUND, _CONFLICT):
                log.warning("Pod %s could not be deleted (%s); the reaper will", self.pod_name, error)

    def _failure(self) -> Failure | None:
        """Why the pod failed as it was last seen: soon it may be gone, with its words."""
        if self._pod is None or stage_of(self._pod) is not PodStage.ENDED:
            return None
        return failure_of_pod(self._pod, "")

    async def _fate(self) -> TaskStatus:
        ti = self.task_instance
        if ti is None:
            return TaskStatus.UNKNOWN
        index = -1 if ti.map_index is None else ti.map_index
        found: TaskStatus = await sync_to_async(fate_of)(ti.dag_id, ti.run_id, ti.task_id, index)
        return found

    def _hook(self) -> Any:
        from airflow.providers.cncf.kubernetes.hooks.kubernetes import AsyncKubernetesHook

        return AsyncKubernetesHook(conn_id=self.connection_id)

    async def _until_end(self, client: Any, cursor: LogCursor) -> FailureReason | None:
        """None when the pod has ended or is gone, else why it is not waited for any longer."""
        watching = asyncio.create_task(self._watch(client))
        following = asyncio.create_task(self._follow_log(client, cursor))
        try:
            await asyncio.wait({watching, following}, return_when=asyncio.FIRST_COMPLETED)
            if following.done() and cursor.is_done:
                return None
            why = await watching
            await asyncio.wait({following}, timeout=LAST_LINES_S)
            return why
        finally:
            for task in (watching, following):
                task.cancel()
            await asyncio.gather(watching, following, return_exceptions=True)

    async def _watch(self, client: Any) -> FailureReason | None:
        from aiohttp import ClientError
        from kubernetes_asyncio.client import ApiException

        patience = StartupTimeouts(self.schedule_timeout_s, self.startup_timeout_s)
        away_since: float | None = None
        while True:
            try:
                self._pod = await client.read_namespaced_pod(self.pod_name, self.namespace)
                away_since = None
                over, why = await self._watch_once(client, patience)
                if over:
                    return why
            except ApiException as error:
                if error.status == _NOT_FOUND:
                    return None
                away_since = await _pause(away_since)
            except (ClientError, OSError, TimeoutError):
                away_since = await _pause(away_since)
            if away_since is not None and time.monotonic() - away_since > API_PATIENCE_S:
                return FailureReason(
                    Cause.CLUSTER_AWAY, f"the Kubernetes API has not answered for {API_PATIENCE_S:g} s"
                )

    async def _watch_once(self, client: Any, patience: StartupTimeouts) -> tuple[bool, FailureReason | None]:
        """Follow changes until the pod is over, or for a while when it has begun to run.

        A pod that does not run yet is looked at again each second or so: its patience runs out without a change.
        """
        from kubernetes_asyncio import watch

        why = patience.lost_with(self._pod)
        if why is not None or stage_of(self._pod) is PodStage.ENDED:
            return True, why
        is_running = stage_of(self._pod) is PodStage.RUNNING
        async with watch.Watch().stream(
            client.list_namespaced_pod,
            self.namespace,
            field_selector=f"metadata.name={self.pod_name}",
            resource_version=self._pod.metadata.resource_version,
            timeout_seconds=WATCH_S if is_running else patience.next_look_s(self._pod),
        ) as changes:
            async for change in changes:
                if change["type"] == "DELETED":
                    return True, None
                self._pod = change["object"]
                why = patience.lost_with(self._pod)
                if why is not None or stage_of(self._pod) is PodStage.ENDED:
                    return True, why
        return False, None

    async def _follow_log(self, client: Any, cursor: LogCursor) -> None:
        """Show the log's lines as they come, until the stage says that it is done. Best effort."""
        from aiohttp import ClientError
        from kubernetes_asyncio.client import ApiException

        shown = TaskLog(log)
        while not cursor.is_done:
            if self._pod is None or stage_of(self._pod) not in (PodStage.RUNNING, PodStage.ENDED):
                await asyncio.sleep(POLL_S)
                continue
            try:
                is_cut = await self._read_log(client, cursor, shown)
            except (ApiException, ClientError, OSError, TimeoutError) as error:
                log.debug("The log of %s cannot be read now: %s", self.pod_name, error)
                is_cut = False
            if is_cut:
                shown.show(OMITTED)
                await asyncio.sleep(cursor.overran())
            elif not cursor.is_done:
                await asyncio.sleep(1.0)

    async def _read_log(self, client: Any, cursor: LogCursor, shown: TaskLog) -> bool:
        """One reading; whether it was cut because it brought all that may be shown."""
        from kubernetes_asyncio.client import ApiException

        response = await client.read_namespaced_pod_log(
            self.pod_name,
            self.namespace,
            follow=True,
            timestamps=True,
            since_seconds=cursor.begin(),
            limit_bytes=cursor.limit_bytes,
            _preload_content=False,
            _request_timeout=0,
        )
        if response.status != _OK:
            response.close()
            raise ApiException(status=response.status, reason=response.reason)
        taken = 0
        try:
            async for chunk in response.content.iter_any():
                taken += len(chunk)
                for line in cursor.lines(chunk):
                    shown.show(line)
                if cursor.is_done:
                    break
        finally:
            response.close()
        return taken >= cursor.limit_bytes


async def _pause(away_since: float | None) -> float:
    await asyncio.sleep(1.0)
    return away_since or time.monotonic()
