"""Arguments that the tasks of a stage have in common, as somebody writes them in a DAG file."""

from __future__ import annotations

import ast
import inspect
import socket
import textwrap
from datetime import timedelta

import pytest
from airflow.sdk import DAG, BaseOperator, TaskGroup
from airflow.serialization.serialized_objects import DagSerialization

from include.contract.errors import BadRequest
from operators.briefs.operator import BriefOperator
from operators.retry import StageRetryPolicy
from operators.stages.merge import MergeOperator
from operators.stages.operator import StageOperator
from operators.stages.publish import PublishOperator
from operators.stages.task import StageTask


def test_plain_values_are_enough() -> None:
    task = StageOperator(task_id="scenes", recipe="image.scene", retries=1, retry_delay=3.0, timeout_s=60)
    assert (task.stage, task.name, task.pool) == ("scenes", "scenes", "default_pool")
    assert (task.retries, task.retry_delay, task.execution_timeout) == (6, timedelta(seconds=3), timedelta(seconds=60))
    assert task.retry_policy == StageRetryPolicy(1, 3.0, 5)


def test_mapped_shards_are_to_the_scheduler_what_one_task_is() -> None:
    told = {"recipe": "image.scene", "shards": 2, "retries": 1, "timeout_s": 60}
    with DAG("by_hand", schedule=None, default_args={"profile": "cpu-medium", "retries": 9}) as dag:
        shards = StageOperator.partial(task_id="scenes_shards", **told).expand(shard=[0, 1])
        BriefOperator() >> StageOperator(task_id="text", recipe="script.narrated") >> shards
        merge = MergeOperator(task_id="scenes", **told)
        shards >> merge
    one = shards.unmap({"shard": 1})
    for name in ("retries", "retry_policy", "retry_delay", "pool", "pool_slots", "execution_timeout"):
        assert getattr(shards, name) == getattr(one, name), name
    assert one.settings.model_copy(update={"pool": None}) == merge.settings, "but for the profile's pool, said by name"
    assert (one.shard, one.label) == (1, "2 of 2")
    assert (one.settings.profile, one.retries) == ("cpu-medium", 6)
    dag.resolve_template_files()
    DagSerialization.validate_schema(DagSerialization.to_dict(dag))


def test_mapped_shards_are_checked_where_they_are_written() -> None:
    with pytest.raises(BadRequest, match="`shards`: is too small"), DAG("by_hand", schedule=None):
        StageOperator.partial(task_id="scenes_shards", recipe="image.scene", shards=0)


def test_a_shard_is_called_after_its_stage() -> None:
    with pytest.raises(BadRequest, match="with `shards: 3` it has to be called `scenes_shards`"):
        StageOperator(task_id="scenes", recipe="image.scene", shards=3)
    with pytest.raises(BadRequest, match="with `shards: 1` it has to be called `scenes`"):
        StageOperator(task_id="scenes_shards", recipe="image.scene")


def test_a_task_group_leaves_a_stage_its_name() -> None:
    with DAG("by_hand", schedule=None):
        with TaskGroup("pictures"), pytest.raises(BadRequest, match=r"`pictures\.scenes`: .*prefix_group_id=False"):
            StageOperator(task_id="scenes", recipe="image.scene")
        with TaskGroup("drawings"), pytest.raises(BadRequest, match=r"`drawings\.scenes.*: .*prefix_group_id=False"):
            StageOperator.partial(task_id="scenes_shards", recipe="image.scene", shards=2)
        with TaskGroup("words", prefix_group_id=False):
            assert StageOperator(task_id="text", recipe="script.narrated").task_id == "text"


def test_mapped_shards_have_the_defaults_of_their_group() -> None:
    defaults = {"profile": "cpu-medium", "retries": 1}
    with DAG("by_hand", schedule=None), TaskGroup("words", prefix_group_id=False, default_args=defaults):
        shards = StageOperator.partial(task_id="scenes_shards", recipe="image.scene", shards=2).expand(shard=[0, 1])
    one = shards.unmap({"shard": 1})
    assert (one.settings.profile, shards.retries, one.retries) == ("cpu-medium", 6, 6)


def test_a_name_with_a_line_in_it_is_told_with_what_is_allowed() -> None:
    with pytest.raises(BadRequest, match="task `my_scenes`: has the wrong form; allowed: the letters a to z") as told:
        StageOperator(task_id="my_scenes", recipe="image.scene")
    assert told.value.__suppress_context__, "an import error would begin with pydantic's"


@pytest.mark.parametrize("operator", [StageTask, PublishOperator, BriefOperator])
def test_constructors_assign_verbatim(operator: type[BaseOperator]) -> None:
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(operator.__init__))).body
    assert isinstance(function, ast.FunctionDef)
    kept = [each for each in function.body if isinstance(each, ast.Assign) and ast.unparse(each).startswith("self.")]
    assert kept
    assert all(isinstance(each.value, ast.Name) for each in kept)


def test_constructors_connect_to_nothing_and_render_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a constructor connects")

    monkeypatch.setattr(socket.socket, "connect", refused)
    task = StageOperator(task_id="pictures", recipe="image.scene", labels={"day": "{{ ds }}"})
    assert task.labels == {"day": "{{ ds }}"}
    assert (task.pool, task.settings.profile) == ("default_pool", "cpu-small")
