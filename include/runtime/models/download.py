"""A file downloaded in parts: several at once into a sparse file, hashed meanwhile, and resumed after a kill.

Beside the growing file is a list of the parts that are in it. The list may be wrong after a crash of the machine, so
it only says what need not be asked for again: the digest is always computed from the bytes themselves.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path
from threading import Event

from include.contract.blobs import Reading
from include.contract.errors import CorruptInput, StoreAway
from include.contract.parsing import model_in
from include.contract.values import Open
from include.runtime.models.arrival import Arrival
from include.runtime.models.load_times import LoadPart
from include.runtime.models.sources import Source
from include.store.stored import Chunk, Head
from include.store.threads import begun
from include.store.transfer import room_on

PART_BYTES = 8 << 20
PARTS_AT_ONCE = 8
_MODE = 0o644


class _Begun(Open):
    """The first line of the list of parts."""

    etag: str
    bytes: int
    part_bytes: int


class Download:
    """One version of a file, downloaded to `path`. For one process at a time."""

    def __init__(self, source: Source, head: Head, path: Path, arrival: Arrival) -> None:
        self._source, self._head, self._path, self._arrival = source, head, path, arrival
        self._list = path.with_name(f"{path.name}.parts")

    def run(self) -> Reading[None]:
        """Download what is missing, and return the digest of all of it.

        :raises ScratchFull: the disk has no room for it; what has come is kept, as after any other failure.
        :raises StoreAway: it was replaced meanwhile, or the store does not answer.
        """
        there = self._noted()
        found = self._brought(there)
        if there and found.sha256 != self._source.sha256:
            self.forget()
            found = self._brought(self._noted())
        return found

    def put(self, target: Path) -> None:
        """Move the finished file to `target`."""
        with room_on(target):
            self._path.replace(target)
        self._list.unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove what has come."""
        self._list.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)

    def _noted(self) -> frozenset[int]:
        """Numbers of the parts that are here; those of another version are removed."""
        try:
            first, *lines = self._list.read_bytes().split(b"\n")
            size = self._path.stat().st_size
            is_same = model_in(_Begun, first, "a list of parts") == self._begun() and size == self._head.bytes
        except (FileNotFoundError, CorruptInput):
            is_same, lines = False, []
        if is_same:
            return frozenset(int(line) for line in lines if line.isdigit())
        self.forget()
        with room_on(self._path):
            self._path.touch(_MODE)
            os.truncate(self._path, self._head.bytes)
            self._list.write_text(f"{self._begun().model_dump_json()}\n")
        return frozenset()

    def _begun(self) -> _Begun:
        return _Begun(etag=self._head.etag, bytes=self._head.bytes, part_bytes=PART_BYTES)

    def _brought(self, there: frozenset[int]) -> Reading[None]:
        sha, over = hashlib.sha256(), Event()
        flying: deque[Future[list[Chunk]]] = deque()
        with (
            room_on(self._path),
            self._path.open("r+b") as file,
            self._list.open("ab", buffering=0) as listed,
            self._arrival.of(LoadPart.DOWNLOAD, self._source.name, self._head.bytes) as more,
        ):

            def take() -> None:
                """Hash the part that is next, while later ones come and are written."""
                for chunk in flying.popleft().result():
                    sha.update(chunk)
                    more(len(chunk))

            try:
                for number in range(-(-self._head.bytes // PART_BYTES)):
                    if number in there:
                        part = partial(self._kept, file.fileno(), number)
                    else:
                        part = partial(self._come, file.fileno(), listed.fileno(), number, over)
                    flying.append(begun(part))
                    if len(flying) == PARTS_AT_ONCE:
                        take()
                while flying:
                    take()
            finally:
                over.set()
                wait(flying)  # none may use a file that is closed
        return Reading(None, sha.hexdigest(), self._head.etag)

    def _kept(self, file: int, number: int) -> list[Chunk]:
        """A part that is here already."""
        start, end = self._span(number)
        return [os.pread(file, end - start, start)]

    def _come(self, file: int, listed: int, number: int, over: Event) -> list[Chunk]:
        """A part as it comes, written and noted meanwhile; cut short once `over` is set."""
        start, end = self._span(number)
        at, chunks = start, list[Chunk]()
        for chunk in self._source.part(start, end, self._head.etag):
            if over.is_set():
                return chunks
            chunks.append(chunk)
            if at + len(chunk) <= end:
                _write(file, memoryview(chunk), at)
            at += len(chunk)
        if at != end:
            raise StoreAway(f"{self._source.name}: {at - start} bytes came where {end - start} were asked for")
        os.write(listed, b"%d\n" % number)
        return chunks

    def _span(self, number: int) -> tuple[int, int]:
        return number * PART_BYTES, min((number + 1) * PART_BYTES, self._head.bytes)


def _write(file: int, view: memoryview, at: int) -> None:
    while view:
        written = os.pwrite(file, view, at)
        view, at = view[written:], at + written
