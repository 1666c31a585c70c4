"""The store as the API server reaches it: never on the event loop, and never on the threads that Airflow answers with.

The API server also takes the workers' heartbeats, from one pool of threads. Whatever waits for the store here waits on
a few threads of its own, or as a coroutine; with the store stopped, those alone are held up.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from include.contract.deployments import StoreSettings
from include.contract.errors import StoreAway
from include.store.store import Store
from include.store.threads import daemon_threads
from operators.configuration import deployment_here
from operators.store import connected_store

T = TypeVar("T")
THREADS = 8
PATIENCE_S = 20.0
"""How long a person waits for the store before a page says that it does not answer."""
READ_TIMEOUT_S = 10.0
TRIES = 2
CONNECT_TIMEOUT_S = 5.0
CONNECTIONS = 200
"""How many files are passed on at once; further ones wait."""
SIGNED_FOR_S = 4 * 3600
"""Life of a link for a browser, which needs it each time that somebody seeks in a film."""
PASSED_ON_FOR_S = 600
"""Life of a link that the API server itself follows immediately."""
BROWSER_ENDPOINT = "browser_endpoint_url"
"""In the connection's extra: where browsers reach the store. Left out, files are passed on by the API server."""


@dataclass(frozen=True)
class Clients:
    """The store, and the client that signs links for browsers; None where browsers do not reach it."""

    store: Store
    for_browsers: Any | None


@dataclass
class Reach:
    """The pages' access to the store. One for each process and event loop."""

    http: httpx.AsyncClient
    threads: Executor
    _clients: Clients | None = field(default=None, init=False)

    async def read(self, ask: Callable[[Store], T]) -> T:
        """What `ask` reads from the store.

        :raises StoreAway: it did not answer in time.
        """
        return await self._in_thread(lambda: ask(self._connected().store))

    async def link(self, key: str, **answered: str) -> str:
        """A link to `key` for the API server; `answered` are headers of the answer, by S3's names."""
        return await self._in_thread(lambda: _signed(self._connected(), key, PASSED_ON_FOR_S, answered))

    async def link_for_browsers(self, key: str, **answered: str) -> str | None:
        """A link to `key` for a browser; None if browsers cannot reach the store."""

        def sign() -> str | None:
            clients = self._connected()
            if clients.for_browsers is None:
                return None
            return _signed(clients, key, SIGNED_FOR_S, answered, clients.for_browsers)

        return await self._in_thread(sign)

    def forget(self) -> None:
        """Reconnect at the next request, because the store has refused the current credentials."""
        self._clients = None

    def _connected(self) -> Clients:
        clients = self._clients or connect(deployment_here().store)
        self._clients = clients
        return clients

    async def _in_thread(self, do: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await loop.run_in_executor(self.threads, do)
        except TimeoutError as error:
            raise StoreAway(f"the store did not answer within {PATIENCE_S:g} s") from error


@asynccontextmanager
async def reaching() -> AsyncIterator[Reach]:
    """A `Reach` for as long as the API server runs."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS // 4)
    timeout = httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S, pool=PATIENCE_S)
    with daemon_threads(THREADS, "atelier-store") as threads:
        async with httpx.AsyncClient(limits=limits, timeout=timeout, verify=_trusted()) as http:
            yield Reach(http, threads)


def connect(settings: StoreSettings) -> Clients:
    """The store behind the Airflow connection that the deployment names.

    :raises BadRequest: there is no such connection, or it holds no credentials.
    """
    from airflow.sdk import BaseHook

    store = connected_store(settings, TRIES, READ_TIMEOUT_S)
    url = BaseHook.get_connection(settings.connection_id).extra_dejson.get(BROWSER_ENDPOINT)
    if not url:
        return Clients(store, None)
    return Clients(store, store.connection.client_of(str(url)))


def _signed(clients: Clients, key: str, life_s: int, answered: dict[str, str], client: Any = None) -> str:
    domain = clients.store.domain
    wanted = {"Bucket": domain.bucket, "Key": domain.prefix + key, **answered}
    signer = client or clients.store.connection.client
    return str(signer.generate_presigned_url("get_object", Params=wanted, ExpiresIn=life_s))


def _trusted() -> ssl.SSLContext | bool:
    """The authorities that boto3 trusts too."""
    bundle = os.environ.get("AWS_CA_BUNDLE")
    return ssl.create_default_context(cafile=bundle) if bundle else True
