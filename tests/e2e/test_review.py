"""People answer in a real Airflow: the approved is published, the rejected is not, the remade is made again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.demo.airflow_api import ENDED, AirflowRefused
from include.contract.decisions import Decision
from tests.cluster.airflow import until
from tests.e2e.newsroom import Newsroom, newsroom
from tests.operators.receiver import Receiver, serving

pytestmark = [pytest.mark.e2e, pytest.mark.long]
NOTICED_S = 2
"""Until the scheduler has heard that a task waits; an answer before that is lost, and asked for again by a retry."""
TYPE = """
name: {name}
title: Cards
description: Cards of products.
source: {{catalogue: {catalogue}.csv}}
review: {review}
stages:
  text: {{recipe: caption.product}}
{more}
"""
CARDS = """
  image: {recipe: image.scene, params: {short_side_px: 240}}
  post: {recipe: image.card, params: {formats: [square]}}
  publish: {recipe: publish.cards}
"""
SCRIPT = "before_publishing: false, after_script: true"
TYPES = {
    "cards": ("three", "{}", CARDS),
    "late": ("three", f"{{{SCRIPT}, timeout_h: 0.0005, on_timeout: drop}}", ""),
    "many": ("many", f"{{{SCRIPT}}}", ""),
    "guarded": ("three", f"{{{SCRIPT}, assigned: [editor]}}\ndeadline_h: 0.001\nwebhook: hook", ""),
}
CATALOGUES = {
    "three": [
        "mug,Ceramic mug,A mug",
        "lamp,*Lamp* <b>bright</b>,A [lamp](http://x.example)",
        "chair,Oak chair,A chair",
    ],
    "many": [f"cup-{number},Cup {number},A cup" for number in range(51)],
}


@dataclass
class Reviewed(Newsroom):
    """With the people who answer, and who is told."""

    receiver: Receiver

    def start(self, dag_id: str, run_id: str) -> None:
        """Start a run of all rows."""
        self.api.unpause(dag_id)
        self.api.trigger(dag_id, run_id, {})

    def questions(self, dag_id: str, run_id: str, number: int) -> dict[str, dict[str, Any]]:
        """The forms that wait for an answer, by what they are about."""

        def waiting() -> dict[str, dict[str, Any]]:
            path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/hitlDetails"
            found = self.api.ask("GET", path)["hitl_details"]
            asked = [each for each in found if each["task_instance"]["state"] == "awaiting_input"]
            return {str(each["task_instance"]["rendered_map_index"]): each for each in asked}

        found: dict[str, dict[str, Any]] = until(
            lambda: len(waiting()) == number and waiting(), 300, f"{number} questions are put"
        )
        return found

    def answer(self, question: Mapping[str, Any], option: str, **fields: str | None) -> None:
        """As the form does."""
        time.sleep(NOTICED_S)
        ti = question["task_instance"]
        path = f"/api/v2/dags/{ti['dag_id']}/dagRuns/{ti['dag_run_id']}/taskInstances/{ti['task_id']}"
        body = {"chosen_options": [option], "params_input": dict.fromkeys(question["params"], None) | fields}
        self.api.ask("PATCH", f"{path}/{ti['map_index']}/hitlDetails", json=body)

    def end(self, dag_id: str, run_id: str) -> str:
        """State of the run when it has ended."""
        until(lambda: self.api.run_state(dag_id, run_id) in ENDED, 300, "the run has ended")
        return self.api.run_state(dag_id, run_id)

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api.ask("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
        return found

    def decisions(self, content_type: str) -> list[Decision]:
        store = self.store()
        found = [store.get(each.key) for each in store.listed(f"v1/decisions/{content_type}/", 200)]
        return [Decision.model_validate_json(body) for body in found if body]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    with serving(Receiver()) as receiver:
        hook = {"conn_type": "http", "host": receiver.url, "password": "s", "extra": {"allow_private": True}}
        environment = {"AIRFLOW_CONN_HOOK": json.dumps(hook)}
        with newsroom(tmp_path_factory.mktemp("newsroom"), environment=environment) as room:
            for name, rows in CATALOGUES.items():
                room.write_file(f"{name}.csv", "\n".join(["sku,name,description", *rows]))
            room.write_types(
                {
                    name: TYPE.format(name=name, catalogue=catalogue, review=review, more=more)
                    for name, (catalogue, review, more) in TYPES.items()
                }
            )
            yield Reviewed(room.airflow, room.api, room.folder, receiver)


def test_of_three_pieces_one_is_published_one_dropped_and_one_made_again(desk: Reviewed) -> None:
    desk.start("cards", "first")
    asked = desk.questions("cards", "first", 3)
    assert asked["mug"]["subject"].startswith("Publish “")
    assert "square\\.jpg](</atelier/dags/" in asked["mug"]["body"]
    assert "<b>" not in asked["lamp"]["body"]
    desk.answer(asked["lamp"], "Remake", why="too dark")

    take = next(iter(desk.questions("cards", "~", 3).values()))  # the two that are left, and the new one
    assert take
    desk.answer(asked["mug"], "Approve")
    desk.answer(asked["chair"], "Reject")
    assert desk.end("cards", "first") == "success"
    index = json.loads(desk.store().get("published/cards/index.json") or b"{}")
    assert [item["slug"] for item in index["items"]] == ["mug"]
    by_brief = {each.brief: each for each in desk.decisions("cards")}
    assert {brief: each.verdict.value for brief, each in by_brief.items()} == {
        "mug": "approved",
        "chair": "rejected",
        "lamp": "remade",
    }
    assert (by_brief["lamp"].by, by_brief["lamp"].why) == ("admin", "too dark")
    day = index["items"][0]["day"].replace("-", "/")
    item = json.loads(desk.store().get(f"published/cards/{day}/mug/item.json") or b"{}")
    assert (item["decision"]["by"], item["decision"]["verdict"]) == ("admin", "approved")

    remake = f"remake__lamp__1__{by_brief['lamp'].content_digest[:8]}"
    assert desk.run("cards", remake)["conf"]["variation"] == 1
    desk.answer(desk.questions("cards", remake, 1)["lamp"], "Reject")
    assert desk.end("cards", remake) == "success"
    assert desk.api.tasks("cards", remake)["publish"].state == "skipped"

    desk.start("cards", "second")
    assert list(desk.questions("cards", "second", 1)) == ["lamp"], "what was decided is not asked again"


def test_a_script_that_nobody_answers_in_time_is_dropped(desk: Reviewed) -> None:
    desk.start("late", "first")
    assert desk.end("late", "first") == "success"
    assert {(each.verdict.value, each.by) for each in desk.decisions("late")} == {("rejected", "timeout")}


def test_many_pieces_are_decided_in_one_form(desk: Reviewed) -> None:
    desk.start("many", "first")
    (question,) = desk.questions("many", "first", 1).values()
    assert "`cup-50`" in question["body"]
    desk.answer(question, "Approve all but those named below", reject="cup-1, cup-2", remake="cup-3")
    assert desk.end("many", "first") == "success"
    found = desk.api.xcom("many", "first", "review_script.decided")
    assert (found["approved"], found["rejected"], found["remade"]) == (48, 2, 1)


def test_only_who_is_assigned_may_answer_and_the_webhook_is_told_when_nobody_has(desk: Reviewed) -> None:
    desk.start("guarded", "first")
    question = desk.questions("guarded", "first", 3)["mug"]
    with pytest.raises(AirflowRefused, match="not a respondent"):
        desk.answer(question, "Approve")
    ((_, body),) = until(lambda: desk.receiver.messages, 60, "the missed deadline is told")
    message = json.loads(body)
    assert message["type"] == "atelier.late"
    assert (message["data"]["dag_id"], message["data"]["run_id"]) == ("guarded", "first")
