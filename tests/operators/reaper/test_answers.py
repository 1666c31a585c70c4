from __future__ import annotations

from airflow.sdk import TaskInstanceState

from operators.engines.kubernetes.identity import TaskKey
from operators.reaper.answers import Found, Instance, Silence, found


def test_an_instance_is_a_key_without_its_try() -> None:
    first, second = (TaskKey("film", "manual__1", "image", 3, number, 7) for number in (1, 2))
    assert Instance.of(first) == Instance.of(second)
    assert str(Instance.of(first)) == "film/manual__1/image[3]"
    assert str(Instance("film", "manual__1", "image", -1)) == "film/manual__1/image"


def test_a_state_that_nobody_knows_is_no_answer() -> None:
    assert found("running", 3) == Found(TaskInstanceState.RUNNING, 3)
    assert found(None) == Found(None)
    assert isinstance(found("meditating"), Silence)
