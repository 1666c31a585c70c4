from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import airflow_home  # noqa: F401 - Airflow's home before anything imports Airflow
from tests.golden.bucket import Objects, golden_objects
from tests.golden.recipes import register


@pytest.fixture
def golden() -> Iterator[Objects]:
    """The golden bucket, where its recipes are known."""
    with pytest.MonkeyPatch.context() as patch:
        register(patch)
        yield golden_objects()
