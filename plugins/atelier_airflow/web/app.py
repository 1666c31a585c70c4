"""The application: its addresses, and what each answers; mounted under `operators.pages.addresses.PREFIX`."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from include.contract.artifacts import Artifact
from include.contract.errors import AtelierError, BadRequest, InputLost
from include.contract.keys import blob_key, log_key, published_prefix, segment
from include.contract.manifests import RunRef
from include.contract.published import GALLERY, served_type
from include.contract.publishing import Role
from operators.pages.addresses import airflow_root, place_and_path
from plugins.atelier_airflow.web.access import READS_DAG, READS_TASKS, Guarded, failed, misread, refused
from plugins.atelier_airflow.web.logs import log_seen
from plugins.atelier_airflow.web.pages import log_page, piece_page, pieces_page, task_page
from plugins.atelier_airflow.web.passing import passed_on
from plugins.atelier_airflow.web.reaching import Reach, reaching
from plugins.atelier_airflow.web.seen import ShownPiece, day_and_slug, output_of, piece_seen, run_seen, task_seen

PUBLISHED_PATH = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9._-]*/)*([A-Za-z0-9_-][A-Za-z0-9._-]*)?")
"""What may stand below `published/<content type>/`: no segment begins with a dot, so none leads out of there."""
MOST_CHARACTERS = 500
INERT = frozenset(
    {
        *(f"image/{kind}" for kind in ("avif", "gif", "jpeg", "png", "webp")),
        *(f"audio/{kind}" for kind in ("aac", "flac", "mp4", "mpeg", "ogg", "wav", "webm")),
        *(f"video/{kind}" for kind in ("mp4", "ogg", "webm")),
    }
)
"""Media types in which browsers run no script, by the WHATWG's MIME sniffing and nosniff alike. Files of these alone
are sent for elsewhere: a store at another port of Airflow's own host is given the session's cookie, and a page there
could read it. All others are answered here, in a sandbox."""
SEE_OTHER = HTTPStatus.SEE_OTHER.value


def _in_keys(name: str) -> str:
    """`name`, where the store may have a folder of that name."""
    try:
        segment(name)
    except BadRequest as error:
        raise ValueError(name) from error
    return name


Name = Annotated[str, Path(max_length=250), AfterValidator(_in_keys)]
"""Of a DAG, a run or a task."""
Text = Annotated[str, Query(max_length=200)]
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Number = Annotated[int, Path(ge=0, le=1_000_000)]

MOST_STARTS = 10**9
"""A stage has fewer items; a larger number is no place in a list."""
published = APIRouter(dependencies=READS_DAG)
runs = APIRouter(prefix="/dags/{dag_id}/runs/{run_id}", dependencies=READS_TASKS)


def reach_of(request: Request) -> Reach:
    """This process's access to the store."""
    reach: Reach = request.app.state.reach
    return reach


def run_of(dag_id: Name, run_id: Name, task_id: Name, map_index: int) -> RunRef:
    """The task in an address."""
    return RunRef(dag_id=dag_id, run_id=run_id, task_id=task_id, map_index=map_index)


Reaching = Annotated[Reach, Depends(reach_of)]
Task = Annotated[RunRef, Depends(run_of)]


@published.get("/dags/{dag_id}/published/{path:path}")
async def published_file(request: Request, reach: Reaching, dag_id: Name, path: str) -> Response:
    """A published file, the gallery, or a piece's page."""
    if len(path) > MOST_CHARACTERS or not PUBLISHED_PATH.fullmatch(path):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    place, path = place_and_path(dag_id, path)
    if path.endswith("/"):
        day, slug = day_and_slug(path)
        return _piece_answer(await reach.read(lambda store: piece_seen(store, place, day, slug)), dag_id)
    try:
        return await passed_on(reach, f"{published_prefix(place)}{path or GALLERY}", request.headers)
    except InputLost as error:
        raise InputLost(str(error) if path else f"`{dag_id}` has published nothing yet.") from error


