from __future__ import annotations

from operators.task_ids import instances_of, shards_task, stage_of_task
from tests.operators.conftest import films


def test_a_stage_and_its_shards_are_told_apart_and_together() -> None:
    assert shards_task("cover-art") == "cover-art_shards"
    assert stage_of_task("cover-art_shards") == stage_of_task("cover-art") == "cover-art"


def test_airflow_is_told_each_shard_of_a_stage_by_itself() -> None:
    stages = {"text": {"recipe": "script.narrated"}, "image": {"recipe": "image.scene", "shards": 2}}
    found = instances_of({"speech", "image_shards", "image"}, films(stages=stages))
    assert found == ["image", ("image_shards", 0), ("image_shards", 1), "speech"]
