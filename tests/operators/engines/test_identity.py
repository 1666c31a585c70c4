from __future__ import annotations

from dataclasses import replace

import pytest

from operators.engines.identity import AIRFLOW_ANNOTATION, TaskKey, is_own
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.operators.context import Ti, context_of
from tests.operators.engines.kubernetes.pods import KEY


def test_a_pod_says_exactly_whose_it_is() -> None:
    assert TaskKey.read(KEY.annotations()) == KEY


def test_the_try_that_executes_is_read_from_airflows_context() -> None:
    ti = Ti("image", run_id="manual__1", map_index=2, try_number=3, max_tries=9)
    expected = TaskKey("narrated_video", "manual__1", "image", 2, try_number=3, max_tries=9)
    assert TaskKey.of(context_of(ti)) == expected


def test_what_another_airflow_or_nobody_has_started_is_not_this_ones() -> None:
    assert is_own(KEY.annotations())
    assert not is_own({**KEY.annotations(), AIRFLOW_ANNOTATION: "another"})
    assert not is_own(None)


@pytest.mark.parametrize("missing", list(KEY.annotations())[:6])
def test_a_pod_that_does_not_say_it_whole_is_nobodys(missing: str) -> None:
    annotations = KEY.annotations()
    del annotations[missing]
    assert TaskKey.read(annotations) is None


@pytest.mark.parametrize("number", list(KEY.annotations())[3:6])
def test_a_pod_whose_numbers_are_none_is_nobodys(number: str) -> None:
    assert TaskKey.read({**KEY.annotations(), number: "x"}) is None


def test_tries_are_of_the_same_task_and_other_map_indexes_are_not() -> None:
    later = replace(KEY, try_number=3, max_tries=9)
    assert KEY.same_task(later)
    assert KEY.task_digest() == later.task_digest()
    assert not KEY.same_task(replace(KEY, map_index=1))
    assert KEY.task_digest() != replace(KEY, map_index=1).task_digest()
    assert not KEY.same_task(None)


def test_each_try_has_one_name_of_its_own_that_kubernetes_takes() -> None:
    keys = [KEY, replace(KEY, try_number=2), replace(KEY, max_tries=8), replace(KEY, run_id="manual__2")]
    odd = replace(KEY, dag_id="Ünï.code_DAG" * 20, task_id="Task.With.Dots")
    names = [key.pod_name() for key in [*keys, odd]]
    assert len(set(names)) == 5
    assert names[0] == KEY.pod_name()
    for name in names:
        assert len(name) <= 63
        assert name.replace("-", "").isalnum()
        assert name == name.lower().strip("-")
        assert name.isascii()
