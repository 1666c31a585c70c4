from __future__ import annotations

import http.server
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from typing import Any, ClassVar

import pytest

from include.contract.errors import BadRequest
from include.contract.model_cards import OpenaiSettings
from operators.cli import served_models
from operators.cli.served_models import look_at_server


class _Server(http.server.BaseHTTPRequestHandler):
    status: ClassVar[int] = 200
    body: ClassVar[bytes] = b""
    location: ClassVar[str] = ""
    seen: ClassVar[list[tuple[str, str | None]]] = []
    is_silent: ClassVar[bool] = False

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization")))
        if self.is_silent:
            self.rfile.read(1)
            return
        self.send_response(self.status)
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[type[_Server]]:
    handler = type("Handler", (_Server,), {"seen": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
        handler.address = f"http://127.0.0.1:{running.server_port}/v1"
        yield handler
        running.shutdown()


def listing(*names: Any) -> bytes:
    return json.dumps({"object": "list", "data": [{"id": name} for name in names]}).encode()


def look(address: str, model: str = "qwen3-4b") -> None:
    look_at_server(OpenaiSettings(address=address, server_model=model))


def test_a_server_that_lists_the_model_is_asked_once_without_a_key(
    server: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_MODEL_KEY", "sk-secret")
    server.body = listing("other", "qwen3-4b")
    look(f"{server.address}/")
    assert server.seen == [("/v1/models", None)]
    assert capsys.readouterr() == ("", "")


def test_a_model_that_it_does_not_list_is_told_with_those_that_it_lists(
    server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    server.body = listing("other", "qwen3-4b-instruct", "qwen3-8b", "\x1b[31mred", 7)
    look(server.address, "qwen3-4")
    said = capsys.readouterr().err
    assert said.startswith(
        f"--address: {server.address}/models lists no model `qwen3-4`; it lists `qwen3-8b`, `\\x1b[31mred`, `other`, "
        "`qwen3-4b-instruct`. Some servers have more than they list; "
    ), said
    assert said.count("\n") == 1
    server.body = listing(*(f"m{number}" for number in range(30)))
    look(server.address)
    assert "`m17` and 20 more." in capsys.readouterr().err
    server.body = listing()
    look(server.address)
    assert "it lists none." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (
            401,
            b"",
            "/models wants a key, and none is sent from here, so that nobody knows yet whether it has the model",
        ),
        (404, b"", "/models answers 404, so that nobody knows yet whether it has the model; is `/v1` missing"),
        (503, b"", "/models answers 503"),
        (200, b"<html>", "answers with something else than a list of models; is `/v1` missing at the end"),
        (200, b'{"data": 7}', "answers with something else than a list of models"),
        (200, b"[" * 200, "answers with something else than a list of models"),
        (200, b'"' + b"a" * (5 << 20) + b'"', "answers with something else than a list of models"),
    ],
)
def test_what_else_it_answers_is_told_in_a_line(
    server: Any, capsys: pytest.CaptureFixture[str], status: int, body: bytes, says: str
) -> None:
    server.status, server.body = status, body
    look(server.address)
    said = capsys.readouterr().err
    assert says in said
    assert said.startswith(f"--address: {server.address}/models ")
    assert said.count("\n") == 1


def test_one_that_is_not_reached_from_here_is_told_and_not_refused(
    server: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    look(f"http://127.0.0.1:{port}/v1")
    said = capsys.readouterr().err
    assert said.startswith(f"--address: http://127.0.0.1:{port}/v1/models: does not answer: ")
    assert "It is added all the same, since stages may reach what this machine does not" in said
    monkeypatch.setattr(served_models, "LIMIT_S", 0.2)
    server.is_silent = True
    look(server.address)
    assert f"{server.address}/models: takes more than 0.2 s; this may pass. It is added" in capsys.readouterr().err


@pytest.mark.parametrize(
    "location", ["https://elsewhere.example/v1/models", "//elsewhere.example:8/", "http://[", "x:y"]
)
def test_one_that_leads_to_another_host_is_refused(server: Any, location: str) -> None:
    server.status, server.location = 302, location
    with pytest.raises(
        BadRequest, match="stages follow no redirect, since prompts and key would go to that host"
    ) as no:
        look(server.address)
    assert str(no.value).startswith(f"--address: {server.address}/models leads to ")
    assert len(server.seen) == 1


def test_one_that_leads_elsewhere_on_its_host_is_told(server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    server.status, server.location = 301, "/openai/v1/models"
    look(server.address)
    said = capsys.readouterr().err
    assert f"leads to {server.address.removesuffix('/v1')}/openai/v1/models, and stages follow no redirect; if" in said
