from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import unquote

import pytest
from airflow.sdk import TaskInstanceState

from operators.reaper import rest
from operators.reaper.answers import Answer, InstanceFound, InstanceKey, NoInstance, Silence
from operators.reaper.rest import RestApi
from tests.operators.reaper.server import Request, Server, serving

RUN = "scheduled__2026-05-01T06:00:00+00:00"
LIST = "POST /api/v2/dags/~/dagRuns/~/taskInstances/list"


def instance(task_id: str, map_index: int = -1, dag_id: str = "film") -> InstanceKey:
    return InstanceKey(dag_id, RUN, task_id, map_index)


class Airflow:
    """The two addresses that the reaper asks, as Airflow 3 answers them.

    :param hidden: DAGs that the user may not see.
    :param unlisted: rows that the list misses, as when others went while it was read.
    """

    def __init__(
        self,
        rows: Mapping[InstanceKey, tuple[str | None, int]],
        hidden: Collection[str] = (),
        unlisted: Collection[InstanceKey] = (),
    ) -> None:
        self._rows, self._hidden, self._unlisted = rows, hidden, unlisted

    def __call__(self, request: Request) -> tuple[int, Any]:
        if request.path == "/auth/token":
            is_known = request.body == {"username": "reaper", "password": "secret"}
            return (201, {"access_token": "a.b.c"}) if is_known else (401, {"detail": "Invalid credentials"})
        if request.authorization != "Bearer a.b.c":
            return 401, {"detail": "Not authenticated"}
        return self._list(request.body) if request.method == "POST" else self._one(request.path)

    def _list(self, asked: dict[str, Any]) -> tuple[int, Any]:
        rows = [
            self._row(each)
            for each in sorted(self._rows)
            if each.dag_id in set(asked["dag_ids"]) - set(self._hidden)
            and each.run_id in asked["dag_run_ids"]
            and each.task_id in asked["task_ids"]
            and each not in self._unlisted
        ]
        start = asked["page_offset"]
        return 200, {"task_instances": rows[start : start + asked["page_limit"]], "total_entries": len(rows)}

    def _one(self, path: str) -> tuple[int, Any]:
        parts = [unquote(part) for part in path.split("/")]
        wanted = InstanceKey(parts[4], parts[6], parts[8], int(parts[9]))
        if wanted.dag_id in self._hidden:
            return 403, {"detail": "Forbidden"}
        if wanted in self._rows:
            return 200, self._row(wanted)
        words = (
            f"The Mapped Task Instance with dag_id: `{wanted.dag_id}`, run_id: `{wanted.run_id}`, "
            f"task_id: `{wanted.task_id}`, and map_index: `{wanted.map_index}` was not found"
        )
        return 404, {"detail": words}

    def _row(self, each: InstanceKey) -> dict[str, Any]:
        state, max_tries = self._rows[each]
        names = {"dag_id": each.dag_id, "dag_run_id": each.run_id, "task_id": each.task_id}
        return {**names, "map_index": each.map_index, "state": state, "max_tries": max_tries, "try_number": 1}


def asked(server: Server, *instances: InstanceKey, password: str = "secret") -> Mapping[InstanceKey, Answer]:
    with RestApi(server.url, "reaper", password) as airflow:
        return airflow.ask(set(instances))


def reason(answer: Answer) -> str:
    assert isinstance(answer, Silence)
    return answer.reason


def test_all_tasks_are_looked_up_together_and_the_missing_ones_once_more() -> None:
    held, cleared, gone = instance("held"), instance("cleared"), instance("gone")
    with serving(Airflow({held: ("deferred", 7), cleared: (None, 9)})) as server:
        answers = asked(server, held, cleared, gone)
        assert server.paths()[:2] == ["POST /auth/token", LIST]
        assert len(server.paths()) == 3
    assert answers == {
        held: InstanceFound(TaskInstanceState.DEFERRED, 7),
        cleared: InstanceFound(None, 9),
        gone: NoInstance(),
    }


