from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import httpx
import pytest
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from atelier.testing.s3 import S3
from include.contract.errors import InputLost, StoreAway
from plugins.atelier_airflow.web.passing import passed_on
from plugins.atelier_airflow.web.reaching import Reach, reaching
from tests.operators.context import connect

T = TypeVar("T")
BODY = b"0123456789" * 1000


@pytest.fixture(autouse=True)
def stored(deployed: S3) -> None:
    """The store has one object."""
    deployed.client().put_object(Bucket=deployed.bucket, Key="v1/a", Body=BODY, ContentType="video/mp4")


def reached(ask: Callable[[Reach], Awaitable[T]]) -> T:
    async def run() -> T:
        async with reaching() as reach:
            return await ask(reach)

    return asyncio.run(run())


async def got(reach: Reach, headers: Mapping[str, str]) -> tuple[int, bytes, str]:
    """Status, bytes and media type of an answer, taken to its end."""
    answer: Response = await passed_on(reach, "v1/a", headers)
    body = b""
    if isinstance(answer, StreamingResponse):
        async for chunk in answer.body_iterator:
            body += bytes(chunk)  # type: ignore[arg-type]
    return answer.status_code, body, answer.headers.get("content-type", "")


def test_bytes_and_their_type_arrive_as_they_lie_there() -> None:
    assert reached(lambda reach: got(reach, {})) == (200, BODY, "video/mp4")
    assert reached(lambda reach: got(reach, {"range": "bytes=3-5"})) == (206, b"345", "video/mp4")


@pytest.mark.parametrize(
    "wanted",
    [{"range": each} for each in ("lines=1-2", "bytes=", "nonsense", "bytes=1-2,4-5")]
    + [{"if-modified-since": "yesterday"}, {"if-none-match": "anything"}, {"range": "x", "if-modified-since": "x"}],
)
def test_what_a_browser_cannot_mean_is_as_if_it_had_not_said_it(wanted: dict[str, str]) -> None:
    assert reached(lambda reach: got(reach, wanted)) == (200, BODY, "video/mp4")


@pytest.mark.parametrize(
    "wanted", ["bytes=5-3", "bytes=a-b", "bytes=-0", "bytes=10000-", "bytes=99999999999999999999-"]
)
def test_a_range_in_which_nothing_lies_is_told_with_the_files_size(wanted: str) -> None:
    async def size(reach: Reach) -> tuple[int, str]:
        answer = await passed_on(reach, "v1/a", {"range": wanted})
        return answer.status_code, answer.headers["content-range"]

    assert reached(size) == (416, "bytes */10000")


def test_headers_that_no_player_sends_are_not_passed_on() -> None:
    told = {"authorization": "Bearer x", "cookie": "_token=x", "host": "elsewhere", "accept-encoding": "gzip"}
    assert reached(lambda reach: got(reach, told))[0] == 200


def test_a_browser_that_has_left_before_the_first_byte_holds_no_connection_to_the_store() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def lost(message: Message) -> None:
        raise OSError(message["type"])

    async def one_connection(reach: Reach) -> int:
        reach.http = httpx.AsyncClient(limits=httpx.Limits(max_connections=1), timeout=httpx.Timeout(5, pool=1))
        async with reach.http:
            answer = await passed_on(reach, "v1/a", {})
            with pytest.raises(ClientDisconnect):
                await answer({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, lost)
            return (await got(reach, {}))[0]

    assert reached(one_connection) == 200


def test_nothing_under_a_key_is_told() -> None:
    with pytest.raises(InputLost, match="there is nothing at this address"):
        reached(lambda reach: passed_on(reach, "v1/b", {}))


def test_credentials_that_were_changed_are_read_anew_after_the_store_has_refused_the_old_ones(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(replace(s3, secret_key="another"), monkeypatch)

    async def twice(reach: Reach) -> int:
        with pytest.raises(StoreAway, match="refuses Airflow's credentials"):
            await passed_on(reach, "v1/a", {})
        connect(s3, monkeypatch)
        return (await got(reach, {}))[0]

    assert reached(twice) == 200


def test_a_store_that_is_not_there_is_told(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(replace(s3, endpoint="http://127.0.0.1:9"), monkeypatch)
    with pytest.raises(StoreAway, match=r"the store does not answer \(ConnectError\)"):
        reached(lambda reach: passed_on(reach, "v1/a", {}))
