from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping

import pytest
from airflow.sdk import TaskInstanceState

from include.contract.errors import BadRequest, ClusterAway
from operators.engines.identity import TaskKey, installation_id
from operators.reaper.answers import Answer, InstanceFound, InstanceKey
from operators.reaper.sweep import Ending, Report, Started, Sweep

pytestmark = pytest.mark.usefixtures("base_url")
KEY = TaskKey("film", "run", "image", 2, try_number=1, max_tries=2)


class EndedTasks:
    """An Airflow all of whose tasks have failed."""

    def ask(self, instances: Collection[InstanceKey]) -> Mapping[InstanceKey, Answer]:
        return dict.fromkeys(instances, InstanceFound(TaskInstanceState.FAILED, 2))


def started(end: Callable[[], None], at_sight: str = "") -> Started:
    return Started.of("job x", KEY.annotations(), at_sight, end)


def test_it_says_in_the_right_words_what_it_did_and_to_whose(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ended: list[str] = []
    sweep = Sweep("jobs", is_dry_run=False)
    sweep.decide([started(lambda: ended.append("x"))], EndedTasks(), Ending.STOP)
    assert ended == ["x"]
    assert sweep.finished() == Report("jobs", removed=1)
    assert caplog.messages[0] == "Stopped job x of film/run/image[2], try 1: its task is failed"
    assert caplog.messages[1].startswith("1 jobs removed, 0 left, ")


def test_what_is_left_at_sight_is_left_whatever_airflow_says(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    sweep = Sweep("jobs", is_dry_run=False)
    sweep.decide([started(pytest.fail, "it is going already")], EndedTasks(), Ending.STOP)
    assert sweep.report == Report("jobs", left=1)
    assert caplog.messages == ["Left job x of film/run/image[2], try 1: it is going already"]


def test_what_cannot_be_ended_keeps_no_other_alive(caplog: pytest.LogCaptureFixture) -> None:
    def refuses() -> None:
        raise ClusterAway("no answer")

    ended: list[str] = []
    sweep = Sweep("jobs", is_dry_run=False)
    sweep.decide([started(refuses), started(lambda: ended.append("other"))], EndedTasks(), Ending.FORGET)
    assert ended == ["other"]
    assert sweep.report == Report("jobs", removed=1, undeletable=1)
    assert not sweep.report.is_complete
    assert "Could not forget job x of film/run/image[2], try 1, though its task is failed: no answer" in caplog.text


def test_a_dry_run_ends_nothing_and_says_what_it_would(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    sweep = Sweep("jobs", is_dry_run=True)
    sweep.decide([started(pytest.fail)], EndedTasks(), Ending.STOP)
    assert sweep.finished() == Report("jobs", removed=1)
    assert caplog.messages[0].startswith("Would stop job x of ")
    assert caplog.messages[1].startswith("Dry run, nothing was removed: 1 jobs removed")


def test_an_airflow_that_cannot_be_told_from_another_sweeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW__API__BASE_URL")
    installation_id.cache_clear()
    with pytest.raises(BadRequest, match="AIRFLOW__API__BASE_URL"):
        Sweep("jobs", is_dry_run=False)
