"""Waiting for a pod: it is watched until it ends, and its log is shown as it comes.

The triggerer awaits this directly; a worker runs it beside its main thread.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientTimeout
from kubernetes_asyncio import watch
from kubernetes_asyncio.client import ApiException, CoreV1Api

from include.contract.ending import FailureReason
from include.contract.errors import Cause
from operators.engines.kubernetes.connection import refusal_in_words
from operators.engines.kubernetes.logs import LogCursor
from operators.engines.kubernetes.startup_timeouts import StartupTimeouts
from operators.engines.kubernetes.status import PodStage, stage_of
from operators.engines.lines import OMITTED, TaskLog

log = logging.getLogger(__name__)

POLL_S = 0.5
RETRY_S = 1.0
"""Pause after the API server did not answer, or refused."""
WATCH_S = 240
"""A watch is renewed after so long, as in every client."""
API_PATIENCE_S = 180.0
"""How long the API server may be away."""
LAST_LINES_S = 3.0
"""How long the end of the log may take once the container has ended."""
_CONNECT_S = 5
_SLACK_S = 15
"""How late the server may end a watch."""
Connect = Callable[[], AbstractAsyncContextManager[CoreV1Api]]
_UNANSWERED = (ApiException, ClientError, OSError, TimeoutError)


@dataclass(frozen=True)
class End:
    """How waiting ended."""

    pod: Any
    """The pod as last seen; None if it was gone before."""
    is_gone: bool = False
    is_done: bool = False
    """The stage has said that its result is there."""
    why: FailureReason | None = None
    """Why it is no longer waited for, although it has not ended."""


class PodWait:
    """One pod that is waited for.

    :param connect: connects to its cluster; again once the credentials have expired.
    :param pod: the pod as found or created, if it was seen already.
    :param cursor: where to start showing its log.
    :param shown: takes the log's lines.
    """

    def __init__(
        self,
        connect: Connect,
        namespace: str,
        name: str,
        startup: StartupTimeouts,
        cursor: LogCursor,
        shown: TaskLog,
        pod: Any = None,
    ) -> None:
        self._connect, self._namespace, self._name = connect, namespace, name
        self._startup, self._cursor, self._shown = startup, cursor, shown
        self.pod = pod
        self._has_begun = asyncio.Event()
        self._is_over = False

    async def until_end(self) -> End:
        """How it ended: the stage says that it is done, the pod has ended, or it is no longer worth waiting for."""
        async with AsyncExitStack() as connections:
            self._client = await connections.enter_async_context(self._connect())
            watching = asyncio.create_task(self._watch(connections))
            following = asyncio.create_task(self._follow_log())
            try:
                return await self._end_of(watching, following)
            finally:
                # Closed first, what is still in use is cut; closed after its user, it would wait for TLS's goodbye.
                await connections.aclose()
                for task in (watching, following):
                    task.cancel()
                await asyncio.gather(watching, following, return_exceptions=True)

    async def _end_of(self, watching: asyncio.Task[End], following: asyncio.Task[None]) -> End:
        """Whichever says it first; where the pod does, once the log's last lines are shown."""
        await asyncio.wait({watching, following}, return_when=asyncio.FIRST_COMPLETED)
        if self._cursor.is_done:
            return End(self.pod, is_done=True)
        end = await watching
        if end.why is None and self._has_begun.is_set():
            await asyncio.wait({following}, timeout=LAST_LINES_S)
        return end

    async def _watch(self, connections: AsyncExitStack) -> End:
        """Follow the pod until it is over, whatever the API server does for a while."""
        away_since: float | None = None
        while True:
            try:
                self._see(await self._client.read_namespaced_pod(self._name, self._namespace))
                away_since = None
                end = self._end() or await self._watch_on()
            except _UNANSWERED as error:
                status = getattr(error, "status", None)
                if status == HTTPStatus.UNAUTHORIZED and away_since is None:
                    self._client = await connections.enter_async_context(self._connect())
                away_since = away_since or time.monotonic()
                is_gone = status == HTTPStatus.NOT_FOUND
                end = End(self.pod, is_gone=True) if is_gone else self._without_answer(away_since, error)
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
                    _cut(changes.resp)
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
        words = f"the pod {self._name} has not been seen for {API_PATIENCE_S:g} s: {refusal_in_words(error)}"
        return End(self.pod, why=FailureReason(Cause.CLUSTER_AWAY, words))

    async def _follow_log(self) -> None:
        """Show lines until the stage says that it is done, or its log ends. Best effort: all lies in the store too."""
        await self._has_begun.wait()
        while True:
            try:
                is_cut = await self._read_log()
            except _UNANSWERED as error:
                log.debug("The log of %s cannot be read now: %s", self._name, refusal_in_words(error))
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
            if response.status != HTTPStatus.OK:
                raise ApiException(status=response.status, reason=response.reason)
            async for chunk in response.content.iter_any():
                taken += len(chunk)
                for line in self._cursor.lines(chunk):
                    self._shown.show(line)
                if self._cursor.is_done:
                    break
        finally:
            _cut(response)
        return taken >= self._cursor.limit_bytes


def _cut(response: Any) -> None:
    """Close a connection at once, though more could come on it."""
    connection = response.connection
    if connection is not None and connection.transport is not None:
        connection.transport.abort()
    response.close()
