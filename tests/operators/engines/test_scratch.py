from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from operators.engines.scratch import scratch_folder


def test_the_folder_is_gone_afterwards_with_all_in_it(tmp_path: Path) -> None:
    def work() -> None:
        with scratch_folder(tmp_path / "scratch") as folder:
            (folder / "frames").mkdir()
            (folder / "frames" / "1.png").write_bytes(b"x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_folders_of_dead_owners_are_swept_and_others_stay(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    stale = tmp_path / f"{ended.pid}-12345-abc"
    reused = tmp_path / f"{os.getpid()}-1-abc"
    foreign = tmp_path / "notes"
    for folder in (stale, reused, foreign):
        folder.mkdir()
    with scratch_folder(tmp_path) as mine, scratch_folder(tmp_path) as other:
        assert {path.name for path in tmp_path.iterdir()} == {mine.name, other.name, foreign.name}
