"""A newsroom on a bucket of each test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.keys import Domain
from include.runtime.store import Store
from tests.include.runtime.publishing.newsroom import Newsroom
from tests.weed import S3


@pytest.fixture
def newsroom(s3: S3, tmp_path: Path) -> Newsroom:
    """A newsroom that has published nothing."""
    return Newsroom(Store(Domain(s3.bucket, "team/"), s3.client(max_pool_connections=32)), tmp_path)
