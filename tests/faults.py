"""A store that misbehaves: a real server behind a proxy that breaks what a test names, and what has to come of it.

Which client speaks to it does not matter: a store's interface is tested, one `Case` for each of its public methods.
"""

from __future__ import annotations

import http.client
import socket
import struct
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import Cause
from include.contract.failures import failure_of

SILENCE_S = 0.5
"""Read time-out of a client that meets a silent store."""
ENOUGH_TRIES = 8
"""One fault costs one try; a machine that is busy, and late for that, may cost more."""
PATIENCE_S = 30.0
"""That of any other."""
StoreT = TypeVar("StoreT")


class How(Enum):
    """What becomes of a request."""

    ANSWER = auto()
    """It is answered by the fault, and goes no further."""
    AFTERWARDS = auto()
    """It is done by the server, and then answered by the fault."""
    DELETED = auto()
    """What it is about is deleted before; the fault answers."""
    RESET = auto()
    SILENCE = auto()
    CUT = auto()
    """The answer's body breaks off in the middle."""
    STALL = auto()
    """The answer's body stops in the middle, and nothing more comes."""


@dataclass(frozen=True)
class Fault:
    """How some requests go wrong."""

    name: str
    how: How
    status: int = 0
    code: str = ""
    only: Callable[[str, str, Mapping[str, str]], bool] = lambda method, path, headers: True
    """Which requests it meets, by method, path and headers."""

    def __str__(self) -> str:
        return self.name

    @property
    def read_timeout_s(self) -> float:
        """Of a client that meets it."""
        return SILENCE_S if self.how in (How.SILENCE, How.STALL) else PATIENCE_S


def _writes(method: str, path: str, headers: Mapping[str, str]) -> bool:
    return method in ("PUT", "POST", "DELETE")


def _reads(method: str, path: str, headers: Mapping[str, str]) -> bool:
    return method == "GET"


BUSY = Fault("503", How.ANSWER, 503, "SlowDown")
BROKEN = Fault("500", How.ANSWER, 500, "InternalError")
LOST_ANSWER = Fault("500-after-commit", How.AFTERWARDS, 500, "InternalError", _writes)
RESET = Fault("reset", How.RESET)
SILENT = Fault("silence", How.SILENCE)
CONFLICT_WITH_NOTHING = Fault("409-with-nothing-there", How.ANSWER, 409, "ConditionalRequestConflict")
BODY_CUT = Fault("body-cut", How.CUT, only=_reads)
BODY_STALLS = Fault("body-stalls", How.STALL, only=_reads)
PASSING = (
    BUSY,
    BROKEN,
    LOST_ANSWER,
    RESET,
    SILENT,
    Fault("502-of-a-proxy", How.ANSWER, 502),
    Fault("429", How.ANSWER, 429, "TooManyRequests"),
    Fault("429-without-code", How.ANSWER, 429),
    Fault("request-timeout", How.ANSWER, 400, "RequestTimeout"),
    Fault("expired-token", How.ANSWER, 400, "ExpiredToken"),
    Fault("clocks-apart", How.ANSWER, 403, "RequestTimeTooSkewed"),
    CONFLICT_WITH_NOTHING,
    Fault("409-of-the-bucket", How.ANSWER, 409, "OperationAborted"),
    BODY_CUT,
    BODY_STALLS,
)
"""Whatever meets one of these for good ends as `StoreAway`."""
WAYS = (BUSY, LOST_ANSWER, RESET, SILENT, CONFLICT_WITH_NOTHING, BODY_CUT, BODY_STALLS)
"""One of each way to pass: the others are answers of another status or code, which are told below what tries these."""
TRIED_AGAIN = (BUSY, BROKEN, LOST_ANSWER, RESET, SILENT)
"""Whatever meets one of these once has the right result."""
LASTING = (
    Fault("not-implemented", How.ANSWER, 501, "NotImplemented"),
    Fault("access-denied", How.ANSWER, 403, "AccessDenied"),
    Fault("no-such-bucket", How.ANSWER, 404, "NoSuchBucket", lambda method, path, headers: method != "HEAD"),
)
"""Whatever meets one of these fails for good."""
DELETED_BEFORE_REPLACED = Fault(
    "404-on-if-match",
    How.DELETED,
    404,
    "NoSuchKey",
    lambda method, path, headers: method == "PUT" and "If-Match" in headers,
)
"""As Amazon S3 answers `If-Match` when the object was deleted meanwhile."""


