from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.airflow_api import AirflowApi, AirflowRefused, TaskState, in_order
from deploy.local.ports import LOOPBACK
from deploy.local.stack import StackFailed
from tests.deploy.stub import Stub, answering


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
        AirflowApi(f"http://{LOOPBACK}:9", "admin", "", patience_s=0).sign_in()


def _api(stub: Stub, patience_s: float = 60.0, look: Callable[[], object] = lambda: None) -> AirflowApi:
    return AirflowApi(stub.url, "admin", "", patience_s=patience_s, look=look)


@pytest.mark.parametrize("trouble", [(500, {"detail": "database"}), (503, {}), None], ids=["500", "503", "broken off"])
def test_an_airflow_in_trouble_is_asked_again(trouble: tuple[int, Any] | None) -> None:
    with answering(Stub([trouble, trouble, (200, {"state": "success"})])) as stub:
        assert _api(stub).run_state("films", "first") == "success"
    assert len(stub.asked) == 3


def test_a_run_whose_first_request_was_answered_with_an_error_but_made_it_has_started() -> None:
    with answering(Stub([(500, {}), (409, {"detail": "exists"})])) as stub:
        _api(stub).trigger("films", "demo__1", {})
    assert stub.asked == ["POST /api/v2/dags/films/dagRuns"] * 2


def test_a_run_id_that_was_there_before_is_refused() -> None:
    with answering(Stub([(409, {"detail": "exists"})])) as stub, pytest.raises(AirflowRefused, match="409: exists"):
        _api(stub).trigger("films", "demo__1", {})


def test_what_airflow_refuses_is_asked_once() -> None:
    with answering(Stub([(403, {"detail": "not yours"})])) as stub, pytest.raises(AirflowRefused, match="not yours"):
        _api(stub).unpause("films")
    assert len(stub.asked) == 1


def test_trouble_that_lasts_is_told_with_the_last_answer() -> None:
    with answering(Stub([(500, {"detail": "no"})])) as stub, pytest.raises(AirflowRefused, match="answers 500: no"):
        _api(stub, patience_s=0.3).unpause("films")
    assert len(stub.asked) > 1


def test_nothing_is_waited_for_when_the_servers_are_known_to_be_gone() -> None:
    def look() -> None:
        raise StackFailed("they are gone")

    with answering(Stub([None])) as stub, pytest.raises(StackFailed):
        _api(stub, look=look).unpause("films")
    assert len(stub.asked) == 1


def test_a_log_is_read_in_its_folder_or_in_airflows_ui() -> None:
    asked = "films", "demo__2026-11-28T02:00", "image"
    here = AirflowApi("http://127.0.0.1:8080", "", "", log_folder=Path("/logs"))
    assert here.log_address(*asked) == "/logs/dag_id=films/run_id=demo__2026-11-28T02:00/task_id=image/"
    page = AirflowApi("http://127.0.0.1:8080", "", "").log_address(*asked)
    assert page == "http://127.0.0.1:8080/dags/films/runs/demo__2026-11-28T02%3A00/tasks/image"
