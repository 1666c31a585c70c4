"""Fixtures for pytest: `pytest_plugins = ("atelier.testing.fixtures",)` in a `conftest.py`."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from atelier.testing.s3 import S3, running

if TYPE_CHECKING:
    from atelier.testing.desk import Desk


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """One S3 server for the whole session."""
    with running(tmp_path_factory.mktemp("s3")) as store:
        yield store


@pytest.fixture
def s3(s3_server: S3) -> S3:
    """A bucket of this test's own, so that tests run in any order."""
    own = replace(s3_server, bucket=f"test-{uuid.uuid4().hex[:12]}")
    own.client().create_bucket(Bucket=own.bucket)
    return own


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk in an empty folder, which the runtime has to be there for."""
    from atelier.testing.desk import Desk

    return Desk(tmp_path)
