"""Waiting for a pod in a worker: one watch and one log stream, each in a thread, whatever comes first counts."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from kubernetes import watch
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from include.contract.errors import Cause
from operators.engines.kubernetes.causes import FailureReason
from operators.engines.kubernetes.logs import LogCursor
from operators.engines.kubernetes.startup_timeouts import StartupTimeouts
from operators.engines.kubernetes.status import PodStage, condition, is_going, stage_of

if TYPE_CHECKING:
    from kubernetes.client import CoreV1Api

log = logging.getLogger(__name__)

POLL_S = 0.5
WATCH_S = 240
"""A watch is begun anew after so long, as every client's is."""
API_PATIENCE_S = 180.0
"""How long the API server may be away."""
LAST_LINES_S = 3.0
"""What the log's end may take once the container has ended."""
_NOT_FOUND = 404
_GONE = 410


@dataclass(frozen=True)
class End:
    """How waiting ended."""

    pod: Any
    """As last seen."""
    is_gone: bool = False
    is_done: bool = False
    """The stage has said that its result is there."""
    why: FailureReason | None = None
    """It is not waited for any longer, though it has not ended."""


@dataclass(frozen=True)
class _Seen:
    pod: Any
    is_gone: bool = False


@dataclass(frozen=True)
class _Away:
    error: Exception


