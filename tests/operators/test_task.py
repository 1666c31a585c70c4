from __future__ import annotations

import pytest

from include.contract.manifests import RunRef
from operators.task import ref_of, run_ref
from tests.operators.context import Ti, context_of


@pytest.mark.parametrize(("map_index", "named"), [(3, 3), (0, 0), (-1, -1), (None, -1)])
def test_a_task_is_named_by_its_run_and_by_which_of_its_instances_it_is(map_index: int | None, named: int) -> None:
    ti = Ti("image", run_id="manual__2", dag_id="films")
    ti.map_index = map_index  # type: ignore[assignment]
    assert ref_of(ti) == RunRef(dag_id="films", run_id="manual__2", task_id="image", map_index=named)


def test_what_executes_is_what_the_context_says() -> None:
    assert run_ref(context_of(Ti("text", map_index=1))) == RunRef(
        dag_id="narrated_video", run_id="manual__1", task_id="text", map_index=1
    )
