"""A server that is posted to, as a webhook's receiver is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.operators.serving import served


@dataclass
class Receiver:
    """Answers as it is told to, the last answer for ever, and keeps what came."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(200, {})])
    messages: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def answer(self) -> tuple[int, dict[str, str]]:
        return self.answers[min(len(self.messages), len(self.answers)) - 1]


@contextmanager
def serving(told: Receiver) -> Iterator[Receiver]:
    """`told` at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.messages.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = told.answer()
            self.send_response(status)
            for name, value in {"Content-Length": "4", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"told")

        def log_message(self, *_: Any) -> None:
            pass

    with served(Handler) as address:
        told.url = f"{address}/hook"
        yield told
