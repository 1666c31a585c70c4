"""What a task sees of Airflow while it executes: its run, its own instance, XComs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.utils.types import DagRunType

from atelier.testing.s3 import S3


@dataclass
class Ti:
    """A task instance whose XComs are a dictionary; those of a mapped task are one of its own, by map index."""

    task_id: str
    xcoms: dict[str, Any] = field(default_factory=dict)
    run_id: str = "manual__1"
    dag_id: str = "narrated_video"
    map_index: int = -1
    try_number: int = 1
    max_tries: int = 7
    links: dict[str, Any] = field(default_factory=dict)
    """What was pushed for the buttons in Airflow's UI."""

    def xcom_pull(self, task_ids: str | list[str]) -> Any:
        if isinstance(task_ids, str):
            return self.xcoms.get(task_ids)
        (task_id,) = task_ids
        left = self.xcoms.get(task_id, {})
        return [left[index] for index in sorted(left)] or [None]

    def xcom_push(self, key: str, value: Any) -> None:
        assert len(json.dumps(value)) < 1024
        if key != "return_value":
            self.links[key] = value
            return
        if self.map_index < 0:
            self.xcoms[self.task_id] = value
        else:
            self.xcoms.setdefault(self.task_id, {})[self.map_index] = value


class StateStore(dict[str, Any]):
    """As Airflow's accessor: values by key, kept between tries, of what JSON has."""

    def set(self, key: str, value: Any) -> None:
        assert json.loads(json.dumps(value)) == value, "Airflow refuses what JSON would change"
        self[key] = value


class OutletEvents(dict[Any, Any]):
    """As Airflow's accessor: something to hang an extra on, for each asset."""

    def __missing__(self, asset: Any) -> Any:
        self[asset] = SimpleNamespace(extra={})
        return self[asset]


def context_of(
    ti: Ti,
    conf: dict[str, Any] | None = None,
    state: StateStore | None = None,
    at: datetime | None = None,
    run_type: DagRunType = DagRunType.MANUAL,
    run_after: datetime | None = None,
) -> Any:
    """The context that `ti` executes in, in a run for the time `at`, asked for at `run_after`."""
    dag_run = SimpleNamespace(
        conf=conf,
        run_type=run_type,
        logical_date=at,
        partition_date=None,
        data_interval_start=at and at - timedelta(days=1),
        data_interval_end=at,
        run_after=run_after or at or datetime(2026, 1, 1, 12, tzinfo=UTC),
    )
    return {
        "ti": ti,
        "dag_run": dag_run,
        "task_state_store": state,
        "triggering_asset_events": {},
        "outlet_events": OutletEvents(),
    }


def connect(store: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `store` what the Airflow connection `atelier_store` leads to."""
    connection = {
        "conn_type": "aws",
        "login": store.access_key,
        "password": store.secret_key,
        "extra": {"endpoint_url": store.endpoint, "region_name": store.region},
    }
    monkeypatch.setenv("AIRFLOW_CONN_ATELIER_STORE", json.dumps(connection))
