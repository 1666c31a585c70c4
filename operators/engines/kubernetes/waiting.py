"""Waiting for a pod: it is watched until it ends, and its log is shown as it comes.

The triggerer awaits this as it is; a worker runs it beside its main thread.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientTimeout
from kubernetes_asyncio import watch
from kubernetes_asyncio.client import ApiException, CoreV1Api

from include.contract.ending import FailureReason
from include.contract.errors import Cause
from operators.engines.kubernetes.logs import LogCursor
from operators.engines.kubernetes.startup_timeouts import StartupTimeouts
from operators.engines.kubernetes.status import PodStage, stage_of
from operators.engines.lines import TaskLog

log = logging.getLogger(__name__)

POLL_S = 0.5
RETRY_S = 1.0
"""After the API server did not answer, or refused."""
WATCH_S = 240
"""A watch is begun anew after so long, as every client's is."""
API_PATIENCE_S = 180.0
"""How long the API server may be away."""
LAST_LINES_S = 3.0
"""What the log's end may take once the container has ended."""
OMITTED = (
    "(the stage writes more than can be shown; lines are left out here and kept beside its manifest as log-*.jsonl)"
)
_CONNECT_S = 5
_SLACK_S = 15
"""What the server may be late with the end of a watch."""
_OK = 200
_NOT_FOUND = 404
_UNANSWERED = (ApiException, ClientError, OSError, TimeoutError)


@dataclass(frozen=True)
class End:
    """How waiting ended."""

    pod: Any
    """As last seen; None when it was gone before it was."""
    is_gone: bool = False
    is_done: bool = False
    """The stage has said that its result is there."""
    why: FailureReason | None = None
    """It is not waited for any longer, though it has not ended."""


class PodWait:
    """One pod that is waited for.

    :param pod: as it was found or made, if it was seen already.
    :param cursor: from where on its log is shown.
    :param shown: takes the log's lines.
    """

    def __init__(
        self,
        client: CoreV1Api,
        namespace: str,
        name: str,
        startup: StartupTimeouts,
        cursor: LogCursor,
        shown: TaskLog,
        pod: Any = None,
    ) -> None:
        self._client, self._namespace, self._name = client, namespace, name
        self._startup, self._cursor, self._shown = startup, cursor, shown
        self.pod = pod
        self._has_begun = asyncio.Event()
        self._is_over = False

    async def until_end(self) -> End:
        """How it ended: the stage says that it is done, the pod is over, or it is not worth waiting for any longer."""
        watching = asyncio.create_task(self._watch())
        following = asyncio.create_task(self._follow_log())
        try:
            await asyncio.wait({watching, following}, return_when=asyncio.FIRST_COMPLETED)
            if self._cursor.is_done:
                return End(self.pod, is_done=True)
            end = await watching
            if end.why is None and self._has_begun.is_set():
                await asyncio.wait({following}, timeout=LAST_LINES_S)
            return end
        finally:
            for task in (watching, following):
                task.cancel()
            await asyncio.gather(watching, following, return_exceptions=True)

    async def _watch(self) -> End:
        """Follow the pod until it is over, whatever the API server does for a while."""
        away_since: float | None = None
        while True:
            try:
                self._see(await self._client.read_namespaced_pod(self._name, self._namespace))
                away_since = None
                end = self._end() or await self._watch_on()
            except _UNANSWERED as error:
                if getattr(error, "status", None) == _NOT_FOUND:
                    end = End(self.pod, is_gone=True)
                else:
                    away_since = away_since or time.monotonic()
                    end = self._without_answer(away_since, error)
                    if end is None:
                        await asyncio.sleep(RETRY_S)
            if end is not None:
                self._is_over = True
                return end

    async def _watch_on(self) -> End | None:
        """Take in changes for a while; how it ended, when it has.

        A pod that does not run yet is not watched longer than until its time to start may be over without any change.
        """
        is_running = stage_of(self.pod) is PodStage.RUNNING
        seconds = WATCH_S if is_running else self._startup.next_look_s(self.pod)
        async with watch.Watch().stream(
            self._client.list_namespaced_pod,
            self._namespace,
            field_selector=f"metadata.name={self._name}",
            resource_version=self.pod.metadata.resource_version,
            timeout_seconds=seconds,
            _request_timeout=(_CONNECT_S, seconds + _SLACK_S),
        ) as changes:
            async for change in changes:
                self._see(change["object"])
                end = End(self.pod, is_gone=True) if change["type"] == "DELETED" else self._end()
                if end is not None:
                    return end
        return None

    def _see(self, pod: Any) -> None:
        self.pod = pod
        if stage_of(pod) in (PodStage.RUNNING, PodStage.ENDED):
            self._has_begun.set()

    def _end(self) -> End | None:
        """How it ended, by the pod alone."""
        if stage_of(self.pod) is PodStage.ENDED:
            return End(self.pod)
        why = self._startup.lost_with(self.pod)
        return End(self.pod, why=why) if why else None

    def _without_answer(self, since: float, error: Exception) -> End | None:
        if time.monotonic() - since < API_PATIENCE_S:
            return None
        words = f"the Kubernetes API has not answered for {API_PATIENCE_S:g} s: {error}"
        return End(self.pod, why=FailureReason(Cause.CLUSTER_AWAY, words))

    async def _follow_log(self) -> None:
        """Show lines until the stage says that it is done, or its log ends. Best effort: all lies in the store too."""
        await self._has_begun.wait()
        while True:
            try:
                is_cut = await self._read_log()
            except _UNANSWERED as error:
                log.debug("The log of %s cannot be read now: %s", self._name, error)
                await asyncio.sleep(RETRY_S)
                continue
            if is_cut:
                self._shown.show(OMITTED)
                await asyncio.sleep(self._cursor.overran())
            elif self._is_over or self._cursor.is_done:
                return
            else:
                await asyncio.sleep(POLL_S)

    async def _read_log(self) -> bool:
        """One reading; whether it was cut because it brought all that may be shown."""
        since_s = self._cursor.begin()
        since: dict[str, Any] = {} if since_s is None else {"since_seconds": since_s}
        response: Any = await self._client.read_namespaced_pod_log(
            self._name,
            self._namespace,
            follow=True,
            timestamps=True,
            limit_bytes=self._cursor.limit_bytes,
            _preload_content=False,
            _request_timeout=ClientTimeout(connect=_CONNECT_S),
            **since,
        )
        taken = 0
        try:
            if response.status != _OK:
                raise ApiException(status=response.status, reason=response.reason)
            async for chunk in response.content.iter_any():
                taken += len(chunk)
                for line in self._cursor.lines(chunk):
                    self._shown.show(line)
                if self._cursor.is_done:
                    break
        finally:
            response.close()
        return taken >= self._cursor.limit_bytes
