from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.contract.keys import Domain
from include.store.store import Store


@pytest.fixture
def store(s3: S3) -> Store:
    """An empty store, in a folder of its bucket."""
    return Store(Domain(s3.bucket, "team/"), s3.connection())