@dataclass(frozen=True)
class Case(Generic[StoreT]):
    """One public method of a store, called as it is meant to be."""

    method: str
    call: Callable[[StoreT], object]
    is_right: Callable[[object, StoreT], bool] = lambda result, store: result is None
    """Of the result, and a store that reads what lies there then."""
    before: Callable[[StoreT], object] = lambda store: None
    variant: str = ""

    def __str__(self) -> str:
        return f"{self.method}-{self.variant}" if self.variant else self.method


class FaultyServer:
    """The proxy: counts requests, and lets a fault meet those from `first` on, `times` of them."""

    def __init__(self, s3: S3) -> None:
        self.s3 = s3
        self.fault: Fault | None = None
        self.headers: Callable[[dict[str, str]], Mapping[str, str]] = lambda headers: headers
        """Of each answer of the server, as they go on."""
        self._lock = Lock()
        self._first = self._left = self.seen = 0
        self._met = Event()
        self.over = Event()
        """Set when nobody waits for a silent answer any longer."""

    def meet(self, fault: Fault | None, first: int = 0, times: int = 1_000_000) -> None:
        """From now on, requests count from 0, and `fault` meets those that are its own from number `first` on."""
        with self._lock:
            self.fault, self._first, self._left, self.seen = fault, first, times, 0
            self._met.clear()

    @property
    def has_met(self) -> bool:
        """Whether the fault has met any request."""
        return self._met.is_set()

    def wait_until_met(self) -> None:
        """Wait for the first request that the fault meets."""
        assert self._met.wait(PATIENCE_S), f"{self.fault} met no request"

    def fault_for(self, method: str, path: str, headers: Mapping[str, str]) -> Fault | None:
        """What goes wrong with the next request, if anything does."""
        with self._lock:
            number, self.seen = self.seen, self.seen + 1
            is_met = self.fault is not None and number >= self._first and self._left > 0
            if not is_met or self.fault is None or not self.fault.only(method, path, headers):
                return None
            self._left -= 1
            self._met.set()
            return self.fault


