"""Files in the work folder: written and hashed in one go, and what a full disk means."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

from include.contract.errors import ScratchFull


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_hashed(chunks: Iterable[bytes], path: Path) -> str:
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


@contextmanager
def room_on(path: Path) -> Iterator[None]:
    """Turn a disk's refusals while `path` is written into `ScratchFull`, with the room that is left."""
    try:
        yield
    except OSError as error:
        # The store's client has errors of this class too: a disk's have a number, the wire's have classes of their own.
        if error.errno is None or isinstance(error, ConnectionError | TimeoutError):
            raise
        free = os.statvfs(path.parent)
        raise ScratchFull(f"{path.parent}: {error.strerror}; {free.f_bavail * free.f_frsize} bytes free") from error
