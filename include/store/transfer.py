"""Downloading an object of any size to disk, hashed while it is written (K3)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

from include.contract.blobs import Reading
from include.contract.errors import ScratchFull
from include.store.objects import Objects
from include.store.stored import Chunk


def download(objects: Objects, key: str, path: Path) -> Reading[None]:
    """Write the current version under `key` to `path`.

    :raises Absent: there is none.
    :raises Refused: it was replaced meanwhile.
    :raises ScratchFull: the disk has no room for it.
    """
    stream = objects.stream(key)
    with room_on(path):
        return Reading(None, _write_hashed(stream.chunks, path), stream.etag)


@contextmanager
def room_on(path: Path) -> Iterator[None]:
    """Turn a disk's refusals while `path` is written into `ScratchFull`, with the room that is left."""
    try:
        yield
    except OSError as error:
        free = os.statvfs(path.parent)
        raise ScratchFull(f"{path.parent}: {error.strerror}; {free.f_bavail * free.f_frsize} bytes free") from error


def _write_hashed(chunks: Iterable[Chunk], path: Path) -> str:
    """Write `chunks` to `path` and hash them beside it, in a thread: both let go of the interpreter."""
    sha = hashlib.sha256()
    queue: Queue[Chunk | None] = Queue(maxsize=1)  # more would wait in memory that is fresh, and so costs time
    hasher = Thread(target=_drain, args=(queue, sha.update), daemon=True)
    hasher.start()
    try:
        with path.open("wb") as file:
            for chunk in chunks:
                queue.put(chunk)
                file.write(chunk)
    finally:
        queue.put(None)
        hasher.join()
    return sha.hexdigest()


def _drain(queue: Queue[Chunk | None], consume: Callable[[Chunk], None]) -> None:
    while (chunk := queue.get()) is not None:
        consume(chunk)
