"""An object of any size brought to disk: a few ranges of one version in flight, hashed while it is written (K3)."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from queue import Queue
from threading import Thread

from include.contract.blobs import Reading
from include.contract.errors import ScratchFull
from include.store.boto import BotoObjects
from include.store.stored import Head
from include.store.threads import threads

_RANGE_BYTES = 8 << 20
_RANGES_IN_FLIGHT = 4
"""A single stream waits for the server's disk."""


def download(objects: BotoObjects, key: str, path: Path) -> Reading[None]:
    """Write the version that lies under `key` now to `path`.

    :raises Absent: there is none.
    :raises Refused: it was replaced meanwhile.
    :raises ScratchFull: the disk has no room for it.
    """
    head = objects.head(key)
    with room_on(path):
        return Reading(None, _write_hashed(_ranges(objects, key, head), path), head.etag)


@contextmanager
def room_on(path: Path) -> Iterator[None]:
    """Turn a disk's refusals while `path` is written into `ScratchFull`, with the room that is left."""
    try:
        yield
    except OSError as error:
        free = os.statvfs(path.parent)
        raise ScratchFull(f"{path.parent}: {error.strerror}; {free.f_bavail * free.f_frsize} bytes free") from error


def _ranges(objects: BotoObjects, key: str, head: Head) -> Iterator[bytes]:
    """The bytes of one version, in order."""

    def read(start: int) -> bytes:
        return objects.range(key, start, min(start + _RANGE_BYTES, head.bytes), head.etag)

    starts = iter(range(0, head.bytes, _RANGE_BYTES))
    with threads(_RANGES_IN_FLIGHT, "ranges") as executor:
        flying = deque(executor.submit(read, start) for start in islice(starts, _RANGES_IN_FLIGHT))
        while flying:
            chunk = flying.popleft().result()
            flying.extend(executor.submit(read, start) for start in islice(starts, 1))
            yield chunk


def _write_hashed(chunks: Iterable[bytes], path: Path) -> str:
    """Write `chunks` to `path` and hash them beside it, in a thread: both let go of the interpreter."""
    sha = hashlib.sha256()
    queue: Queue[bytes | None] = Queue(maxsize=8)
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


def _drain(queue: Queue[bytes | None], consume: Callable[[bytes], None]) -> None:
    while (chunk := queue.get()) is not None:
        consume(chunk)
