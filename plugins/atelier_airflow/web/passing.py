"""Passes on an object's bytes, or the range that a player requests, without keeping them in memory."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from include.contract.errors import InputLost, StoreAway
from plugins.atelier_airflow.web.reaching import Reach

ASKED = ("range", "if-none-match", "if-modified-since")
"""Headers of a request that are passed on to the store."""
ANSWERED = ("content-type", "content-length", "content-range", "content-disposition", "etag", "last-modified")
"""Headers of the store's answer that are passed on."""
GONE = (404, 410)
REFUSED = (401, 403)
PASSED_ON = (200, 206, 304, 412, 416)


class _Passed(StreamingResponse):
    """The bytes as they come; where the store breaks off, this answer does too, so that nobody takes it for whole."""

    def __init__(self, found: httpx.Response, headers: Mapping[str, str]) -> None:
        super().__init__(found.aiter_raw(), found.status_code, headers)
        self._found = found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and let go of the store's connection, however far the browser has listened."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._found.aclose()


async def passed_on(reach: Reach, key: str, asked: Mapping[str, str], **answered: str) -> Response:
    """The answer to a browser that asked for `key` with the headers `asked`.

    :param answered: headers that the store's answer should have, by S3's names.
    :raises InputLost: there is nothing under `key`.
    :raises StoreAway: the store does not answer, or refuses Airflow's own credentials.
    """
    url = await reach.link(key, **answered)
    # Bytes beyond ASCII can be no range and no ETag of this store; the client refuses to send them.
    wanted = {name: asked[name] for name in ASKED if asked.get(name, "").isascii() and name in asked}
    found = await _sent(reach, url, wanted)
    if found.status_code == httpx.codes.BAD_REQUEST and wanted:
        # What it cannot read of them a server ignores (RFC 9110, 13.1 and 14.2); not every store does.
        await found.aclose()
        found = await _sent(reach, url, {})
    if found.status_code == httpx.codes.PARTIAL_CONTENT and _has_changed(asked.get("if-range"), found):
        # The browser holds the beginning of another version: it gets this one whole.
        await found.aclose()
        found = await _sent(reach, url, {name: value for name, value in wanted.items() if name != "range"})
    if found.status_code not in PASSED_ON:
        await found.aclose()
        raise _failure(reach, found.status_code)
    headers = {name: found.headers[name] for name in ANSWERED if name in found.headers}
    if found.status_code in (304, 412, 416):
        await found.aclose()
        return Response(status_code=found.status_code, headers=_without_body(headers))
    return _Passed(found, headers | {"accept-ranges": "bytes"})


async def _sent(reach: Reach, url: str, headers: Mapping[str, str]) -> httpx.Response:
    request = reach.http.build_request("GET", url, headers={**headers, "accept-encoding": "identity"})
    try:
        return await reach.http.send(request, stream=True)
    except httpx.TransportError as error:
        raise StoreAway(f"the store does not answer ({type(error).__name__})") from error


def _has_changed(known: str | None, found: httpx.Response) -> bool:
    return known is not None and known not in (found.headers.get("etag"), found.headers.get("last-modified"))


def _failure(reach: Reach, status: int) -> InputLost | StoreAway:
    if status in GONE:
        return InputLost("there is nothing at this address")
    if status in REFUSED:
        reach.forget()
        return StoreAway(f"the store refuses Airflow's credentials (it answers {status})")
    return StoreAway(f"the store is in trouble (it answers {status})")


def _without_body(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in ("content-length", "content-type")}
