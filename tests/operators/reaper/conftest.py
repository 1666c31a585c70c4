from __future__ import annotations

from collections.abc import Iterator

import pytest

from operators.engines.identity import installation_id


@pytest.fixture
def base_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An Airflow that knows its own address."""
    address = "https://airflow.example"
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", address)
    installation_id.cache_clear()
    yield address
    installation_id.cache_clear()
