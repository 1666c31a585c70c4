"""A desk on a bucket of each test's own, and a machine with room for many items at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
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


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine has eight processors, and as much memory as anybody wants."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1 << 50))


@pytest.fixture
def at_once(roomy: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has so many pictures made at once."""

    def change(most: int) -> None:
        recipe = replace(recipes()["image.scene"], at_once=most, item_mib=lambda params: 1)
        monkeypatch.setitem(recipes(), "image.scene", recipe)

    return change
