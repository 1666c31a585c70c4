"""The only client of Ray's Jobs API: for a worker, and awaitable for the triggerer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp
import httpx

from include.contract.errors import BadRequest, ClusterAway, CorruptInput
from include.contract.messages import legible
from include.contract.parsing import Model, model_in
from include.contract.ray import TESTED_VERSIONS
from include.contract.values import Open

TIMEOUT_S = 30.0
MAX_ANSWER_BYTES = 32_000_000
"""More than a list of 10,000 jobs; what is longer is not read."""
_SHOWN = 600
"""Characters of an answer that are shown."""
_UNKNOWN = "does not exist"


class JobStatus(StrEnum):
    """How far a job is, as Ray says."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    STOPPED = "STOPPED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


ENDED = frozenset({JobStatus.STOPPED, JobStatus.SUCCEEDED, JobStatus.FAILED})


class RayJob(Open):
    """What Ray says of a job."""

    status: JobStatus
    submission_id: str | None = None
    """None for a driver that nobody submitted."""
    message: str | None = None
    error_type: str | None = None
    driver_exit_code: int | None = None
    metadata: dict[str, str] | None = None
    start_time: int | None = None
    end_time: int | None = None
    """Both in milliseconds since 1970, by the clock of Ray's head."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it runs, as far as Ray knows."""
        return self.status in ENDED


class _JobList(Open):
    jobs: list[RayJob]


class _Version(Open):
    ray_version: str


class _Log(Open):
    logs: str = ""


@dataclass(frozen=True)
class Access:
    """Where a cluster's dashboard is, and how to sign in."""

    address: str
    token: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", self.address.rstrip("/"))

    @property
    def headers(self) -> dict[str, str]:
        """Of each request."""
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}

    def __repr__(self) -> str:
        return f"Access({self.address!r})"

    def page(self, submission_id: str) -> str:
        """Where people see a job."""
        return f"{self.address}/#/jobs/{quote(submission_id, safe='')}"


class Jobs:
    """The API for a worker.

    :raises BadRequest: from each call: the cluster refuses for good.
    :raises ClusterAway: from each call: it does not answer, or cannot now.
    """

    def __init__(self, access: Access) -> None:
        self.access = access

    def check_version(self) -> None:
        """Refuse a Ray that this engine was not tested with."""
        text = self._ask("GET", "/api/version")
        try:
            found = model_in(_Version, text.encode(), "the answer").ray_version
        except CorruptInput as error:
            raise BadRequest(
                f"no Ray answers at {self.access.address}/api/version ({error}); check `ray.address`"
            ) from error
        if not any(found == tested or found.startswith(f"{tested}.") for tested in TESTED_VERSIONS):
            allowed = ", ".join(f"{tested}.x" for tested in TESTED_VERSIONS)
            raise BadRequest(
                f"the cluster at {self.access.address} runs Ray {found}; allowed: {allowed}; start the cluster with "
                "one of these"
            )

    def submit(self, job: Mapping[str, Any]) -> None:
        """Submit `job`, whose id has to be new."""
        self._ask("POST", "/api/jobs/", json=dict(job))

    def find(self, submission_id: str) -> RayJob | None:
        """What Ray says of the job; None if it knows no such job."""
        try:
            return _job_in(self._ask("GET", _path(submission_id)))
        except _NoSuchJob:
            return None

    def each(self) -> list[RayJob]:
        """All jobs that somebody submitted."""
        listed = self._ask("GET", "/api/jobs/")
        jobs = _read(_JobList, f'{{"jobs": {listed}}}').jobs
        return [job for job in jobs if job.submission_id is not None]

    def stop(self, submission_id: str) -> None:
        """Have the job asked to stop, if there is one."""
        try:
            self._ask("POST", f"{_path(submission_id)}/stop")
        except _NoSuchJob:
            return

    def delete(self, submission_id: str) -> None:
        """Forget the job, which has to have ended; its id is free again."""
        try:
            self._ask("DELETE", _path(submission_id))
        except _NoSuchJob:
            return

    def log(self, submission_id: str) -> str:
        """What the job has written, Ray's own lines too; empty if there is none, or too much to read."""
        try:
            return _read(_Log, self._ask("GET", f"{_path(submission_id)}/logs")).logs
        except (_NoSuchJob, _TooLong):
            return ""

    def _ask(self, method: str, path: str, **options: Any) -> str:
        url, headers = f"{self.access.address}{path}", self.access.headers
        with _errors(self.access), httpx.stream(method, url, headers=headers, timeout=TIMEOUT_S, **options) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                _take(chunk, body, self.access)
            return _judged(self.access, response.status_code, body)


