"""A desk on a bucket of each test's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.registry import recipes
from tests.include.runtime.desk import Desk, desk_on


@pytest.fixture
def desk(s3: S3, tmp_path: Path) -> Desk:
    """A desk in front of an empty store."""
    return desk_on(s3.connection(), s3.bucket, tmp_path)


@pytest.fixture
def unclaimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No recipe's items are claimed."""
    for name, recipe in list(recipes().items()):
        monkeypatch.setitem(recipes(), name, replace(recipe, claimed=False))
