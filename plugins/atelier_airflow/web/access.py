"""Who may see what, by Airflow's own authorisation for each request; and what everybody else is told."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import requires_access_dag
from airflow.models.dag import DagModel
from fastapi import Depends, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from include.contract.errors import AtelierError, InputLost, StoreAway
from operators.pages.addresses import airflow_root
from plugins.atelier_airflow.web.pages import problem_page

POLICY = "; ".join(
    (
        "sandbox allow-same-origin allow-downloads allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "img-src 'self' data:",
        "media-src 'self' data:",
        "font-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""Of every answer: what was made is shown in Airflow's origin, where a script of it could read the session.

Without `allow-scripts` none runs, whatever the bytes are. Keeping the origin lets pictures and sound come with the
session's cookie, which browsers send from no other.
"""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
}
STATUSES = {
    InputLost: HTTPStatus.NOT_FOUND,
    StoreAway: HTTPStatus.SERVICE_UNAVAILABLE,
}
WORDS = {
    HTTPStatus.FORBIDDEN: "Airflow does not let you see this DAG. Ask whoever administers Airflow here.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
}
RETRY_AFTER_S = 10


def known_dag(dag_id: Annotated[str, Path()]) -> None:
    """Refuse a DAG that Airflow does not know, because it is unknown who may see it."""
    if DagModel.get_dagmodel(dag_id) is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"Airflow knows no DAG `{dag_id}`.")


READS_DAG = [Depends(requires_access_dag("GET")), Depends(known_dag)]
"""Permission needed for what the DAG has published."""
READS_TASKS = [Depends(requires_access_dag("GET", DagAccessEntity.TASK_INSTANCE)), Depends(known_dag)]
"""Permission needed for what its runs made."""


class Guarded:
    """An application that adds `HEADERS` to each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                others = [pair for pair in message.get("headers", ()) if pair[0].lower().decode() not in HEADERS]
                message = {**message, "headers": [*others, *own]}
            await send(message)

        await self.app(scope, receive, guarded)


async def refused(request: Request, error: Exception) -> Response:
    """The answer to a request that Airflow refuses: users who are not signed in are sent to sign in, and return."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == HTTPStatus.UNAUTHORIZED and _is_browser(request):
        return RedirectResponse(_login(request), HTTPStatus.SEE_OTHER.value)
    status = HTTPStatus(error.status_code)
    is_bare = error.detail in (status.phrase, "Forbidden")
    return _told(request, status, WORDS.get(status, str(error.detail)) if is_bare else str(error.detail))


async def misread(request: Request, error: Exception) -> Response:
    """The answer to an address that no page has."""
    return _told(request, HTTPStatus.NOT_FOUND, WORDS[HTTPStatus.NOT_FOUND])


async def failed(request: Request, error: Exception) -> Response:
    """The answer to a request that cannot be answered."""
    if not isinstance(error, AtelierError):
        raise error
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), HTTPStatus.BAD_GATEWAY)
    return _told(request, status, str(error))


def _login(request: Request) -> str:
    """Airflow's own page to sign in, which leads back here."""
    root, path = airflow_root(), request.url.path
    here = quote(path if path.startswith(f"{root}/") else f"{root}{path}")
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{root}/api/v2/auth/login?next={quote(here + query, safe='')}"


def _told(request: Request, status: HTTPStatus, words: str) -> Response:
    headers = {"retry-after": str(RETRY_AFTER_S)} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    if _is_browser(request):
        return HTMLResponse(problem_page(status, words), status.value, headers)
    return JSONResponse({"detail": words}, status.value, headers)


def _is_browser(request: Request) -> bool:
    """Whether a person looks at the answer."""
    return "text/html" in request.headers.get("accept", "")
