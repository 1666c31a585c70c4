"""A folder outside the store, written in steps that are complete or invisible, and its disk's errors."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from include.contract.errors import BadRequest, PlaceAway, ScratchFull

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)


def synced(path: Path) -> None:
    """Flush the file or folder `path` to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Create the folder `path` so that it survives a loss of power."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        synced(folder.parent)


def put_whole(hidden: Path, path: Path) -> None:
    """Move `hidden` to `path` on the same disk, in one step that survives a loss of power.

    :param hidden: a file, or a folder of files, each `synced`.
    """
    make_folder(path.parent)
    for folder, _, _ in os.walk(hidden):
        synced(Path(folder))
    os.replace(hidden, path)
    synced(path.parent)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Type errors of the disk below `path` by what to do next.

    :raises PlaceAway: it is full, or cannot be reached now.
    :raises BadRequest: it may not be written, or cannot be locked.
    """
    try:
        yield
    except ScratchFull as error:
        if not isinstance(error.__cause__, OSError):
            raise
        raise _told(error.__cause__, path) from error
    except OSError as error:
        if isinstance(error, ConnectionError | TimeoutError) or error.errno is None:
            raise
        raise _told(error, path) from error


def _told(error: OSError, path: Path) -> PlaceAway | BadRequest:
    where, why = error.filename or path, error.strerror
    if error.errno in _NO_ROOM:
        return PlaceAway(f"{where}: {why}; make room on its disk; the next try continues from there")
    if error.errno in _NO_RIGHT:
        return BadRequest(f"{where}: {why}; let the user {os.getuid()}, which stages run as, write there")
    if error.errno in _NO_LOCKS:
        return BadRequest(f"{where}: {why}; it has to be on a disk that can lock files, as local disks and NFS 4 can")
    return PlaceAway(f"{where}: {why}; check that its disk is mounted and healthy; the next try continues from there")
