"""An API server that knows one pod: what it answers is the test's to say. It runs in the test's own event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from kubernetes.client import models as k8s
from kubernetes_asyncio.client import ApiClient, Configuration, CoreV1Api

from tests.operators.engines.kubernetes.pods import plain, pod

_ROUNDS_TO_CONNECT = 4
"""Rounds of the event loop: what asyncio and aiohttp take at most from accepting a connection to serving it."""


class PodApi:
    """Serves one pod, its changes and its log."""

    def __init__(self) -> None:
        self.pod: k8s.V1Pod | None = None
        self.refusals: list[int] = []
        """Statuses that the next requests for the pod itself are refused with, in order; the last one for ever."""
        self.is_watchable = True
        self.refuses_only_first_connection = False
        self.connections = 0
        self.reads = 0
        self.deleted: list[str] = []
        """Uids of what was asked to be deleted."""
        self.log_readings: list[list[bytes]] = [[]]
        """What each reading of the log brings, chunk by chunk; the last one for ever. None: it cannot be read."""
        self._changes: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def change(self, pod: k8s.V1Pod, kind: str = "MODIFIED") -> None:
        """Have who watches see `pod`."""
        self._changes.put_nowait({"type": kind, "object": _told(pod)})

    @asynccontextmanager
    async def client(self) -> AsyncIterator[CoreV1Api]:
        """A client of it."""
        self.connections += 1
        if self.connections > 1 and self.refuses_only_first_connection:
            self.refusals = []
        app = web.Application()
        base = "/api/v1/namespaces/atelier/pods"
        app.add_routes(
            [
                web.get(base, self._watch),
                web.get(f"{base}/image-1", self._read),
                web.delete(f"{base}/image-1", self._delete),
                web.get(f"{base}/image-1/log", self._log),
            ]
        )
        runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            async with ApiClient(Configuration(host=f"http://127.0.0.1:{runner.addresses[0][1]}")) as connection:
                yield CoreV1Api(connection)
        finally:
            # A server that closes between accepting a connection and attaching it leaks its socket (CPython 3.11).
            for _ in range(_ROUNDS_TO_CONNECT):
                await asyncio.sleep(0)
            await runner.cleanup()

    async def _read(self, request: web.Request) -> web.Response:
        self.reads += 1
        if self.refusals:
            return _refusal(self.refusals.pop(0) if len(self.refusals) > 1 else self.refusals[0])
        return web.json_response(_told(self.pod)) if self.pod is not None else _refusal(404)

    async def _delete(self, request: web.Request) -> web.Response:
        if self.refusals:
            return _refusal(self.refusals[0])
        self.deleted.append((await request.json())["preconditions"]["uid"])
        return web.json_response(_told(pod()))

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        if not self.is_watchable:
            return _refusal(403)
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            async with asyncio.timeout(float(request.query["timeoutSeconds"])):
                while True:
                    await response.write(json.dumps(await self._changes.get()).encode() + b"\n")
        except TimeoutError:
            return response

    async def _log(self, request: web.Request) -> web.StreamResponse:
        if not self.log_readings:
            return _refusal(400)
        response = web.StreamResponse()
        await response.prepare(request)
        for chunk in self.log_readings.pop(0) if len(self.log_readings) > 1 else self.log_readings[0]:
            await response.write(chunk)
        return response


def _told(pod: k8s.V1Pod) -> dict[str, Any]:
    told: dict[str, Any] = plain(pod)
    told["metadata"]["resourceVersion"] = "1"
    return told


def _refusal(status: int) -> web.Response:
    return web.json_response({"kind": "Status", "code": status}, status=status)
