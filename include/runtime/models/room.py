"""Room in a model cache: the least recently used file goes first, and never one that a living process has open."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from include.contract.errors import BadRequest, ScratchFull
from include.runtime.models import file_locks
from include.runtime.models.arrival import size

log = logging.getLogger(__name__)
_BLOCK_BYTES = 512
"""Of `st_blocks` (stat(2))."""


@dataclass(frozen=True)
class _Entry:
    """One file in the cache, with everything beside it."""

    folder: Path
    used_ns: int
    bytes: int
    """Bytes that it takes on the disk."""


def make_room(cache: Path, name: str, total_bytes: int, come_bytes: int, limit_bytes: int | None) -> None:
    """Make the file `name` of `total_bytes` fit into the cache; `come_bytes` of it are there already.

    :raises BadRequest: it is larger than the limit.
    :raises ScratchFull: it does not fit beside the files in use.
    """
    if limit_bytes is not None and total_bytes > limit_bytes:
        raise BadRequest(
            f"{name} has {size(total_bytes)}, and the model cache may hold {size(limit_bytes)}; raise its limit"
        )
    needed = max(0, total_bytes - come_bytes)
    entries = sorted(_entries(cache), key=lambda entry: entry.used_ns)
    used = sum(entry.bytes for entry in entries)

    def is_room() -> bool:
        return _free(cache) >= needed and (limit_bytes is None or used + needed <= limit_bytes)

    for entry in entries:
        if is_room():
            return
        if _removed(entry.folder):
            used -= entry.bytes
            log.info(
                "%s of the model cache is removed, %s, to make room for %s",
                entry.folder.name[:12],
                size(entry.bytes),
                name,
            )
    if not is_room():
        within = f"; the cache may hold {size(limit_bytes)}, of which {size(used)} are in use" if limit_bytes else ""
        todo = "remove other files from that disk, or keep models on a larger one"
        if limit_bytes is not None and used + needed > limit_bytes:
            todo = "raise its limit (`model_cache_limit`), or run stages with other models at other times"
        free = size(_free(cache))
        raise ScratchFull(f"{cache}: no room for {name}, {size(needed)} to come; {free} free{within}; {todo}")


def taken_bytes(path: Path) -> int:
    """What a file takes on the disk; holes in it take nothing."""
    try:
        return path.stat().st_blocks * _BLOCK_BYTES
    except FileNotFoundError:
        return 0


def _entries(cache: Path) -> list[_Entry]:
    found = []
    for folder in cache.iterdir():
        with suppress(FileNotFoundError, NotADirectoryError):
            files = [path for path in folder.rglob("*") if path.is_file()]
            note = folder / "note"
            used_ns = (note if note in files else folder).stat().st_mtime_ns
            found.append(_Entry(folder, used_ns, sum(map(taken_bytes, files))))
    return found


def _free(cache: Path) -> int:
    found = os.statvfs(cache)
    return found.f_bavail * found.f_frsize


def _removed(folder: Path) -> bool:
    """Remove a file from the cache, unless somebody uses or downloads it; whether it was removed."""
    with file_locks.surely_alone(folder / "lock") as is_idle, file_locks.surely_alone(folder / "note") as is_unused:
        if not (is_idle and is_unused):
            return False
        # Whoever comes at this point waits for the note, which is removed last.
        for path in sorted(folder.iterdir(), key=lambda path: path.name == "note"):
            _remove(path)
        with suppress(OSError):
            folder.rmdir()
    return True


def _remove(path: Path) -> None:
    remove: Callable[[], None] = (lambda: shutil.rmtree(path)) if path.is_dir() else path.unlink
    with suppress(FileNotFoundError):
        remove()
