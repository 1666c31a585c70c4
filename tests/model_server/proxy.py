"""A server of models that misbehaves: a real one behind a proxy that breaks the requests that a test names."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import struct
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

_CHUNK = b"data: "


class How(Enum):
    """What becomes of a request."""

    ANSWER = auto()
    """The fault answers."""
    RESET = auto()
    """The connection is reset."""
    SILENCE = auto()
    """Nothing comes until the client leaves."""
    STALL = auto()
    """After some events of the real answer nothing but signs of life comes."""
    CUT = auto()
    """After some events of the real answer the connection ends."""
    HELD = auto()
    """The real answer comes once the test lets it."""
    UNENDING = auto()
    """The same token for ever."""


@dataclass(frozen=True)
class Fault:
    """How one request goes wrong."""

    how: How = How.ANSWER
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    events: int = 3
    """Of the real answer, before it goes wrong."""


@dataclass(frozen=True)
class Seen:
    """One request, as it came in."""

    path: str
    headers: Mapping[str, str]
    body: Any
    at: float
    """By `time.monotonic`."""


@dataclass
class Proxy:
    """In front of a real server; each question meets the next fault, or none."""

    behind: int
    """Port of the real one."""
    address: str = ""
    faults: deque[Fault] = field(default_factory=deque)
    lasting: Fault | None = None
    """Met by all questions for which no other fault is left."""
    seen: list[Seen] = field(default_factory=list)
    release: Event = field(default_factory=Event)
    under_way: int = 0
    most_under_way: int = 0
    lock: Lock = field(default_factory=Lock)

    @property
    def questions(self) -> list[Seen]:
        """Those for an answer."""
        return [each for each in self.seen if each.path.endswith("/chat/completions")]

    def next_fault(self, path: str) -> Fault | None:
        """What the request meets."""
        if not path.endswith("/chat/completions"):
            return None
        return self.faults.popleft() if self.faults else self.lasting


@contextmanager
def proxied(behind: int, certificate: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Proxy]:
    """A proxy in front of the server on that port; with a certificate, one that is reached by TLS."""
    proxy = Proxy(behind)
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    server = ThreadingHTTPServer((host, 0), handler)
    server.daemon_threads = True
    if certificate is not None:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
    proxy.address = f"http{'s' if certificate else ''}://{host}:{server.server_address[1]}/v1"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.release.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._handle(b"")

    def do_POST(self) -> None:
        self._handle(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def _handle(self, body: bytes) -> None:
        proxy = self.proxy
        with proxy.lock:
            headers = {name.lower(): value for name, value in self.headers.items()}
            proxy.seen.append(Seen(self.path, headers, json.loads(body or b"null"), time.monotonic()))
            fault = proxy.next_fault(self.path)
            proxy.under_way += 1
            proxy.most_under_way = max(proxy.most_under_way, proxy.under_way)
        try:
            self._meet(fault, body)
        except OSError:
            self.close_connection = True
        finally:
            with proxy.lock:
                proxy.under_way -= 1

    def _meet(self, fault: Fault | None, body: bytes) -> None:
        if fault is None:
            self._pass_on(body)
        elif fault.how is How.ANSWER:
            self._answer(fault)
        elif fault.how is How.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif fault.how is How.SILENCE:
            self._until_the_client_leaves(b"")
        elif fault.how is How.HELD:
            self.proxy.release.wait()
            self._pass_on(body)
        elif fault.how is How.UNENDING:
            self._begin_events()
            piece = {"choices": [{"index": 0, "delta": {"content": "again "}, "finish_reason": None}]}
            while True:
                self._chunk(_CHUNK + json.dumps(piece).encode() + b"\n\n")
        else:
            self._pass_on(body, fault)

    def _answer(self, fault: Fault) -> None:
        body = fault.body.encode()
        self.send_response(fault.status)
        for name, value in {"Content-Type": "application/json", **fault.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _pass_on(self, body: bytes, fault: Fault | None = None) -> None:
        """What the real server answers, as far as the fault lets it through."""
        real = http.client.HTTPConnection("127.0.0.1", self.proxy.behind, timeout=240)
        kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        with closing(real):
            real.request(self.command, self.path, body or None, kept)
            with real.getresponse() as answer:
                if "event-stream" in answer.headers.get("Content-Type", ""):
                    is_whole = self._pass_events_on(answer, fault)
                else:
                    is_whole = True
                    self._answer(Fault(status=answer.status, body=answer.read().decode()))
        if not is_whole:
            if fault is not None and fault.how is How.STALL:
                self._until_the_client_leaves(b": alive\n\n")
            self.close_connection = True

    def _pass_events_on(self, answer: http.client.HTTPResponse, fault: Fault | None) -> bool:
        """Whether all of them were."""
        self._begin_events()
        events = 0
        for line in answer:
            self._chunk(line)
            events += line.startswith(_CHUNK)
            if fault is not None and events == fault.events:
                return False
        self._chunk(b"")
        return True

    def _begin_events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _chunk(self, line: bytes) -> None:
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.flush()

    def _until_the_client_leaves(self, sign_of_life: bytes) -> None:
        self.connection.settimeout(0.02)
        while True:
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                if sign_of_life:
                    self._chunk(sign_of_life)
        self.close_connection = True
