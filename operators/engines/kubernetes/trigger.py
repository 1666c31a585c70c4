"""Waiting for a pod in the triggerer, without a worker."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError
from airflow.triggers.base import TriggerEvent
from kubernetes_asyncio.client import ApiException, CoreV1Api, V1DeleteOptions, V1Preconditions

from include.contract.messages import legible
from operators.engines.kubernetes.causes import failure_of_pod
from operators.engines.kubernetes.connection import awaitable_client, refusal_in_words
from operators.engines.kubernetes.logs import LogCursor
from operators.engines.kubernetes.startup_timeouts import StartupTimeouts
from operators.engines.kubernetes.status import PodStage, stage_of
from operators.engines.kubernetes.waiting import End, PodWait
from operators.engines.lines import TaskLog
from operators.engines.trigger import StageTrigger

log = logging.getLogger(__name__)


class StagePodTrigger(StageTrigger):
    """Waits for a pod."""

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
        super().__init__()
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
        """Wait, then fire; not before the scheduler has had time to see that the task was deferred."""
        began = time.monotonic()
        cursor = LogCursor(self.log_bytes_per_s, self.log_since)
        startup = StartupTimeouts(self.schedule_timeout_s, self.startup_timeout_s)
        shown = TaskLog(log)
        end = await PodWait(self._client, self.namespace, self.pod_name, startup, cursor, shown).until_end()
        await asyncio.sleep(max(0.0, began + self.hold_event_s - time.monotonic()))
        self._has_fired = True
        yield TriggerEvent(self._event(end, cursor.since, shown))  # type: ignore[no-untyped-call]

    async def end(self) -> None:
        """Delete the pod."""
        log.info("The task is no longer deferred, so pod %s is deleted", self.pod_name)
        options = V1DeleteOptions(preconditions=V1Preconditions(uid=self.pod_uid))
        try:
            async with self._client() as client:
                await client.delete_namespaced_pod(self.pod_name, self.namespace, body=options)
        except (ApiException, ClientError, OSError) as error:
            # A conflict: another pod has the name by now.
            if getattr(error, "status", None) not in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
                log.warning("Pod %s could not be deleted (%s); the reaper will", self.pod_name, refusal_in_words(error))

    def _client(self) -> AbstractAsyncContextManager[CoreV1Api]:
        return awaitable_client(self.connection_id)

    def _event(self, end: End, log_since: str, shown: TaskLog) -> dict[str, Any]:
        """What the worker that goes on is told."""
        event = {
            "pod": self.pod_name,
            "try_number": self.pod_try_number,
            "log_since": log_since,
            "last_lines": shown.last_lines,
        }
        if end.why is not None:
            return event | {"cause": end.why.cause.value, "words": legible(end.why.words)}
        has_ended = end.pod is not None and stage_of(end.pod) is PodStage.ENDED
        failure = failure_of_pod(end.pod, shown.tail()) if has_ended else None
        return event if failure is None else event | {"failure": failure.model_dump(mode="json")}