class AwaitableJobs:
    """The API for coroutines; the same errors."""

    def __init__(self, access: Access, session: aiohttp.ClientSession) -> None:
        self.access, self._session = access, session

    async def find(self, submission_id: str) -> RayJob | None:
        """What Ray says of the job; None if it knows no such job."""
        try:
            return _job_in(await self._ask("GET", _path(submission_id)))
        except _NoSuchJob:
            return None

    async def stop(self, submission_id: str) -> None:
        """Have the job asked to stop, if there is one."""
        try:
            await self._ask("POST", f"{_path(submission_id)}/stop")
        except _NoSuchJob:
            return

    async def _ask(self, method: str, path: str) -> str:
        with _errors(self.access):
            async with self._session.request(method, f"{self.access.address}{path}") as response:
                body = bytearray()
                async for chunk in response.content.iter_any():
                    _take(chunk, body, self.access)
                return _judged(self.access, response.status, body)


@asynccontextmanager
async def awaitable_jobs(access: Access) -> AsyncIterator[AwaitableJobs]:
    """The API for coroutines."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(headers=access.headers, timeout=timeout) as session:
        yield AwaitableJobs(access, session)


class _NoSuchJob(Exception):
    """Ray itself says that it does not know the job."""


class _TooLong(ClusterAway):
    """An answer that is not read."""


@contextmanager
def _errors(access: Access) -> Iterator[None]:
    try:
        yield
    except (httpx.InvalidURL, aiohttp.InvalidURL) as error:
        raise BadRequest(
            f"`ray.address` is no address ({access.address!r}: {error}); allowed: `http://host:8265`"
        ) from error
    except (httpx.TransportError, aiohttp.ClientError, OSError, TimeoutError) as error:
        said = str(error) or type(error).__name__
        raise ClusterAway(f"the Ray cluster at {access.address} does not answer: {said}") from error


def _take(chunk: bytes, body: bytearray, access: Access) -> None:
    """More of an answer's body.

    :raises ClusterAway: it is longer than what is read.
    """
    body += chunk
    if len(body) > MAX_ANSWER_BYTES:
        raise _TooLong(f"the Ray cluster at {access.address} answers with more than can be read")


def _judged(access: Access, status: int, body: bytearray) -> str:
    """The body of an answer that is none of refusal."""
    text = body.decode(errors="replace")
    if status == HTTPStatus.OK:
        return text
    if status == HTTPStatus.NOT_FOUND and _UNKNOWN in text:
        raise _NoSuchJob
    said = f"the Ray cluster at {access.address} answers {status}: {_last_line(text)}"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise BadRequest(
            f"{said}; its token has to be the password of the Airflow connection that `ray.connection_id` names"
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise ClusterAway(said)
    raise BadRequest(f"{said}; check `ray.address` and the profile")


def _last_line(text: str) -> str:
    """Of a traceback, which Ray answers with, what was raised."""
    lines = [line for line in text.splitlines() if line.strip()]
    return legible(lines[-1].strip()[:_SHOWN]) if lines else "(nothing)"


def _job_in(text: str) -> RayJob:
    return _read(RayJob, text)


def _read(model: type[Model], text: str) -> Model:
    try:
        return model_in(model, text.encode(), "the answer of the Ray cluster")
    except CorruptInput as error:
        raise ClusterAway(str(error)) from error


def _path(submission_id: str) -> str:
    return f"/api/jobs/{quote(submission_id, safe='')}"
