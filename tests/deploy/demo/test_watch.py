from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.airflow_api import AirflowApi
from deploy.demo.watch import DagMissing, RunWatch, announcements, await_dag, progress_of
from deploy.local import locks
from deploy.local.installation import Installation
from deploy.local.stack import StackFailed
from deploy.local.stackfile import Phase, StackFile
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.store import Store
from tests.deploy.stub import Stub, answering

SINCE = datetime(2026, 11, 27, 12, tzinfo=UTC)


def _parsed(at: datetime) -> tuple[int, Any]:
    return 200, {"last_parsed_time": at.isoformat()}


def _error(file: str, at: datetime) -> dict[str, str]:
    return {"filename": f"dags/{file}", "timestamp": at.isoformat(), "stack_trace": f"{file}: is wrong"}


def _errors(*errors: dict[str, str]) -> tuple[int, Any]:
    return 200, {"import_errors": errors}


def test_a_parse_of_before_is_not_taken_for_one_of_now() -> None:
    before, now = _parsed(SINCE - timedelta(seconds=1)), _parsed(SINCE)
    with answering(Stub([(404, {}), _errors(), before, _errors(), now])) as stub:
        await_dag(AirflowApi(stub.url, "", ""), "films", SINCE, "the log")
    assert len(stub.asked) == 5


@pytest.mark.parametrize("file", ["content_types/films.yaml", "content.py"])
def test_a_file_that_was_read_and_is_wrong_is_told_at_once(file: str) -> None:
    other, stale = _error("content_types/others.yaml", SINCE), _error(file, SINCE - timedelta(seconds=1))
    answers = [(404, {}), _errors(other, stale), (404, {}), _errors(other, _error(file, SINCE))]
    with answering(Stub(answers)) as stub, pytest.raises(DagMissing, match=f"no DAG `films`[\\s\\S]*{file}: is wrong"):
        await_dag(AirflowApi(stub.url, "", ""), "films", SINCE, "the log")
    assert len(stub.asked) == 4


AWAY = Store(Domain("films"), Connection.with_keys("http://127.0.0.1:9", "key", "secret", "us-east-1", tries=1))
TASKS = 200, {"tasks": [{"task_id": "text", "downstream_task_ids": []}]}
COUNTS = {"planned": 4, "made": 1, "reused": 3}


def _run_is(state: str) -> tuple[int, Any]:
    return 200, {"state": state}


def _text_is(state: str) -> tuple[int, Any]:
    task = {"task_id": "text", "state": state, "try_number": 1, "map_index": -1}
    return 200, {"task_instances": [{**task, "start_date": SINCE.isoformat(), "duration": 2.0}]}


def test_a_run_is_shown_until_it_ends_with_what_happens_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    returned = 200, {"value": {"counts": COUNTS}}
    answers = [TASKS, _run_is("running"), _text_is("running"), _run_is("success"), _text_is("success"), returned]
    beside = iter((["the scheduler was started again"], []))
    with answering(Stub(answers)) as stub:
        watch = RunWatch(AirflowApi(stub.url, "", ""), AWAY, "films", "first", lambda: next(beside))
        state, tasks = watch.until_end()
    assert (state, tasks["text"].state) == ("success", "success")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "  the scheduler was started again"
    assert [line.split()[:3] for line in lines[1:]] == [
        ["text", "running", lines[1].split()[2]],
        ["text", "4/4", "done"],
    ]


@pytest.mark.parametrize("ends", [True, False])
def test_a_run_that_is_left_early_is_ended_or_goes_on(ends: bool) -> None:
    def interrupted() -> list[str]:
        raise KeyboardInterrupt

    with answering(Stub([TASKS])) as stub:
        watch = RunWatch(AirflowApi(stub.url, "", ""), AWAY, "films", "first", interrupted, ends_if_left=ends)
        with pytest.raises(KeyboardInterrupt):
            watch.until_end()
    assert [each.split()[0] for each in stub.asked] == (["GET", "PATCH"] if ends else ["GET"])


def test_progress_is_unknown_while_the_store_is_away() -> None:
    assert progress_of(AWAY, "films", "first", "image") is None


def test_what_the_supervisor_tells_is_heard_once_from_now_on(tmp_path: Path) -> None:
    installation = Installation(home=tmp_path)
    installation.prepare()
    file = StackFile.of(installation)
    with locks.only_supervisor(installation):
        file.write(Phase.READY, {}, told=["before"])
        hear = announcements(installation)
        file.write(Phase.READY, {}, told=["before", "s3 was started again"])
        assert (hear(), hear()) == (("s3 was started again",), ())
    with pytest.raises(StackFailed, match="have ended"):
        hear()
