"""Another program at a port of this machine: it answers what it was told to, as Airflow might."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from deploy.local.ports import LOOPBACK

HEALTHY = {part: {"status": "healthy"} for part in ("metadatabase", "scheduler", "dag_processor", "triggerer")}


@dataclass
class Stub:
    """Gives its answers one after another, the last for ever; None is a connection that breaks off."""

    answers: list[tuple[int, Any] | None] = field(default_factory=lambda: [(200, HEALTHY)])
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.port}"

    def next_answer(self, asked: str) -> tuple[int, Any] | None:
        self.asked.append(asked)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@contextmanager
def answering(stub: Stub, port: int = 0) -> Iterator[Stub]:
    """`stub` at `port`, or at any."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = stub.next_answer(f"{self.command} {self.path}")
            if answer is None:
                return
            body = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PATCH = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((LOOPBACK, port), Handler)
    stub.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
