"""Fixtures for both environments: nothing here imports Airflow or torch."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests import weed

pytest_plugins = ("tests.kube", "tests.limits", "tests.properties")


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[weed.S3]:
    """One S3 server for the whole session."""
    folder: Path = tmp_path_factory.mktemp("weed")
    with weed.running(folder) as store:
        yield store


@pytest.fixture
def s3(s3_server: weed.S3) -> weed.S3:
    """A bucket of this test's own, so that tests run in any order."""
    own = replace(s3_server, bucket=f"test-{uuid.uuid4().hex[:12]}")
    own.client().create_bucket(Bucket=own.bucket)
    return own
