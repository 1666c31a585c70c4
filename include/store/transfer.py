"""Downloading an object of any size to disk, hashed while it is written (K3)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from include.contract.blobs import Reading
from include.contract.errors import ScratchFull
from include.store.objects import Objects


def download(objects: Objects, key: str, path: Path) -> Reading[None]:
    """Write the current version under `key` to `path`.

    :raises Absent: there is none.
    :raises Refused: it was replaced meanwhile.
    :raises ScratchFull: the disk has no room for it.
    """
    stream = objects.stream(key)
    with room_on(path), path.open("wb") as file:
        return Reading(None, stream.digested(file).sha256, stream.etag)


@contextmanager
def room_on(path: Path) -> Iterator[None]:
    """Turn a disk's refusals while `path` is written into `ScratchFull`, with the room that is left."""
    try:
        yield
    except OSError as error:
        free = os.statvfs(path.parent)
        raise ScratchFull(f"{path.parent}: {error.strerror}; {free.f_bavail * free.f_frsize} bytes free") from error
