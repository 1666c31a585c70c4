from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

from operators.engines.task_status import WAITED_FOR, TaskStatus, task_status_of


def answers(monkeypatch: pytest.MonkeyPatch, answer: Any) -> list[dict[str, Any]]:
    """Let Airflow's execution API, which only a running task can ask, answer that; what it was asked."""
    asked: list[dict[str, Any]] = []

    def get_task_states(dag_id: str, **options: Any) -> Any:
        asked.append({"dag_id": dag_id, **options})
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(RuntimeTaskInstance, "get_task_states", staticmethod(get_task_states))
    return asked


@pytest.mark.parametrize("state", sorted(WAITED_FOR))
def test_whoever_will_read_the_result_is_waited_for(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    answers(monkeypatch, {"run": {"image": state}})
    assert task_status_of("dag", "run", "image", -1) is TaskStatus.WAITED_FOR


@pytest.mark.parametrize("state", ["success", "failed", "skipped", "removed", "upstream_failed"])
def test_an_ended_task_is_gone(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    answers(monkeypatch, {"run": {"image": state}})
    assert task_status_of("dag", "run", "image", -1) is TaskStatus.GONE


@pytest.mark.parametrize("answer", [{}, {"run": {}}, {"run": {"image": "running"}}])
def test_a_deleted_task_is_gone_and_another_map_index_is_another_task(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]
) -> None:
    asked = answers(monkeypatch, answer)
    assert task_status_of("dag", "run", "image", 3) is TaskStatus.GONE
    assert asked == [{"dag_id": "dag", "map_index": 3, "task_ids": ["image"], "run_ids": ["run"]}]


def test_a_mapped_task_is_found_under_its_index(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, {"run": {"image_3": "deferred"}})
    assert task_status_of("dag", "run", "image", 3) is TaskStatus.WAITED_FOR


def test_a_task_without_a_state_was_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, {"run": {"image": None}})
    assert task_status_of("dag", "run", "image", -1) is TaskStatus.RESET


def test_no_answer_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ConnectionError("Airflow is away"))
    assert task_status_of("dag", "run", "image", -1) is TaskStatus.UNKNOWN
