from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.operators.context import connect
from tests.operators.engines.ray.api import TOKEN, FakeRay, served


@pytest.fixture
def ray(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRay]:
    """A head, to which and to a store of the test's own Airflow's connections lead."""
    connect(s3, monkeypatch)
    monkeypatch.setenv("AIRFLOW_CONN_ATELIER_RAY", json.dumps({"conn_type": "http", "password": TOKEN}))
    with served(FakeRay(tmp_path, s3.environment())) as ray:
        yield ray
