from __future__ import annotations

import pytest

from deploy.local.api import AirflowApi, AirflowRefused, in_order
from deploy.local.ports import LOOPBACK


def test_a_task_comes_after_those_it_waits_for_and_the_rest_by_name() -> None:
    downstream = {"video": [], "speech": ["video"], "brief": ["text"], "image": ["video"], "text": ["image", "speech"]}
    assert in_order(downstream) == ["brief", "text", "image", "speech", "video"]


def test_nobody_there_is_a_plain_error() -> None:
    with pytest.raises(AirflowRefused, match=f"does not answer at http://{LOOPBACK}:9"):
        AirflowApi(f"http://{LOOPBACK}:9", "admin", "").sign_in()
