"""A small HTTP server that answers in JSON: it stands in for Airflow's and for the cluster's API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    """As it was sent, still encoded."""
    query: dict[str, str]
    body: Any
    authorization: str | None


Answers = Callable[[Request], tuple[int, Any]]
"""Status and body: text goes out as it is, anything else as JSON."""


@dataclass
class Server:
    url: str
    requests: list[Request] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.requests]


@contextmanager
def serving(answers: Answers) -> Iterator[Server]:
    """The server, until it is left."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            split = urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[0] for name, values in parse_qs(split.query).items()}
            body = json.loads(content) if content else None
            request = Request(self.command, split.path, query, body, self.headers.get("Authorization"))
            server.requests.append(request)
            status, answer = answers(request)
            self._send(status, answer)

        do_GET = do_POST = do_DELETE = handle_one

        def _send(self, status: int, answer: Any) -> None:
            is_text = isinstance(answer, str)
            content = (answer if is_text else json.dumps(answer)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if is_text else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server = Server(f"http://127.0.0.1:{http.server_port}")
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
