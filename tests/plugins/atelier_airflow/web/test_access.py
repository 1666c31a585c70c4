"""What those are told whom Airflow does not let in, and what no answer is without."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import anyio
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from include.contract.errors import BadRequest, InputLost, StoreAway
from plugins.atelier_airflow.web.access import HEADERS, WORDS, Guarded, failed, refused


def request(path: str, accept: str = "text/html", query: str = "") -> Request:
    headers = [(b"accept", accept.encode()), (b"host", b"studio.example.org")]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers}
    return Request(scope)


def answer(told: Callable[[Request, Exception], Awaitable[Response]], asked: Request, error: Exception) -> Response:
    return anyio.run(told, asked, error)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/airflow/atelier/dags/a b/", "/airflow/api/v2/auth/login?next=%2Fairflow%2Fatelier%2Fdags%2Fa%2520b%2F"),
        ("/atelier/dags/a/", "/airflow/api/v2/auth/login?next=%2Fairflow%2Fatelier%2Fdags%2Fa%2F"),
    ],
    ids=["as the browser sees it", "as a proxy passes it on"],
)
def test_who_has_to_sign_in_comes_back_below_the_path_where_airflow_lies(
    path: str, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://studio.example.org/airflow")
    told = answer(refused, request(path), HTTPException(401))
    assert (told.status_code, told.headers["location"]) == (303, location)


def test_what_was_asked_for_is_asked_for_again_after_the_login() -> None:
    asked = request("/atelier/x/file", query="item=honey%2F01&output=image")
    location = answer(refused, asked, HTTPException(401)).headers["location"]
    assert location.endswith("?next=%2Fatelier%2Fx%2Ffile%3Fitem%3Dhoney%252F01%26output%3Dimage")


def test_a_program_is_told_and_sent_nowhere() -> None:
    told = answer(refused, request("/atelier/x", accept="application/json"), HTTPException(401, "Not authenticated"))
    assert (told.status_code, json.loads(bytes(told.body))) == (401, {"detail": "Not authenticated"})


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (HTTPException(403, "Forbidden"), WORDS[HTTPStatus.FORBIDDEN]),
        (HTTPException(404), WORDS[HTTPStatus.NOT_FOUND]),
        (HTTPException(404, "Airflow knows no DAG `x`."), "Airflow knows no DAG `x`."),
        (HTTPException(405), "Method Not Allowed"),
    ],
)
def test_a_refusal_without_words_of_its_own_gets_some(error: HTTPException, words: str) -> None:
    told = answer(refused, request("/atelier/x", accept="application/json"), error)
    assert (told.status_code, json.loads(bytes(told.body))) == (error.status_code, {"detail": words})


@pytest.mark.parametrize(
    ("error", "status"), [(InputLost("gone"), 404), (StoreAway("away"), 503), (BadRequest("no connection"), 502)]
)
def test_what_cannot_be_shown_is_told_by_what_to_do_next(error: Exception, status: int) -> None:
    told = answer(failed, request("/atelier/x"), error)
    assert (told.status_code, f"<p>{error}</p>" in bytes(told.body).decode()) == (status, True)
    assert ("retry-after" in told.headers) == (status == 503)


def test_what_nobody_foresaw_goes_its_way() -> None:
    for told in (refused, failed):
        with pytest.raises(ZeroDivisionError):
            answer(told, request("/atelier/x"), ZeroDivisionError())


def test_no_answer_is_without_the_headers_and_none_has_weaker_ones() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        weak = {"Content-Security-Policy": "default-src *", "Cache-Control": "public", "X-Own": "kept"}
        await Response("x", headers=weak)(scope, receive, send)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    asked = request("/atelier/x")
    anyio.run(Guarded(app), asked.scope, receive, send)
    told = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    assert {name: value for name, value in told if name in HEADERS} == HEADERS
    assert len(dict(told)) == len(told)
    assert ("x-own", "kept") in told
