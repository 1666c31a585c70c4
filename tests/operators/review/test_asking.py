from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.sdk.exceptions import ErrorType, TaskAwaitingInput
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import CreateHITLDetailPayload, ErrorResponse, TriggerDagRun

from include.contract.deployments import Deployment
from include.contract.errors import StoreAway
from include.store.store import Store
from operators.decisions import last_decision
from operators.refusing import MistakesTold
from operators.retry import StageRetryPolicy
from operators.review.asking import APPROVE_REST, REJECT_ALL, ReviewOperator
from operators.task_ids import ASK, LIST
from tests.operators.context import Ti, context_of
from tests.operators.review.test_flow import DAY, POINT, Reviewed

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
MANY = [f"brief-{number}" for number in range(51)]


class Airflow:
    """What a task says to Airflow."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def send(self, msg: Any) -> Any:
        self.heard.append(msg)
        is_again = isinstance(msg, TriggerDagRun) and [m for m in self.heard[:-1] if m == msg]
        return ErrorResponse(error=ErrorType.DAGRUN_ALREADY_EXISTS) if is_again else None


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Airflow:
    said = Airflow()
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", said, raising=False)
    return said


class Asked:
    """The question about the first form of a run."""

    def __init__(self, deployment: Deployment, briefs: list[str], **review: Any) -> None:
        self.reviewed = Reviewed(deployment, briefs, **review)
        self.form = self.reviewed.execute(LIST)[0]

    def task(self) -> ReviewOperator:
        """As Airflow makes it for each try and each way back."""
        task: ReviewOperator = self.reviewed.tasks[POINT.task(ASK)].unmap({"form": self.form})
        return task

    def context(self) -> Any:
        ti = Ti(POINT.task(ASK), self.reviewed.run.xcoms, map_index=0, dag_id="films")
        ti.id = "01a211f3-936d-71b6-b783-5cad87c59c37"  # type: ignore[attr-defined]
        return {**context_of(ti, at=DAY), "task_instance": ti}

    def put(self, airflow: Airflow) -> Any:
        with pytest.raises(TaskAwaitingInput) as waits:
            self.task().execute(self.context())
        assert waits.value.timeout.total_seconds() == 72 * 3600
        (said,) = (each for each in airflow.heard if isinstance(each, CreateHITLDetailPayload))
        return said

    def answered(self, option: str | None, user: str | None = "ann", **fields: str) -> dict[str, Any]:
        task = self.task()
        task.fit_form()
        event = {
            "chosen_options": [option] if option else [],
            "params_input": dict.fromkeys(task.params, None) | fields,
            "responded_at": AT,
            "responded_by_user": user and {"id": "1", "name": user},
            "timedout": user is None,
        }
        return self.task().execute_complete(self.context(), event)


def decided(store: Store, form: dict[str, str]) -> Any:
    return last_decision(store, "films", form["brief"], form["content_digest"])


def test_a_question_shows_the_text_and_who_may_answer(deployment: Deployment, airflow: Airflow) -> None:
    said = Asked(deployment, ["honey"]).put(airflow)
    assert said.subject == "Make “honey” of this script?"
    assert said.options == ["Approve", "Reject", "Remake"]
    assert said.defaults == [], "Airflow highlights them"
    assert list(said.params) == ["why"]
    assert "Without an answer within 72 hours it is not made." in said.body


def test_an_answer_is_kept_with_who_when_and_why(deployment: Deployment, store: Store, airflow: Airflow) -> None:
    asked = Asked(deployment, ["honey"])
    asked.answered("Approve", why=" fine ")
    decision = decided(store, asked.form)
    assert (decision.verdict, decision.by, decision.at, decision.why) == ("approved", "ann", AT, "fine")
    assert decision.run.task_id == "review_script.ask"


@pytest.mark.parametrize(("on_timeout", "verdict"), [("drop", "rejected"), ("publish", "approved")])
def test_nobody_answering_is_kept_as_a_time_out(
    deployment: Deployment, store: Store, airflow: Airflow, on_timeout: str, verdict: str
) -> None:
    asked = Asked(deployment, ["honey"], on_timeout=on_timeout)
    asked.answered(None, user=None)
    assert (decided(store, asked.form).verdict, decided(store, asked.form).by) == (verdict, "timeout")


@pytest.mark.parametrize(("on_timeout", "numbers"), [("drop", [0, 51, 0]), ("publish", [51, 0, 0])])
def test_nobody_answering_about_many_decides_for_all(
    deployment: Deployment, airflow: Airflow, on_timeout: str, numbers: list[int]
) -> None:
    assert verdicts(Asked(deployment, MANY, on_timeout=on_timeout).answered(None, user=None)) == numbers


def test_another_take_is_started_once_however_often_the_answer_is_followed(
    deployment: Deployment, airflow: Airflow
) -> None:
    asked = Asked(deployment, ["honey"])
    asked.answered("Remake")
    asked.answered("Remake")
    first, second = (said for said in airflow.heard if isinstance(said, TriggerDagRun))
    assert first == second
    assert first.run_id == f"remake__honey__1__{asked.form['content_digest'][:8]}"
    assert first.conf
    assert (first.conf["id"], first.conf["variation"]) == ("honey", 1)


def verdicts(answer: dict[str, Any]) -> Sequence[int]:
    return [answer[each] for each in ("approved", "rejected", "remade")]


def test_many_briefs_are_decided_by_naming_those_that_do_not_go_on(deployment: Deployment, airflow: Airflow) -> None:
    asked = Asked(deployment, MANY)
    said = asked.put(airflow)
    assert said.options == [APPROVE_REST, REJECT_ALL]
    assert said.defaults == []
    assert list(said.params) == ["reject", "remake", "why"]
    assert " `brief-50`" in said.body
    answer = asked.answered(APPROVE_REST, reject="brief-1, brief-2\nbrief-3", remake="`brief-4`")
    assert verdicts(answer) == [47, 3, 1]
    assert verdicts(asked.answered(REJECT_ALL)) == [0, 51, 0]


def test_an_answer_that_cannot_be_followed_decides_nothing_and_says_what_happens_next(
    deployment: Deployment, store: Store, airflow: Airflow
) -> None:
    asked = Asked(deployment, MANY)
    with pytest.raises(MistakesTold) as refused:
        asked.answered(APPROVE_REST, reject="brief-99, brief-1", remake="brief-1")
    assert str(refused.value).splitlines() == [
        "The answer is not valid, so nothing was decided; clear this task to be asked again:",
        "- `brief-99` was not asked about; did you mean `brief-9`? allowed: ids that the form lists",
        "- `brief-1` is named in both fields; keep it in one",
    ]
    assert store.listed("v1/decisions/", 10) == []


def test_an_answer_that_cannot_be_kept_now_says_that_the_question_is_put_anew(
    deployment: Deployment, airflow: Airflow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(store: Store, decision: Any) -> str:
        raise StoreAway("the store does not answer")

    asked = Asked(deployment, ["honey"])
    with pytest.raises(MistakesTold, match="'Aprove' is not an answer to this question; did you mean `Approve`"):
        asked.answered("Aprove")
    monkeypatch.setattr("operators.review.asking.keep_decision", away)
    with pytest.raises(StoreAway):
        asked.answered("Approve")
    assert "the next try of this task asks again" in capsys.readouterr().out
    assert asked.task().retry_policy == StageRetryPolicy(1, 10.0, deployment.infrastructure_retries)
