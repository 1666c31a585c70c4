from __future__ import annotations

import pytest

from include.contract.keys import Domain
from include.store.store import Store
from tests.weed import S3


@pytest.fixture
def store(s3: S3) -> Store:
    """An empty store, in a folder of its bucket."""
    return Store(Domain(s3.bucket, "team/"), s3.connection())
