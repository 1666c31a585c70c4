"""What is put in place is on the disk before it is seen there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from include.runtime.publishing.disk import make_folder, put_whole


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Each path that is brought to the disk, or put in place, in order."""
    told: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def fsync(handle: int) -> None:
        told.append(f"sync {Path(os.readlink(f'/proc/self/fd/{handle}')).relative_to(tmp_path)}")
        real_sync(handle)

    def replace(hidden: Path, path: Path) -> None:
        told.append(f"put {path.relative_to(tmp_path)}")
        real_replace(hidden, path)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    return told


def test_every_folder_of_what_is_put_is_on_the_disk_before_it_is_seen(tmp_path: Path, done: list[str]) -> None:
    (tmp_path / ".version" / "pictures").mkdir(parents=True)
    (tmp_path / ".version" / "pictures" / "01.avif").write_bytes(b"1")
    put_whole(tmp_path / ".version", tmp_path / "version")
    assert done == ["sync .version", "sync .version/pictures", "put version", "sync ."]
    assert (tmp_path / "version" / "pictures" / "01.avif").read_bytes() == b"1"


def test_a_file_takes_the_place_of_another(tmp_path: Path, done: list[str]) -> None:
    (tmp_path / "item.json").write_bytes(b"1")
    (tmp_path / ".item.json").write_bytes(b"2")
    put_whole(tmp_path / ".item.json", tmp_path / "item.json")
    assert done == ["put item.json", "sync ."]
    assert (tmp_path / "item.json").read_bytes() == b"2"


def test_each_folder_that_was_missing_is_named_on_the_disk(tmp_path: Path, done: list[str]) -> None:
    for _ in range(2):
        make_folder(tmp_path / "2026" / "11" / "25")
    assert done == ["sync 2026/11", "sync 2026", "sync ."]
