"""Requests to Airflow's REST API (v2): trigger a run, watch it, read what it left."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import httpx

TIMEOUT_S = 30.0
PATIENCE_S = 120.0
"""How long an API server may be away or in trouble before it is given up; starting one takes less."""
PAUSES_S = (0.1, 0.5, 1.0, 2.0, 4.0)
"""Pauses before further tries; the last one is repeated."""
IN_TROUBLE = frozenset({429, 500, 502, 503, 504})
ENDED = frozenset({"success", "failed"})
_TELLING = ("success", "running", "up_for_retry", "failed")
"""States of a mapped task's parts, from the least telling for the whole to the most telling."""


class AirflowRefused(Exception):
    """Airflow does not answer, or answers with an error."""


@dataclass(frozen=True)
class TaskState:
    """One task of a run, now."""

    task_id: str
    state: str
    try_number: int
    started: datetime | None
    duration_s: float
    map_index: int = -1
    """-1 if the task is not mapped."""

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """The task as the API reports it."""
        started = found["start_date"]
        return cls(
            task_id=found["task_id"],
            state=found["state"] or "waiting",
            try_number=found["try_number"],
            started=datetime.fromisoformat(started) if started else None,
            duration_s=float(found["duration"] or 0.0),
            map_index=found["map_index"],
        )

    @property
    def telling(self) -> tuple[int, float]:
        """How telling it is for its mapped task."""
        return _TELLING.index(self.state) if self.state in _TELLING else 0, self.duration_s


def _ready_to_wait() -> None:
    """Nothing is known of the API server but what it answers."""


