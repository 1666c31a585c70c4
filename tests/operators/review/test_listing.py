from __future__ import annotations

from include.contract.artifacts import artifact_of
from include.contract.manifests import RunRef
from include.contract.planning import PlannedItem
from include.store.store import Store
from operators.review.listing import MOST_FORMS, forms_of
from operators.task import MOST_OF_A_TITLE

RUN = RunRef(dag_id="films", run_id="manual__1", task_id="review.list")


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
