from __future__ import annotations

from dataclasses import dataclass

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from include.contract.artifacts import artifact_of
from include.contract.manifests import RunRef
from include.contract.planning import PlannedItem
from include.store.store import Store
from operators.review.group import NAME
from operators.review.listing import MOST_FORMS, forms_of
from operators.task import MOST_OF_A_TITLE

RUN = RunRef(dag_id="films", run_id="manual__1", task_id="review.list")


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


def items(*briefs: str) -> list[PlannedItem]:
    return [PlannedItem(brief, brief, (artifact_of("script", brief.encode(), "text/plain"),)) for brief in briefs]


def test_a_form_bears_the_title_of_its_piece(store: Store) -> None:
    titles = {"bees": "Why bees matter", "tea": "Tea", "tea-2": "Tea", "long": "x" * 300}
    forms = forms_of(store, RUN, items(*titles), lambda item: titles[item.brief])
    assert [form["brief"] for form in forms] == list(titles)
    assert [form["title"] for form in forms] == ["Why bees matter", "Tea (tea)", "Tea (tea-2)", "x" * MOST_OF_A_TITLE]


def test_many_briefs_stand_in_one_form_and_no_title_is_read(store: Store) -> None:
    briefs = [f"film-{number}" for number in range(MOST_FORMS + 1)]

    def unread(item: PlannedItem) -> str:
        raise AssertionError(item)

    (form,) = forms_of(store, RUN, items(*briefs), unread)
    assert form["briefs"] == str(MOST_FORMS + 1)