def test_parts_of_a_mapped_task_are_told_apart() -> None:
    rows = {instance("image", index): ("running", 2) for index in (0, 2)} | {instance("image", 3): ("failed", 2)}
    with serving(Airflow(rows)) as server:
        answers = asked(server, *(instance("image", index) for index in range(4)), instance("image"))
    states = [answers[instance("image", index)] for index in (0, 1, 2, 3, -1)]
    running, failed = InstanceFound(TaskInstanceState.RUNNING, 2), InstanceFound(TaskInstanceState.FAILED, 2)
    assert states == [running, NoInstance(), running, failed, NoInstance()]


def test_many_tasks_take_several_pages_and_several_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "INSTANCES_AT_ONCE", 10)
    monkeypatch.setattr(rest, "PAGE_ROWS", 4)
    rows = {instance(f"task-{number:02}"): ("running", 2) for number in range(25)}
    with serving(Airflow(rows)) as server:
        answers = asked(server, *rows)
        assert server.paths().count(LIST) == 3 + 3 + 2
    assert set(answers.values()) == {InstanceFound(TaskInstanceState.RUNNING, 2)}
    assert len(answers) == 25


def test_a_task_that_the_list_misses_is_not_taken_for_gone() -> None:
    held = instance("held")
    with serving(Airflow({held: ("running", 7)}, unlisted={held})) as server:
        assert asked(server, held) == {held: InstanceFound(TaskInstanceState.RUNNING, 7)}


def test_a_dag_that_the_user_may_not_see_is_not_taken_for_gone() -> None:
    seen, hidden = instance("held"), instance("held", dag_id="secret_film")
    with serving(Airflow({seen: ("running", 7), hidden: ("running", 7)}, hidden={"secret_film"})) as server:
        answers = asked(server, seen, hidden)
    assert answers[seen] == InstanceFound(TaskInstanceState.RUNNING, 7)
    assert "403" in reason(answers[hidden])


def test_an_answer_about_another_task_is_none() -> None:
    whole, another = Airflow({}), Airflow({instance("another"): ("failed", 7)})

    def answers(request: Request) -> tuple[int, Any]:
        if request.method == "GET":
            return another(Request("GET", request.path.replace("gone", "another"), {}, None, request.authorization))
        return whole(request)

    with serving(answers) as server:
        assert "answers film/" in reason(asked(server, instance("gone"))[instance("gone")])


def test_wrong_credentials_leave_every_question_open() -> None:
    held, gone = instance("held"), instance("gone")
    with serving(Airflow({held: ("running", 7)})) as server:
        answers = asked(server, held, gone, password="wrong")
    assert "/auth/token: Airflow answers 401: Invalid credentials" in reason(answers[gone])
    assert "401" in reason(answers[held])


def test_nobody_there_leaves_every_question_open() -> None:
    with RestApi("http://127.0.0.1:9", "reaper", "secret") as airflow:
        assert "Airflow does not answer at http://127.0.0.1:9" in reason(airflow.ask([instance("x")])[instance("x")])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"detail": "database is away"}),
        (503, "<html>no healthy upstream</html>"),
        (302, "moved to a login page"),
        (404, "default backend - 404"),
        (404, {"detail": "Not Found"}),
        (404, {"detail": "Task instance is mapped, add the map_index value to the URL"}),
        (200, "<html>a login page</html>"),
        (200, {"status": "ok"}),
        (200, []),
    ],
)
@pytest.mark.parametrize("broken", ["/auth/token", "/api/v2/dags/~", "/api/v2/dags/film"])
def test_whatever_is_no_answer_of_airflow_leaves_the_question_open(broken: str, status: int, body: Any) -> None:
    whole = Airflow({})

    def answers(request: Request) -> tuple[int, Any]:
        return (status, body) if request.path.startswith(broken) else whole(request)

    with serving(answers) as server:
        assert isinstance(asked(server, instance("gone"))[instance("gone")], Silence)


@pytest.mark.parametrize("total", ["many", [1], {"a": 1}])
def test_a_number_of_rows_that_is_none_is_no_answer(total: object) -> None:
    held = instance("held")
    airflow = Airflow({held: ("deferred", 7)})

    def answer(request: Request) -> tuple[int, Any]:
        code, body = airflow(request)
        return code, {**body, "total_entries": total} if "task_instances" in body else body

    with serving(answer) as server:
        assert "its `total_entries` is not a number" in reason(asked(server, held)[held])
