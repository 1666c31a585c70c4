"""A newsroom on a bucket of each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.keys import Domain
from include.store.store import Store
from tests.include.runtime.publishing.newsroom import Newsroom
from tests.summing import summing


@pytest.fixture
def newsroom(s3: S3, tmp_path: Path) -> Newsroom:
    """A newsroom that has published nothing."""
    return Newsroom(Store(Domain(s3.bucket, "team/"), s3.connection()), tmp_path)


@pytest.fixture
def summed(s3: S3, tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom whose store says the SHA-256 of what it copies; the tests' own does not."""
    with summing(s3) as store:
        yield Newsroom(Store(Domain(s3.bucket, "team/"), store.connection()), tmp_path)
