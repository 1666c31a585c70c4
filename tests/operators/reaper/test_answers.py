from __future__ import annotations

from airflow.sdk import TaskInstanceState

from operators.engines.identity import TaskKey
from operators.reaper.answers import InstanceFound, InstanceKey, Silence, found


def test_an_instance_is_a_key_without_its_try() -> None:
    first, second = (TaskKey("film", "manual__1", "image", 3, number, 7) for number in (1, 2))
    assert InstanceKey.of(first) == InstanceKey.of(second)
    assert str(InstanceKey.of(first)) == "film/manual__1/image[3]"
    assert str(InstanceKey("film", "manual__1", "image", -1)) == "film/manual__1/image"


def test_a_state_that_nobody_knows_is_no_answer() -> None:
    assert found("running", 3) == InstanceFound(TaskInstanceState.RUNNING, 3)
    assert found(None) == InstanceFound(None)
    assert isinstance(found("meditating"), Silence)
