from __future__ import annotations

from collections.abc import Mapping

import pytest
from airflow.sdk import TaskInstanceState
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse, GetTaskStates, TaskStatesResult

from operators.reaper import execution
from operators.reaper.answers import InstanceFound, InstanceKey, NoInstance, Silence
from operators.reaper.execution import ExecutionApi

RUNNING, FAILED = InstanceFound(TaskInstanceState.RUNNING), InstanceFound(TaskInstanceState.FAILED)


class Supervisor:
    """Stands in for the process that a task asks: answers from `rows`, as Airflow's execution API does."""

    def __init__(self, rows: Mapping[InstanceKey, str | None], fails_for: str | None = None) -> None:
        self._rows, self._fails_for = rows, fails_for
        self.questions: list[GetTaskStates] = []

    def send(self, question: GetTaskStates) -> TaskStatesResult:
        self.questions.append(question)
        if question.dag_id == self._fails_for:
            raise AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 500}))
        states: dict[str, dict[str, str | None]] = {}
        for each, state in self._rows.items():
            is_asked_for = (
                each.dag_id == question.dag_id
                and each.task_id in (question.task_ids or ())
                and each.run_id in (question.run_ids or ())
                and question.map_index in (None, each.map_index)
            )
            if is_asked_for:
                name = each.task_id if each.map_index < 0 else f"{each.task_id}_{each.map_index}"
                states.setdefault(each.run_id, {})[name] = state
        return TaskStatesResult(task_states=states)


def supervised(monkeypatch: pytest.MonkeyPatch, supervisor: Supervisor) -> Supervisor:
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", supervisor, raising=False)
    return supervisor


def test_states_come_by_run_and_what_is_not_there_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    running, failed, reset = (InstanceKey("film", f"run-{number}", "image", -1) for number in (1, 2, 3))
    gone = InstanceKey("film", "run-4", "image", -1)
    supervisor = supervised(monkeypatch, Supervisor({running: "running", failed: "failed", reset: None}))
    answers = ExecutionApi().ask({running, failed, reset, gone})
    assert answers == {running: RUNNING, failed: FAILED, reset: InstanceFound(None), gone: NoInstance()}
    assert len(supervisor.questions) == 1


def test_a_part_of_a_mapped_task_is_not_mixed_up_with_a_task_of_the_same_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part, whole, plain = (
        InstanceKey("film", "r", "image", 1),
        InstanceKey("film", "r", "image_1", -1),
        InstanceKey("film", "r", "image", -1),
    )
    supervised(monkeypatch, Supervisor({part: "running", whole: "failed"}))
    assert ExecutionApi().ask([part, whole, plain]) == {part: RUNNING, whole: FAILED, plain: NoInstance()}


def test_many_runs_are_asked_for_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "RUNS_AT_ONCE", 4)
    rows = {InstanceKey("film", f"run-{number:02}", "image", -1): "running" for number in range(10)}
    supervisor = supervised(monkeypatch, Supervisor(rows))
    assert set(ExecutionApi().ask(list(rows)).values()) == {RUNNING}
    assert [len(question.run_ids or ()) for question in supervisor.questions] == [4, 4, 2]


def test_after_one_question_without_an_answer_no_other_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (InstanceKey(name, "r", "image", -1) for name in ("a", "b", "c"))
    supervisor = supervised(
        monkeypatch, Supervisor({first: "failed", second: "failed", third: "failed"}, fails_for="b")
    )
    answers = ExecutionApi().ask([third, second, first])
    assert answers[first] == FAILED
    assert isinstance(answers[second], Silence)
    assert isinstance(answers[third], Silence)
    assert len(supervisor.questions) == 2
