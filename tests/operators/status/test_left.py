"""Which objects belong to which try of which task."""

from __future__ import annotations

from datetime import UTC, datetime

from include.contract.keys import end_key, handed_on_key, items_key, log_key, manifest_key, progress_key
from include.contract.manifests import RunRef
from include.store.stored import Listed
from operators.status.left import tasks_in

RUN = RunRef(dag_id="d", run_id="manual__1 ü/ä", task_id="image_shards", map_index=2)
WHOLE = RUN.model_copy(update={"task_id": "image", "map_index": -1})
A, B = "a" * 64, "b" * 64


def listed(key: str, second: int) -> Listed:
    return Listed(key, 1, datetime(2026, 11, 28, 12, 0, second, tzinfo=UTC))


def test_objects_are_sorted_by_task_and_try_and_the_newest_is_the_one_that_wrote_last() -> None:
    objects = [
        listed(handed_on_key(WHOLE), 1),
        listed(manifest_key(WHOLE, A), 2),
        listed(manifest_key(WHOLE, B), 9),
        listed(progress_key(RUN, A, 3), 4),
        listed(end_key(RUN, A, 3), 5),
        listed(items_key(RUN, A, 1), 6),
        listed(log_key(RUN, B, 1, 0), 7),
    ]
    whole, shard = tasks_in(objects)
    assert (whole.task_id, whole.map_index, whole.newest) == ("image", -1, None)
    assert whole.manifest == objects[2]
    assert (shard.task_id, shard.map_index, shard.manifest) == ("image_shards", 2, None)
    assert shard.newest is not None
    assert (shard.newest.request, shard.newest.attempt, shard.newest.said_at) == (B, 1, objects[6].modified_at)
    assert sorted(each.attempt for each in shard.tries_at(A)) == [1, 3]
    third = next(each for each in shard.tries if each.attempt == 3)
    assert third.at("end.json") > third.at("progress.json") > third.at("items.json.gz")


def test_keys_of_no_task_are_passed_over() -> None:
    strange = ["v1/runs/d/r/t/x/" + A + "/manifest.json", f"v1/runs/d/r/t/0/{A}/x/progress.json", "v1/runs/d/r"]
    assert [task.tries + task.manifests for task in tasks_in(listed(key, 1) for key in strange)] in ([], [[]])
