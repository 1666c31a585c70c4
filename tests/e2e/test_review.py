"""People answer in a real Airflow: the approved is published, the rejected is not, the remade is made again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from deploy.local.api import ENDED, AirflowRefused
from deploy.local.credentials import credentials_of
from deploy.local.installation import PROJECT_ROOT, Installation
from deploy.local.store import connect
from include.contract.decisions import Decision
from operators.store import Store
from tests.cluster.airflow import Airflow, Api, until
from tests.operators.receiver import Receiver, serving

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(1200)]
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
  post: {recipe: post.card, params: {formats: [square]}}
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
class Newsroom:
    """Airflow with its content types, and the people who answer."""

    airflow: Airflow
    api: Api
    receiver: Receiver

    def start(self, dag_id: str, run_id: str) -> None:
        """Start a run of all rows."""
        until(lambda: self.api.parsed_at(dag_id), 120, "the DAG is read")
        self.api.unpause(dag_id)
        self.api.trigger(dag_id, run_id, {})

    def questions(self, dag_id: str, run_id: str, number: int) -> dict[str, dict[str, Any]]:
        """The forms that wait for an answer, by what they are about."""

        def waiting() -> dict[str, dict[str, Any]]:
            path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/hitlDetails"
            found = self.api._ask("GET", path)["hitl_details"]
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
        self.api._ask("PATCH", f"{path}/{ti['map_index']}/hitlDetails", json=body)

    def end(self, dag_id: str, run_id: str) -> str:
        """State of the run when it has ended."""
        until(lambda: self.api.run_state(dag_id, run_id) in ENDED, 300, "the run has ended")
        return self.api.run_state(dag_id, run_id)

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api._ask("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
        return found

    def store(self) -> Store:
        return connect(self.airflow.installation, credentials_of(self.airflow.installation), self.airflow.ports)

    def decisions(self, content_type: str) -> list[Decision]:
        store = self.store()
        found = [store.get(each.key) for each in store.listed(f"v1/decisions/{content_type}/", 200)]
        return [Decision.model_validate_json(body) for body in found if body]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("newsroom")
    for name in ("files", "dags/content_types"):
        (folder / name).mkdir(parents=True)
    for name, rows in CATALOGUES.items():
        (folder / "files" / f"{name}.csv").write_text("\n".join(["sku,name,description", *rows]))
    for name, (catalogue, review, more) in TYPES.items():
        body = TYPE.format(name=name, catalogue=catalogue, review=review, more=more)
        (folder / "dags" / "content_types" / f"{name}.yaml").write_text(body)
    (folder / "dags" / "content.py").write_text((PROJECT_ROOT / "dags" / "content.py").read_text())
    local = (PROJECT_ROOT / "include" / "deployments" / "local.yaml").read_text()
    (folder / "deployment.yaml").write_text(local.replace("files: examples", f"files: {folder / 'files'}"))
    airflow = Airflow.prepared(
        Installation(home=folder / "home", deployment_file=str(folder / "deployment.yaml")), str(folder / "dags")
    )
    try:
        with serving(Receiver()) as receiver:
            hook = {"conn_type": "http", "host": receiver.url, "password": "s", "extra": {"allow_private": True}}
            for name, service in airflow.services.items():
                told = {**service.env, "AIRFLOW_CONN_HOOK": json.dumps(hook)}
                airflow.services[name] = replace(service, env=told)
            airflow.start_all()
            with airflow.api() as api:
                yield Newsroom(airflow, api, receiver)
    finally:
        airflow.end()


def test_of_three_pieces_one_is_published_one_dropped_and_one_made_again(newsroom: Newsroom) -> None:
    newsroom.start("cards", "first")
    asked = newsroom.questions("cards", "first", 3)
    assert asked["mug"]["subject"].startswith("Publish “")
    assert "square\\.jpg](<http" in asked["mug"]["body"]
    assert "<b>" not in asked["lamp"]["body"]
    newsroom.answer(asked["lamp"], "Remake", why="too dark")

    take = next(iter(newsroom.questions("cards", "~", 3).values()))  # the two that are left, and the new one
    assert take
    newsroom.answer(asked["mug"], "Approve")
    newsroom.answer(asked["chair"], "Reject")
    assert newsroom.end("cards", "first") == "success"
    index = json.loads(newsroom.store().get("published/cards/index.json") or b"{}")
    assert [item["slug"] for item in index["items"]] == ["mug"]
    by_brief = {each.brief: each for each in newsroom.decisions("cards")}
    assert {brief: each.verdict.value for brief, each in by_brief.items()} == {
        "mug": "approved",
        "chair": "rejected",
        "lamp": "remade",
    }
    assert (by_brief["lamp"].by, by_brief["lamp"].why) == ("admin", "too dark")
    day = index["items"][0]["day"].replace("-", "/")
    item = json.loads(newsroom.store().get(f"published/cards/{day}/mug/item.json") or b"{}")
    assert (item["decision"]["by"], item["decision"]["verdict"]) == ("admin", "approved")

    remake = f"remake__lamp__1__{by_brief['lamp'].content_digest[:8]}"
    assert newsroom.run("cards", remake)["conf"]["variation"] == 1
    newsroom.answer(newsroom.questions("cards", remake, 1)["lamp"], "Reject")
    assert newsroom.end("cards", remake) == "success"
    assert newsroom.api.tasks("cards", remake)["publish"].state == "skipped"

    newsroom.start("cards", "second")
    assert list(newsroom.questions("cards", "second", 1)) == ["lamp"], "what was decided is not asked again"


def test_a_script_that_nobody_answers_in_time_is_dropped(newsroom: Newsroom) -> None:
    newsroom.start("late", "first")
    assert newsroom.end("late", "first") == "success"
    assert {(each.verdict.value, each.by) for each in newsroom.decisions("late")} == {("rejected", "timeout")}


def test_many_pieces_are_decided_in_one_form(newsroom: Newsroom) -> None:
    newsroom.start("many", "first")
    (question,) = newsroom.questions("many", "first", 1).values()
    assert "`cup-50`" in question["body"]
    newsroom.answer(question, "Approve all but those named below", reject="cup-1, cup-2", remake="cup-3")
    assert newsroom.end("many", "first") == "success"
    found = newsroom.api.xcom("many", "first", "review_script.decided")
    assert (found["approved"], found["rejected"], found["remade"]) == (48, 2, 1)


def test_only_who_is_assigned_may_answer_and_the_webhook_is_told_when_nobody_has(newsroom: Newsroom) -> None:
    newsroom.start("guarded", "first")
    question = newsroom.questions("guarded", "first", 3)["mug"]
    with pytest.raises(AirflowRefused, match="not a respondent"):
        newsroom.answer(question, "Approve")
    ((_, body),) = until(lambda: newsroom.receiver.messages, 60, "the missed deadline is told")
    message = json.loads(body)
    assert message["type"] == "atelier.late"
    assert (message["data"]["dag_id"], message["data"]["run_id"]) == ("guarded", "first")