class PodWait:
    """One pod, watched from a worker until it ends, or until it is time to give the worker back."""

    def __init__(self, client: CoreV1Api, pod: Any, cursor: LogCursor, patience: StartupTimeouts) -> None:
        self._client, self._pod, self._cursor, self._patience = client, pod, cursor, patience
        self._queue: SimpleQueue[_Seen | _Away | None] = SimpleQueue()
        self._over = Event()
        self._log_thread: Thread | None = None
        self._away_since: float | None = None

    def until_end(self, show: Callable[[str], None], check: Callable[[], None], limit_s: float | None) -> End | None:
        """Wait; None when the pod is better waited for by the triggerer.

        :param show: takes each line of the log.
        :param check: called often; raises when waiting makes no sense any longer.
        :param limit_s: seconds that a worker may wait; None for as long as it takes.
        """
        began = time.monotonic()
        Thread(target=self._watch, daemon=True, name="pod-watch").start()
        try:
            while True:
                check()
                end = self._look(show)
                if end is not None:
                    return end
                if limit_s is not None and (time.monotonic() - began > limit_s or _is_held_up(self._pod)):
                    return None
        finally:
            self._over.set()

    def _look(self, show: Callable[[str], None]) -> End | None:
        """Take in what has come; how it ended, when it has."""
        try:
            news = self._queue.get(timeout=POLL_S)
        except Empty:
            news = None
        if isinstance(news, _Away):
            return self._without_answer(news)
        if isinstance(news, _Seen):
            self._pod, self._away_since = news.pod, None
            if news.is_gone:
                return self._ended(End(self._pod, is_gone=True))
        if stage_of(self._pod) is PodStage.RUNNING and self._log_thread is None:
            self._follow_log(show)
        if self._cursor.is_done:
            return End(self._pod, is_done=True)
        if stage_of(self._pod) is PodStage.ENDED:
            if self._log_thread is None:
                self._follow_log(show)
            return self._ended(End(self._pod))
        why = self._patience.lost_with(self._pod)
        return End(self._pod, why=why) if why else None

    def _ended(self, end: End) -> End:
        """`end`, once the log's last lines have been shown."""
        if self._log_thread is not None:
            self._log_thread.join(LAST_LINES_S)
        return end

    def _without_answer(self, away: _Away) -> End | None:
        self._away_since = self._away_since or time.monotonic()
        if time.monotonic() - self._away_since < API_PATIENCE_S:
            return None
        words = f"the Kubernetes API has not answered for {API_PATIENCE_S:g} s: {away.error}"
        return End(self._pod, why=FailureReason(Cause.CLUSTER_AWAY, words))

    def _watch(self) -> None:
        """Every version of the pod, until it is gone or nobody listens."""
        name, namespace = self._pod.metadata.name, self._pod.metadata.namespace
        version: str | None = self._pod.metadata.resource_version
        while not self._over.is_set():
            try:
                if version is None:
                    found = self._client.read_namespaced_pod(name, namespace)
                    self._queue.put(_Seen(found))
                    version = found.metadata.resource_version
                version = self._watch_from(name, namespace, version)
            except ApiException as error:
                version = None
                if error.status == _NOT_FOUND:
                    self._queue.put(_Seen(self._pod, is_gone=True))
                    return
                self._pause(error)
            except (HTTPError, OSError) as error:
                version = None
                self._pause(error)

    def _watch_from(self, name: str, namespace: str, version: str) -> str | None:
        """Report changes after `version`; the last one's version, None when the pod has to be read again."""
        stream = watch.Watch().stream(
            self._client.list_namespaced_pod,
            namespace,
            field_selector=f"metadata.name={name}",
            resource_version=version,
            timeout_seconds=WATCH_S,
            _request_timeout=(5, WATCH_S + 15),
        )
        for event in stream:
            pod = event["object"]
            self._queue.put(_Seen(pod, is_gone=event["type"] == "DELETED"))
            version = pod.metadata.resource_version
            if self._over.is_set() or event["type"] == "DELETED":
                break
        return None

    def _pause(self, error: Exception) -> None:
        if getattr(error, "status", None) != _GONE:
            self._queue.put(_Away(error))
            self._over.wait(1.0)

    def _follow_log(self, show: Callable[[str], None]) -> None:
        self._log_thread = Thread(target=self._read_log, args=(show,), daemon=True, name="pod-log")
        self._log_thread.start()

    def _read_log(self, show: Callable[[str], None]) -> None:
        """Show lines until the container's log ends. Best effort: what is missed lies in the store as `log-*.jsonl`."""
        while not self._over.is_set():
            try:
                is_cut = self._read_once(show)
            except (ApiException, HTTPError, OSError) as error:
                log.debug("The log of %s cannot be read now: %s", self._pod.metadata.name, error)
                self._over.wait(1.0)
                continue
            if is_cut:
                show(OMITTED)
                self._over.wait(self._cursor.overran())
            elif stage_of(self._pod) is PodStage.ENDED or self._cursor.is_done:
                return
            else:
                self._over.wait(POLL_S)

    def _read_once(self, show: Callable[[str], None]) -> bool:
        """One reading; whether it was cut because it brought all that may be shown."""
        response = self._client.read_namespaced_pod_log(
            self._pod.metadata.name,
            self._pod.metadata.namespace,
            follow=True,
            timestamps=True,
            since_seconds=self._cursor.begin(),
            limit_bytes=self._cursor.limit_bytes,
            _preload_content=False,
            _request_timeout=(5, None),
        )
        taken = 0
        try:
            for chunk in response.stream(amt=None, decode_content=False):
                taken += len(chunk)
                for line in self._cursor.lines(chunk):
                    show(line)
                if self._cursor.is_done:
                    self._queue.put(None)
                    break
                if self._over.is_set():
                    break
        finally:
            response.release_conn()
        return taken >= self._cursor.limit_bytes


OMITTED = (
    "(the stage writes more than can be shown; lines are left out here and kept beside its manifest as log-*.jsonl)"
)


def _is_held_up(pod: Any) -> bool:
    """Whether no worker should wait for `pod`: nobody knows when it will run."""
    if is_going(pod):
        return False
    scheduled = condition(pod, "PodScheduled")
    is_refused = scheduled is not None and scheduled.reason == "Unschedulable"
    return stage_of(pod) is PodStage.GATED or (stage_of(pod) is PodStage.UNSCHEDULED and is_refused)