@contextmanager
def faulty(s3: S3) -> Iterator[tuple[S3, FaultyServer]]:
    """The same store behind the proxy, and the proxy."""
    control = FaultyServer(s3)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"control": control}))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield replace(s3, endpoint=f"http://127.0.0.1:{server.server_address[1]}"), control
    finally:
        control.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Hands a request on as it came: the signature covers the proxy's name, which the server is told too."""

    control: FaultyServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.control.fault_for(self.command, urlsplit(self.path).path, self.headers)
        if fault is None:
            self._answer(*self._forwarded(body))
        elif fault.how is How.RESET:
            self._reset()
        elif fault.how is How.SILENCE:
            self._wait()
        elif fault.how in (How.CUT, How.STALL):
            self._break_off(fault.how, *self._forwarded(body))
        else:
            if fault.how is How.AFTERWARDS:
                self._forwarded(body)
            elif fault.how is How.DELETED:
                s3 = self.control.s3
                path = urlsplit(self.path).path.removeprefix(f"/{s3.bucket}/")
                s3.client().delete_object(Bucket=s3.bucket, Key=path)
            self._answer(fault.status, {"Content-Type": "application/xml"}, _error(fault))

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _handle

    def _forwarded(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        address = urlsplit(self.control.s3.endpoint)
        upstream = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("expect", "connection"):
                    upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            headers = self.control.headers(dict(answer.getheaders()))
            return answer.status, dict(headers), answer.read()
        finally:
            upstream.close()

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self._begin(status, headers, len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def _begin(self, status: int, headers: Mapping[str, str], length: int) -> None:
        told = next((value for name, value in headers.items() if name.lower() == "content-length"), None)
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", told if self.command == "HEAD" and told else str(length))
        self.end_headers()

    def _break_off(self, how: How, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self._begin(status, headers, len(body))
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        if how is How.CUT:
            self._reset()
        else:
            self._wait()

    def _wait(self) -> None:
        self.control.over.wait()
        self.close_connection = True

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.connection.close()


def _error(fault: Fault) -> bytes:
    if not fault.code:
        return b"<html><body>try later</body></html>"
    return f"<?xml version='1.0'?><Error><Code>{fault.code}</Code><Message>no</Message></Error>".encode()


@dataclass(frozen=True)
class Bench(Generic[StoreT]):
    """A case on a store that misbehaves."""

    server: FaultyServer
    healthy: Callable[[str], StoreT]
    """A store at the server itself, with keys below a prefix."""
    through_proxy: Callable[[str, int, float], StoreT]
    """The same behind the proxy, whose client makes so many attempts and waits so many seconds for each."""
    requests: dict[str, int] = field(default_factory=dict)
    """How many each case makes when nothing goes wrong."""

    def fails_for_good(self, case: Case[StoreT], fault: Fault, error: type[Exception]) -> None:
        """Wherever in the call the fault begins, it ends as `error`, unless what was asked for is done all the same."""
        for first in range(self.requests_of(case)):
            prefix = self._prepared(case)
            store = self.through_proxy(prefix, 1, fault.read_timeout_s)
            self.server.meet(fault, first)
            result, caught = _outcome(case, store)
            if caught is not None:
                assert isinstance(caught, error), f"request {first} met {fault}: {caught!r}"
                assert fault in LASTING or failure_of(caught).cause is Cause.STORE_AWAY
            else:
                is_right = fault.how is How.AFTERWARDS and case.is_right(result, self.healthy(prefix))
                assert is_right or not self.server.has_met, f"request {first} met {fault}: {result!r}"

    def is_mended(self, case: Case[StoreT], fault: Fault) -> None:
        """Whichever request of the call the fault meets, once, the result is right."""
        for first in range(self.requests_of(case)):
            prefix = self._prepared(case)
            store = self.through_proxy(prefix, ENOUGH_TRIES, fault.read_timeout_s)
            self.server.meet(fault, first, times=1)
            result = case.call(store)
            assert case.is_right(result, self.healthy(prefix)), f"request {first} met {fault}: {result!r}"

    def requests_of(self, case: Case[StoreT]) -> int:
        """How many requests a call makes when nothing goes wrong."""
        if str(case) not in self.requests:
            prefix = self._prepared(case)
            self.server.meet(None)
            result = case.call(self.through_proxy(prefix, 1, PATIENCE_S))
            self.requests[str(case)] = self.server.seen
            assert self.server.seen, f"{case} makes no request that a fault could meet"
            assert case.is_right(result, self.healthy(prefix)), f"{case}: {result!r}"
        return self.requests[str(case)]

    def _prepared(self, case: Case[StoreT]) -> str:
        prefix = f"{uuid.uuid4().hex[:8]}/"
        case.before(self.healthy(prefix))
        return prefix


def _outcome(case: Case[StoreT], store: StoreT) -> tuple[object, Exception | None]:
    try:
        return case.call(store), None
    except Exception as error:  # noqa: BLE001 - which class it has is what is tested
        return None, error


def public_methods(store: type) -> set[str]:
    """What a store's users call."""
    return {
        name for name, value in vars(store).items() if callable(value) or isinstance(value, property)
        if not name.startswith("_")
    }  # fmt: skip


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients try again without a pause."""
    for pause in ("FIRST_PAUSE_S", "LONGEST_PAUSE_S"):
        monkeypatch.setattr(f"include.store.settings.{pause}", 0.001)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda backoff, context: 0.0)
