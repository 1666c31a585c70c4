"""A real store behind a proxy that lets the first parts of a large object through, and holds all others half-way."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import urlsplit

_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


@dataclass
class SlowStore:
    """The proxy, and which parts were asked for."""

    behind: str
    """Endpoint of the real one."""
    part_bytes: int
    free_parts: int
    """So many from the beginning come at once; of the others only a half, until `release` is set."""
    endpoint: str = ""
    asked: list[int] = field(default_factory=list)
    """Numbers of the parts of large objects, in the order of the requests."""
    release: Event = field(default_factory=Event)


@contextmanager
def slowed(behind: str, part_bytes: int, free_parts: int) -> Iterator[SlowStore]:
    """A proxy before the store at `behind`."""
    slow = SlowStore(behind, part_bytes, free_parts)
    handler = type("Handler", (_Handler,), {"slow": slow})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    slow.endpoint = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield slow
    finally:
        slow.release.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    slow: SlowStore
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._pass_on()

    def do_GET(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        real = http.client.HTTPConnection(urlsplit(self.slow.behind).netloc, timeout=60)
        with closing(real):
            real.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                real.putheader(name, value)
            real.endheaders()
            with real.getresponse() as answer:
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self._send(answer)
                except OSError:  # who asked is gone
                    self.close_connection = True

    def _send(self, answer: http.client.HTTPResponse) -> None:
        found = _RANGE.fullmatch(self.headers.get("Range", ""))
        body = answer.read()
        if found and len(body) > self.slow.part_bytes // 4:
            number = int(found[1]) // self.slow.part_bytes
            self.slow.asked.append(number)
            if number >= self.slow.free_parts and not self.slow.release.is_set():
                half = len(body) // 2
                self.wfile.write(body[:half])
                self.wfile.flush()
                self.slow.release.wait()
                body = body[half:]
        self.wfile.write(body)
