from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization

from operators.dags.deadline import log_late
from tests.operators.dags.test_assembly import changed, load


def late(tmp_path: Path, more: str) -> DAG:
    return load(tmp_path, film=f"{changed()}\n{more}\n").dags["film"]


def test_no_deadline_unless_the_content_type_has_one(tmp_path: Path) -> None:
    assert not late(tmp_path, "").deadline


def test_a_run_has_its_hours_from_when_it_is_queued(tmp_path: Path) -> None:
    (deadline,) = late(tmp_path, "deadline_h: 1.5").deadline
    assert deadline.interval == timedelta(minutes=90)
    assert deadline.reference.reference_name == "DagRunQueuedAtDeadline"
    assert deadline.callback.path == "operators.dags.deadline.log_late"


def test_the_webhook_is_told(tmp_path: Path) -> None:
    dag = late(tmp_path, "deadline_h: 2\nwebhook: newsroom")
    (deadline,) = dag.deadline
    assert deadline.callback.path == "operators.net.webhook.LateNotifier"
    assert deadline.callback.kwargs == {"connection_id": "newsroom", "allows_private": False}
    once = DagSerialization.to_dict(dag)
    DagSerialization.validate_schema(once)
    assert DagSerialization.to_dict(late(tmp_path, "deadline_h: 2\nwebhook: newsroom")) == once


def test_without_a_webhook_a_line_says_which_run_is_late(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        log_late({"dag_run": {"dag_id": "film", "dag_run_id": "r1"}, "deadline": {"deadline_time": "12:00"}})
    assert "Run r1 of film had not ended by 12:00" in caplog.text
