from __future__ import annotations

from dataclasses import dataclass

import pytest
from airflow.sdk import DAG
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from include.contract.deployments import Deployment
from include.contract.review import Moment
from operators.review.group import NAME, review_group
from operators.review.points import ReviewPoint
from tests.operators.conftest import films


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ({"brief": "bees", "content_digest": "ab", "title": "Why bees matter"}, "Why bees matter"),
        ({"brief": "bees", "content_digest": "ab"}, "bees"),
        ({"briefs": "60", "sha256": "ab"}, "60 briefs"),
    ],
)
def test_the_task_that_asks_is_named_by_its_form(form: dict[str, str], name: str) -> None:
    assert SandboxedEnvironment(undefined=StrictUndefined).from_string(NAME).render(task=Asking(form)) == name


@dataclass
class Asking:
    """A task with a form."""

    form: dict[str, str]


def test_people_are_asked_of_what_is_listed_and_what_they_say_is_collected(deployment: Deployment) -> None:
    dag, point = DAG("films", schedule=None), ReviewPoint(Moment.AFTER_SCRIPT, "text", "review_script")
    listed, decided = review_group(films(), point, deployment, dag)
    asked = dag.get_task("review_script.ask")
    assert (listed.task_id, decided.task_id) == ("review_script.list", "review_script.decided")
    assert listed.downstream_task_ids == {asked.task_id, decided.task_id}
    assert asked.downstream_task_ids == {decided.task_id}
    assert dag.task_group.children["review_script"].tooltip == "Review of the script"


def test_where_nobody_had_to_be_asked_the_answers_are_collected_all_the_same(deployment: Deployment) -> None:
    dag, point = DAG("films", schedule=None), ReviewPoint(Moment.BEFORE_PUBLISHING, "publish", "review")
    _, decided = review_group(films(), point, deployment, dag)
    assert decided.trigger_rule == "none_failed"
