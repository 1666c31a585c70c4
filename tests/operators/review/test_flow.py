"""From what was made to what goes on: list, decide, collect, and the next stage's request."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException, DownstreamTasksSkipped

from include.contract.content_types import ContentType
from include.contract.decisions import TIMEOUT, Decision, Verdict
from include.contract.deployments import Deployment
from include.contract.keys import request_key
from include.contract.manifests import RunRef
from include.contract.requests import StageRequest
from include.contract.review import Moment
from include.store.store import Store
from operators.dags.assembly import dag_of
from operators.decisions import keep_decision
from operators.review.points import ReviewPoint
from operators.task_ids import COLLECT, LIST
from tests.operators.conftest import Run, films
from tests.operators.context import Ti, context_of

DAY = datetime(2026, 11, 25, 6, tzinfo=UTC)
POINT = ReviewPoint(Moment.AFTER_SCRIPT, "text", "review_script")
SETTINGS: dict[str, Any] = {
    "source": {"calendar": "calendar.csv"},
    "schedule": "0 6 * * *",
    "start_date": "2026-01-01",
    "review": {"before_publishing": False, "after_script": True},
}


class Reviewed:
    """A run of films that stops after the script."""

    def __init__(self, deployment: Deployment, briefs: list[str], run_id: str = "manual__1", **review: Any) -> None:
        rows = "\n".join(["date,id,topic", *(f"2026-11-25,{brief},About {brief}" for brief in briefs)])
        Path(str(deployment.files), "calendar.csv").write_text(rows)
        settings = {**SETTINGS, "review": {**SETTINGS["review"], **review}}
        self.content_type: ContentType = films(**settings)
        self.tasks: dict[str, Any] = dict(dag_of(self.content_type, deployment).task_dict)
        self.run = Run(deployment, run_id)
        self.run.brief({}, at=DAY, **settings)
        self.run.run_stage(self.tasks["text"])

    def execute(self, name: str) -> Any:
        task_id = POINT.task(name)
        ti = Ti(task_id, self.run.xcoms, run_id=self.run.run_id)
        returned = self.tasks[task_id].execute(context_of(ti, at=DAY))
        if returned is not None:
            self.run.xcoms[task_id] = returned
        return self.run.xcoms[task_id]

    def decide(self, store: Store, form: dict[str, str], verdict: Verdict, by: str = "ann") -> None:
        run = RunRef(dag_id="films", run_id=self.run.run_id, task_id=POINT.task("ask"))
        told = {"content_type": "films", "at": datetime(2026, 11, 25, 7, tzinfo=UTC), "verdict": verdict, "by": by}
        keep_decision(store, Decision.model_validate({**form, **told, "run": run}))


def test_what_was_not_approved_is_left_out_of_the_next_stage(deployment: Deployment, store: Store) -> None:
    reviewed = Reviewed(deployment, ["honey", "tea", "rain"])
    forms = reviewed.execute(LIST)
    assert [form["brief"] for form in forms] == ["honey", "tea", "rain"]
    for form, verdict in zip(forms, Verdict, strict=True):
        reviewed.decide(store, form, verdict)
    decided = reviewed.execute(COLLECT)
    assert [decided[verdict.value] for verdict in Verdict] == [1, 1, 1]
    assert orders(store, reviewed.run.run_stage(reviewed.tasks["image"])) == ["honey"]


def test_the_next_stage_is_the_same_as_if_only_what_was_approved_had_been_ordered(
    deployment: Deployment, store: Store
) -> None:
    several, alone = Reviewed(deployment, ["honey", "tea"]), Reviewed(deployment, ["honey", "tea"], "manual__2")
    first, second = several.execute(LIST)
    several.decide(store, first, Verdict.APPROVED)
    several.decide(store, second, Verdict.REJECTED)
    several.execute(COLLECT)
    assert alone.execute(LIST) == []
    alone.execute(COLLECT)
    made = several.run.run_stage(several.tasks["image"])
    again = alone.run.run_stage(alone.tasks["image"])
    assert made["process_started"]
    assert not again["process_started"]


def test_a_person_is_asked_once_about_the_same_content(deployment: Deployment, store: Store) -> None:
    briefs = ["approved", "rejected", "remade", "late"]
    first = Reviewed(deployment, briefs)
    for form in first.execute(LIST):
        verdict = Verdict.REJECTED if form["brief"] == "late" else Verdict(form["brief"])
        first.decide(store, form, verdict, by=TIMEOUT if form["brief"] == "late" else "ann")
    second = Reviewed(deployment, briefs, "manual__2")
    assert [form["brief"] for form in second.execute(LIST)] == ["remade", "late"]
    assert [form["brief"] for form in first.execute(LIST)] == briefs, "who clears a review wants to be asked"


def test_more_than_fifty_briefs_are_one_form(deployment: Deployment, store: Store) -> None:
    (form,) = Reviewed(deployment, [f"brief-{number}" for number in range(51)]).execute(LIST)
    assert form["briefs"] == "51"
    assert b"brief-50" in store.blob(form["sha256"], "the list")


def test_a_run_of_which_nothing_is_approved_skips_what_follows(deployment: Deployment, store: Store) -> None:
    reviewed = Reviewed(deployment, ["honey"])
    (form,) = reviewed.execute(LIST)
    reviewed.decide(store, form, Verdict.REJECTED)
    with pytest.raises(DownstreamTasksSkipped) as skipped:
        reviewed.execute(COLLECT)
    assert skipped.value.tasks == ["image", "speech"]


def test_a_run_without_briefs_has_no_review(deployment: Deployment) -> None:
    reviewed = Reviewed(deployment, ["honey"])
    with pytest.raises(AirflowSkipException):
        reviewed.execute(COLLECT)


def orders(store: Store, reference: dict[str, Any]) -> list[str]:
    (sha256,) = [part for part in str(reference["manifest"]).split("/") if len(part) == 64]
    body = store.get(request_key(sha256))
    assert body is not None
    return [order.brief for order in StageRequest.model_validate_json(body).orders]
