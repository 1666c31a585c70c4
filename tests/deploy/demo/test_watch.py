from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.demo.airflow_api import AirflowApi
from deploy.demo.watch import DagMissing, await_dag
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
        await_dag(AirflowApi(stub.url, "", ""), "films", SINCE)
    assert len(stub.asked) == 5


@pytest.mark.parametrize("file", ["content_types/films.yaml", "content.py"])
def test_a_file_that_was_read_and_is_wrong_is_told_at_once(file: str) -> None:
    other, stale = _error("content_types/others.yaml", SINCE), _error(file, SINCE - timedelta(seconds=1))
    answers = [(404, {}), _errors(other, stale), (404, {}), _errors(other, _error(file, SINCE))]
    with answering(Stub(answers)) as stub, pytest.raises(DagMissing, match=f"no DAG `films`[\\s\\S]*{file}: is wrong"):
        await_dag(AirflowApi(stub.url, "", ""), "films", SINCE)
    assert len(stub.asked) == 4
