"""What lies in a model cache of a file that has come, without its having come."""

from __future__ import annotations

import os
from pathlib import Path

ENTRY_BYTES = 256 << 10


def entry(cache: Path, name: str, used_at: int, file: str = "file") -> Path:
    """The folder of a file that was used at that second."""
    folder = cache / name
    folder.mkdir()
    (folder / file).write_bytes(b"w" * ENTRY_BYTES)
    if file == "file":
        (folder / "note").touch()
        os.utime(folder / "note", (used_at, used_at))
    os.utime(folder, (used_at, used_at))
    return folder


def left(cache: Path) -> list[str]:
    """The names of what is in the cache."""
    return sorted(each.name for each in cache.iterdir())