class AirflowApi:
    """A signed-in client. Every method raises `AirflowRefused` when Airflow cannot be asked.

    :param patience_s: for so long a call is made again that was not answered, or with an error of the server's own;
        every call here may be made twice.
    :param look: is called before each further try, and raises when there is nothing to wait for.
    :param log_folder: where it keeps the logs of tasks, if that is on this machine.
    """

    def __init__(
        self,
        base_url: str,
        user: str,
        password: str,
        patience_s: float = PATIENCE_S,
        look: Callable[[], object] = _ready_to_wait,
        log_folder: Path | None = None,
    ) -> None:
        self._user, self._password = user, password
        self._patience_s, self._look = patience_s, look
        self._log_folder = log_folder
        self.client = httpx.Client(base_url=base_url, timeout=TIMEOUT_S)

    def __enter__(self) -> Self:
        self.sign_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def sign_in(self) -> None:
        """Get a token, which is valid for a day."""
        body = {"username": self._user, "password": self._password}
        token = self.ask("POST", "/auth/token", json=body)["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    def parsed_at(self, dag_id: str) -> datetime | None:
        """When the DAG's file was last read; None if not known yet."""
        response = self._send("GET", f"/api/v2/dags/{quote(dag_id, safe='')}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        last = _checked(response)["last_parsed_time"]
        return datetime.fromisoformat(last) if last else None

    def import_errors(self, since: datetime) -> list[str]:
        """Why DAG files, or content types, make no DAG, as found since then: `<file>:` and the reason below it."""
        found = self.ask("GET", "/api/v2/importErrors", params={"limit": 100})["import_errors"]
        recent = [error for error in found if datetime.fromisoformat(error["timestamp"]) >= since]
        return [f"{error['filename']}:\n{error['stack_trace'].strip()}" for error in recent]

    def unpause(self, dag_id: str) -> None:
        """Let the DAG's runs start."""
        self.ask("PATCH", f"/api/v2/dags/{quote(dag_id, safe='')}", json={"is_paused": False})

    def task_ids(self, dag_id: str) -> list[str]:
        """The DAG's tasks, each after those it waits for."""
        tasks = self.ask("GET", f"/api/v2/dags/{quote(dag_id, safe='')}/tasks")["tasks"]
        return in_order({task["task_id"]: task["downstream_task_ids"] or [] for task in tasks})

    def trigger(self, dag_id: str, run_id: str, conf: dict[str, Any], note: str | None = None) -> None:
        """Start a run, whose id has to be new; it may exist only if an earlier try created it.

        :param note: what Airflow's UI says about the run.
        """
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf, "note": note}
        sent = self.send_again("POST", f"/api/v2/dags/{quote(dag_id, safe='')}/dagRuns", json=body)
        if not (sent.tries > 1 and sent.response.status_code == httpx.codes.CONFLICT):
            _checked(sent.response)

    def run_state(self, dag_id: str, run_id: str) -> str:
        """State of a run."""
        return str(self.ask("GET", _run(dag_id, run_id))["state"])

    def unfinished_runs(self, dag_id: str, prefix: str) -> list[str]:
        """Runs whose ids start with `prefix` and that have not ended."""
        path = f"/api/v2/dags/{quote(dag_id, safe='')}/dagRuns"
        found = self.ask("GET", path, params={"state": ["queued", "running"]})["dag_runs"]
        return [run["dag_run_id"] for run in found if run["dag_run_id"].startswith(prefix)]

    def fail_run(self, dag_id: str, run_id: str) -> None:
        """End a run as failed; its running tasks are stopped."""
        self.ask("PATCH", _run(dag_id, run_id), json={"state": "failed"})

    def tasks(self, dag_id: str, run_id: str) -> dict[str, TaskState]:
        """Every task of a run, by its id; for a mapped one, the most telling part."""
        found = self.ask("GET", f"{_run(dag_id, run_id)}/taskInstances")["task_instances"]
        return {task.task_id: task for task in sorted(map(TaskState.of, found), key=lambda task: task.telling)}

    def xcom(self, dag_id: str, run_id: str, task_id: str) -> Any:
        """What a task returned, or None."""
        path = f"{_task(dag_id, run_id, task_id)}/xcomEntries/return_value"
        response = self._send("GET", path, params={"deserialize": True})
        return None if response.status_code == httpx.codes.NOT_FOUND else _checked(response)["value"]

    def log(self, dag_id: str, run_id: str, task_id: str, try_number: int, map_index: int = -1) -> list[dict[str, Any]]:
        """The events of one try, in order."""
        path = f"{_task(dag_id, run_id, task_id)}/logs/{try_number}"
        content = self.ask("GET", path, params={"full_content": True, "map_index": map_index})["content"]
        return [event for event in content if isinstance(event, dict)]

    def log_address(self, dag_id: str, run_id: str, task_id: str) -> str:
        """Where people read the whole log of a task: a folder with a file for each try, or a page of Airflow's UI."""
        if self._log_folder is not None:
            return f"{self._log_folder}/dag_id={dag_id}/run_id={run_id}/task_id={task_id}/"
        path = f"/dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}/tasks/{quote(task_id, safe='')}"
        return str(self.client.base_url.join(path))

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """The JSON that Airflow answers with; `options` are those of `httpx.Client.request`."""
        return _checked(self._send(method, path, **options))

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.send_again(method, path, **options).response

    def send_again(self, method: str, path: str, **options: Any) -> Sent:
        """Send it until Airflow answers without trouble of its own, or patience ends."""
        limit = time.monotonic() + self._patience_s
        for tries in itertools.count(1):
            pause_s = PAUSES_S[min(tries, len(PAUSES_S)) - 1]
            is_last = time.monotonic() + pause_s > limit
            try:
                response = self.client.request(method, path, **options)
                if response.status_code not in IN_TROUBLE or is_last:
                    return Sent(response, tries)
            except httpx.TransportError as error:
                if is_last:
                    raise AirflowRefused(f"Airflow does not answer at {self.client.base_url}: {error}") from error
            time.sleep(pause_s)
            self._look()
        raise AssertionError("counting has no end")


@dataclass(frozen=True)
class Sent:
    """An answer, and how many tries it took."""

    response: httpx.Response
    tries: int


def _run(dag_id: str, run_id: str) -> str:
    return f"/api/v2/dags/{quote(dag_id, safe='')}/dagRuns/{quote(run_id, safe='')}"


def _task(dag_id: str, run_id: str, task_id: str) -> str:
    return f"{_run(dag_id, run_id)}/taskInstances/{quote(task_id, safe='')}"


def _checked(response: httpx.Response) -> Any:
    try:
        body = response.json()
    except json.JSONDecodeError:
        body = {"detail": response.text[:300]}
    if response.is_error:
        request = response.request
        detail = body.get("detail", body)
        raise AirflowRefused(f"{request.method} {request.url.path}: Airflow answers {response.status_code}: {detail}")
    return body


def in_order(downstream: dict[str, list[str]]) -> list[str]:
    """Ids in an order in which each precedes all in its list."""
    done: list[str] = []

    def visit(task_id: str) -> Iterator[str]:
        for after in sorted(downstream[task_id], reverse=True):
            if after not in done:
                yield from visit(after)
        if task_id not in done:
            done.append(task_id)
            yield task_id

    for task_id in sorted(downstream, reverse=True):
        list(visit(task_id))
    return done[::-1]
