"""Asking Airflow from outside, over its REST API."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from operators.reaper.answers import Answer, InstanceKey, NoInstance, Silence, found

TIMEOUT_S = 30.0
INSTANCES_AT_ONCE = 100
PAGE_ROWS = 100
_LIST = "/api/v2/dags/~/dagRuns/~/taskInstances/list"


class NoAnswer(Exception):
    """Airflow cannot be reached, refuses, or sends something that is not an answer."""


class RestApi:
    """A client that signs in on first use.

    :param base_url: where Airflow's API server answers, with its path if it has one.
    """

    def __init__(self, base_url: str, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._client = httpx.Client(base_url=base_url, timeout=TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, instances: Collection[InstanceKey]) -> Mapping[InstanceKey, Answer]:
        """Answers for `instances`: all are looked up together, and each missing one once more by itself."""
        answers: dict[InstanceKey, Answer] = {}
        try:
            self._sign_in()
            for start in range(0, len(instances), INSTANCES_AT_ONCE):
                answers |= self._listed(sorted(instances)[start : start + INSTANCES_AT_ONCE])
        except NoAnswer as error:
            silence = Silence(str(error))
            return {each: answers.get(each, silence) for each in instances}
        return {each: answers.get(each) or self._single(each) for each in instances}

    def _sign_in(self) -> None:
        token = self._body("POST", "/auth/token", json={"username": self._user, "password": self._password})
        if not isinstance(token.get("access_token"), str):
            raise NoAnswer(f"{self._client.base_url}auth/token: is not an answer of Airflow's: it has no token")
        self._client.headers["Authorization"] = f"Bearer {token['access_token']}"

    def _listed(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, Answer]:
        """Those of `instances` that Airflow shows; it leaves out what the user may not see, without a word."""
        wanted = set(instances)
        return {each: answer for each, answer in self._rows(instances) if each in wanted}

    def _rows(self, instances: Sequence[InstanceKey]) -> Iterator[tuple[InstanceKey, Answer]]:
        question: dict[str, Any] = {
            "dag_ids": sorted({each.dag_id for each in instances}),
            "dag_run_ids": sorted({each.run_id for each in instances}),
            "task_ids": sorted({each.task_id for each in instances}),
            "order_by": "id",
            "page_limit": PAGE_ROWS,
        }
        seen = 0
        while True:
            body = self._body("POST", _LIST, json={**question, "page_offset": seen})
            rows = _rows_of(body)
            yield from rows
            seen += len(rows)
            if not rows or seen >= _total(body):
                return

    def _single(self, instance: InstanceKey) -> Answer:
        """The answer for one that the list does not have: absent only when Airflow says so of just this one."""
        path = (
            f"/api/v2/dags/{_part(instance.dag_id)}/dagRuns/{_part(instance.run_id)}"
            f"/taskInstances/{_part(instance.task_id)}/{instance.map_index}"
        )
        try:
            response = self._send("GET", path)
            if response.status_code == httpx.codes.NOT_FOUND and _says_not_found(response, instance):
                return NoInstance()
            described, answer = _row(_checked(response))
        except NoAnswer as error:
            return Silence(str(error))
        return answer if described == instance else Silence(f"Airflow was asked for {instance} and answers {described}")

    def _body(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        return _checked(self._send(method, path, **options))

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **options)
        except (httpx.TransportError, httpx.DecodingError, httpx.InvalidURL) as error:
            raise NoAnswer(f"Airflow does not answer at {self._client.base_url}: {error}") from error


def _rows_of(body: dict[str, Any]) -> list[tuple[InstanceKey, Answer]]:
    rows = body.get("task_instances")
    if not isinstance(rows, list):
        raise NoAnswer(f"{_LIST}: is not an answer of Airflow's: it has no `task_instances`")
    return [_row(row) for row in rows]


def _total(body: dict[str, Any]) -> int:
    total = body.get("total_entries") or 0
    if not isinstance(total, int):
        raise NoAnswer(f"{_LIST}: is not an answer of Airflow's: its `total_entries` is not a number")
    return total


def _row(row: dict[str, Any]) -> tuple[InstanceKey, Answer]:
    """One task instance as the API describes it."""
    try:
        instance = InstanceKey(row["dag_id"], row["dag_run_id"], row["task_id"], int(row["map_index"]))
        return instance, found(row["state"], int(row["max_tries"]))
    except (KeyError, TypeError, ValueError) as error:
        raise NoAnswer(f"Airflow describes a task instance without {error}; is it Airflow 3?") from error


def _says_not_found(response: httpx.Response, instance: InstanceKey) -> bool:
    """Whether Airflow itself says so: a proxy in front of it answers 404 too when it is away."""
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return "was not found" in str(detail) and all(f"`{part}`" in str(detail) for part in instance)


def _checked(response: httpx.Response) -> dict[str, Any]:
    where = f"{response.request.method} {response.request.url}"
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    if response.is_success and isinstance(body, dict):
        return body
    detail = body.get("detail", "") if isinstance(body, dict) else response.text[:200]
    raise NoAnswer(f"{where}: Airflow answers {response.status_code}: {detail}")


def _part(text: str) -> str:
    return quote(text, safe="")
