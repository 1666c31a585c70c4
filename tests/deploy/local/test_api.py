from __future__ import annotations

import pytest

from deploy.local.api import AirflowApi, AirflowRefused, TaskState, in_order
from deploy.local.ports import LOOPBACK


def test_a_task_comes_after_those_it_waits_for_and_the_rest_by_name() -> None:
    downstream = {"video": [], "speech": ["video"], "brief": ["text"], "image": ["video"], "text": ["image", "speech"]}
    assert in_order(downstream) == ["brief", "text", "image", "speech", "video"]


def test_a_part_that_failed_says_more_of_a_mapped_task_than_those_that_did_not() -> None:
    states = ["success", "failed", "running", "waiting"]
    parts = [TaskState("image_shards", state, 1, None, 1.0, index) for index, state in enumerate(states)]
    assert max(parts, key=lambda part: part.telling).state == "failed"
    slow = TaskState("image_shards", "success", 1, None, 9.0, 4)
    assert max(parts[0], slow, key=lambda part: part.telling) is slow


def test_nobody_there_is_a_plain_error() -> None:
    with pytest.raises(AirflowRefused, match=f"does not answer at http://{LOOPBACK}:9"):
        AirflowApi(f"http://{LOOPBACK}:9", "admin", "").sign_in()
