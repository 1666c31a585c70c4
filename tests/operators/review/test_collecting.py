from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from airflow.sdk import DAG, BaseOperator
from airflow.sdk.exceptions import AirflowSkipException, DownstreamTasksSkipped

from include.contract.decisions import Decision, Verdict, piece_digest, unpack_decisions
from include.contract.deployments import Deployment
from include.contract.entries import BRIEFS, Entries, Entry, pack_entries
from include.contract.manifests import RunRef
from include.contract.review import Moment
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.decisions import keep_decision
from operators.handing_on import hand_on
from operators.review.collecting import CollectOperator
from operators.review.looked_at import looked_at
from operators.review.points import ReviewPoint
from operators.stages.result import reference
from tests.operators.conftest import films
from tests.operators.context import Ti, context_of
from tests.operators.planning.archive import Archive

FILMS = films()
POINT = ReviewPoint(Moment.AFTER_SCRIPT, "text", "review_script")
BRIEF = RunRef(dag_id="films", run_id="manual__1", task_id="brief")


class Written:
    """A run whose scripts were written and listed."""

    def __init__(self, store: Store, deployment: Deployment, *topics: str, fail: str = "") -> None:
        briefs = [brief_of({"topic": topic}, FILMS) for topic in topics]
        entries = Entries(day=date(2026, 11, 25), entries=tuple(Entry(brief=brief) for brief in briefs))
        sha256 = hand_on(store, BRIEF, BRIEFS, pack_entries(entries), "application/gzip")
        made = Archive(store, FILMS, has_blobs=True).make(briefs, stages=["text"], fail=fail)
        xcoms: dict[str, Any] = {"brief": {"sha256": sha256}, "text": reference(made["text"]), POINT.task("list"): []}
        self.store, self.ti = store, Ti(POINT.task("decided"), xcoms, dag_id="films")
        with DAG("films", schedule=None):
            self.task = CollectOperator(task_id="decided", content_type=FILMS, point=POINT, deployment=deployment)
            self.task >> BaseOperator(task_id="image")

    def decide(self, **verdicts: Verdict) -> None:
        for item in looked_at(context_of(self.ti), self.store, FILMS, POINT):
            if item.brief in verdicts:
                told = {"content_type": "films", "brief": item.brief, "content_digest": piece_digest(item)}
                at = datetime(2026, 11, 25, tzinfo=UTC)
                decision = Decision.model_validate({**told, "verdict": verdicts[item.brief], "by": "ann", "at": at})
                keep_decision(self.store, decision)

    def collect(self) -> dict[str, Any]:
        self.task.execute(context_of(self.ti))
        collected: dict[str, Any] = self.ti.xcoms[self.ti.task_id]
        return collected


def test_the_last_word_about_each_brief_is_counted_and_handed_on(store: Store, deployment: Deployment) -> None:
    written = Written(store, deployment, "Bees", "Tea", "Rain")
    written.decide(bees=Verdict.APPROVED, tea=Verdict.REJECTED)
    collected = written.collect()
    assert {verdict: collected[verdict.value] for verdict in Verdict} == {
        verdict: int(verdict in (Verdict.APPROVED, Verdict.REJECTED)) for verdict in Verdict
    }
    decisions = unpack_decisions(store.blob(collected["sha256"], "what was decided"))
    assert sorted((each.brief, each.verdict) for each in decisions) == [
        ("bees", Verdict.APPROVED),
        ("tea", Verdict.REJECTED),
    ]


def test_where_nothing_is_approved_what_follows_is_skipped_and_the_counts_are_told(
    store: Store, deployment: Deployment
) -> None:
    written = Written(store, deployment, "Bees")
    written.decide(bees=Verdict.REJECTED)
    with pytest.raises(DownstreamTasksSkipped) as skipped:
        written.collect()
    assert skipped.value.tasks == ["image"]
    assert written.ti.xcoms[written.ti.task_id][Verdict.REJECTED.value] == 1


def test_a_brief_that_was_not_written_is_not_decided_upon(store: Store, deployment: Deployment) -> None:
    written = Written(store, deployment, "Bees", "Tea", fail="tea")
    written.decide(bees=Verdict.APPROVED, tea=Verdict.APPROVED)
    assert written.collect()[Verdict.APPROVED.value] == 1


def test_where_nothing_was_listed_there_was_nothing_to_look_at(store: Store, deployment: Deployment) -> None:
    written = Written(store, deployment, "Bees")
    del written.ti.xcoms[POINT.task("list")]
    with pytest.raises(AirflowSkipException, match="there was nothing to review"):
        written.collect()