@runs.get("/pieces")
async def run_pieces(reach: Reaching, dag_id: Name, run_id: Name) -> Response:
    """What a run made from its briefs."""
    run = await reach.read(lambda store: run_seen(store, dag_id, run_id))
    if len(run.pieces) != 1:
        return HTMLResponse(pieces_page(run, dag_id, run_id))
    (piece,) = run.pieces
    if piece.page:
        return RedirectResponse(f"{airflow_root()}{piece.page}", SEE_OTHER)
    return _piece_answer(piece, dag_id)


@runs.get("/tasks/{task_id}/{map_index}/files")
async def task_files(reach: Reaching, task: Task, start: Annotated[int, Query(ge=0, le=MOST_STARTS)] = 0) -> Response:
    """All files that a task made."""
    return HTMLResponse(task_page(await reach.read(lambda store: task_seen(store, task, start))))


@runs.get("/tasks/{task_id}/{map_index}/file")
async def task_file(request: Request, reach: Reaching, task: Task, item: Text, output: Text) -> Response:
    """One file by itself: browsers that can reach the store are sent there by a link signed now."""
    artifact = await reach.read(lambda store: output_of(store, task, item, output))
    url = None
    if artifact.media_type in INERT:
        url = await reach.link_for_browsers(blob_key(artifact.sha256), **_answered(task, item, artifact))
    if url is not None:
        return RedirectResponse(url, SEE_OTHER, {"referrer-policy": "no-referrer"})
    return await _blob(request, reach, task, item, artifact)


@runs.get("/tasks/{task_id}/{map_index}/bytes")
async def task_bytes(request: Request, reach: Reaching, task: Task, item: Text, output: Text) -> Response:
    """One file, as part of a page."""
    artifact = await reach.read(lambda store: output_of(store, task, item, output))
    return await _blob(request, reach, task, item, artifact)


@runs.get("/tasks/{task_id}/{map_index}/log")
async def task_log(reach: Reaching, task: Task) -> Response:
    """The parts of what a task's tries have logged."""
    return HTMLResponse(log_page(task, await reach.read(lambda store: log_seen(store, task))))


@runs.get("/tasks/{task_id}/{map_index}/log/{request_sha256}/{attempt}/{chunk}")
async def task_log_part(
    request: Request, reach: Reaching, task: Task, request_sha256: Sha256, attempt: Number, chunk: Number
) -> Response:
    """One part, a line for each event."""
    key = log_key(task, request_sha256, attempt, chunk)
    return await passed_on(reach, key, request.headers, ResponseContentType="text/plain; charset=utf-8")


async def _blob(request: Request, reach: Reach, task: RunRef, item: str, artifact: Artifact) -> Response:
    return await passed_on(reach, blob_key(artifact.sha256), request.headers, **_answered(task, item, artifact))


def _answered(task: RunRef, item: str, artifact: Artifact) -> dict[str, str]:
    """How a file is told to a browser: shown, and saved under a name of its own."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{item}-{task.task_id}-{artifact.name}")
    return {
        "ResponseContentType": served_type(artifact.media_type),
        "ResponseContentDisposition": f'inline; filename="{name}"',
    }


def _piece_answer(piece: ShownPiece, dag_id: str) -> Response:
    """The piece's page; of one that is a page itself, that."""
    main = next(iter(piece.of(Role.MAIN)), None)
    if main is not None and main.media_type == "text/html" and piece.page:
        return RedirectResponse(f"{airflow_root()}{main.opened_at}", SEE_OTHER)
    return HTMLResponse(piece_page(piece, dag_id))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with reaching() as reach:
        app.state.reach = reach
        yield


def make_app() -> FastAPI:
    """The application; nothing in it is reached before Airflow has identified the user."""
    app = FastAPI(
        title="Atelier", lifespan=_lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.include_router(published)
    app.include_router(runs)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, misread)
    app.add_exception_handler(AtelierError, failed)
    app.add_middleware(Guarded)
    return app
