"""Folders and digests of files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from include.contract import environment
from include.runtime.scratch import cache_folder, file_digest


def test_what_is_kept_lies_where_the_deployment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(environment.CACHE, str(tmp_path))
    assert cache_folder("weights") == tmp_path / "weights"


@pytest.mark.parametrize("unset", [None, ""])
def test_it_lies_in_the_users_own_cache_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unset: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    if unset is None:
        monkeypatch.delenv(environment.CACHE, raising=False)
    else:
        monkeypatch.setenv(environment.CACHE, unset)
    assert cache_folder("weights") == tmp_path / ".cache" / "atelier" / "weights"


def test_a_file_is_told_by_all_of_its_bytes(tmp_path: Path) -> None:
    body = bytes(range(256)) * 5000
    (tmp_path / "file").write_bytes(body)
    assert file_digest(tmp_path / "file") == hashlib.sha256(body).hexdigest()
