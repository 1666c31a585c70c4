"""Files of models on this machine, by their digest: fetched once for all pods that share the folder, checked, kept.

`<digest>/file` has the bytes; beside it are `note`, which says what the file looked like when it was hashed and is
locked by whoever uses it, `lock`, held by whoever downloads it, and what has come so far. The least recently used make
room. `docs/adr/0023-what-is-trusted-of-a-model-cache.md` says what is trusted here (W9).
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from include.contract import environment
from include.contract.blobs import NO_BYTES, Reading
from include.contract.errors import BadRequest, CorruptInput
from include.contract.parsing import model_in
from include.contract.values import Open
from include.runtime.models import file_locks
from include.runtime.models.arrival import Arrival
from include.runtime.models.download import Download
from include.runtime.models.load_times import LoadPart
from include.runtime.models.room import make_room, taken_bytes
from include.runtime.models.sources import Source
from include.runtime.scratch import cache_folder

log = logging.getLogger(__name__)

_CHUNK_BYTES = 8 << 20
_POLL_S = 0.05
_UNUSABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST})
"""What a folder says that no stage can write to."""


class Note(Open):
    """What a file looked like when its digest was found right."""

    bytes: int
    inode: int
    modified_ns: int
    changed_ns: int
    """Of its inode: nobody but the file system can set it."""

    @classmethod
    def of(cls, path: Path) -> Note:
        """What `path` looks like."""
        found = path.stat()
        return cls(bytes=found.st_size, inode=found.st_ino, modified_ns=found.st_mtime_ns, changed_ns=found.st_ctime_ns)


class ModelCache:
    """One folder of files. The files that it gives stay there as long as this process lives."""

    def __init__(
        self, folder: Path, arrival: Arrival, *, limit_bytes: int | None = None, always_verify: bool = False
    ) -> None:
        self.folder = folder
        self._arrival = arrival
        self._limit_bytes, self._always_verify = limit_bytes, always_verify
        self._in_use: list[int] = []
        self._names: list[Path] = []
        self._wrong: dict[Path, Note] = {}
        """What files looked like when their bytes were found to be wrong; nobody hashes them once more."""

    @classmethod
    def from_environment(cls, arrival: Arrival) -> ModelCache:
        """The cache that the environment's variables describe.

        :raises BadRequest: one of them cannot be read.
        """
        how, limit = os.environ.get(environment.MODEL_CACHE, ""), os.environ.get(environment.MODEL_CACHE_BYTES, "")
        if how not in ("", environment.VERIFY):
            raise BadRequest(f"{environment.MODEL_CACHE} is {how!r:.100}; allowed: `{environment.VERIFY}`, or nothing")
        if limit and not (limit.isascii() and limit.isdigit()):
            raise BadRequest(f"{environment.MODEL_CACHE_BYTES} is {limit!r:.100}; allowed: a whole number of bytes")
        return cls(
            cache_folder("models"),
            arrival,
            limit_bytes=int(limit) if limit else None,
            always_verify=how == environment.VERIFY,
        )

    def files(self, sources: Mapping[str, Source]) -> dict[str, Path]:
        """The files, each with the bytes that its digest names, at the paths of `sources` in a folder of their own.

        :raises ScratchFull: there is no room for one, whatever else is removed.
        :raises BadRequest: the folder is none that this process can write to.
        :raises PermanentError: one cannot be had.
        """
        names = Path(mkdtemp(prefix="model-", dir=self._arrival.scratch))
        self._names.append(names)
        for path, source in sources.items():
            (names / path).parent.mkdir(parents=True, exist_ok=True)
            with _usable(self.folder):
                kept = self._file(source)
            (names / path).symlink_to(kept)
        return {path: names / path for path in sources}

    def close(self) -> None:
        """Release all files, and remove their names."""
        self._arrival.settle()
        while self._in_use:
            os.close(self._in_use.pop())
        while self._names:
            shutil.rmtree(self._names.pop())

    def _file(self, source: Source) -> Path:
        folder = self.folder / source.sha256
        path, note = folder / "file", folder / "note"
        while (in_use := file_locks.shared(note)) is None:
            self._arrival.check_stop()
            time.sleep(_POLL_S)  # as long as it takes to remove it
        self._in_use.append(in_use)
        os.utime(note)
        if not self._is_right(path, note, source):
            with file_locks.held(folder / "lock", lambda owner: self._wait(source, owner)):
                if not self._is_right(path, note, source):
                    self._bring(path, note, source)
        return path

    def _wait(self, source: Source, owner: str) -> None:
        self._arrival.check_stop()
        self._arrival.tell(f"waiting for {owner}, which downloads {source.name}")

    def _is_right(self, path: Path, note: Path, source: Source) -> bool:
        """Whether the bytes are there; they are hashed unless the file looks as it did when they last were."""
        try:
            looks = Note.of(path)
        except FileNotFoundError:
            return False
        if not self._always_verify and looks == _noted(note):
            return True
        if looks == self._wrong.get(path):
            return False
        if self._digest(path, source) == source.sha256:
            self._note(path, note, looks)
            return True
        self._wrong[path] = looks
        log.warning("%s has other bytes than its name says; it is downloaded anew", path)
        return False

    def _digest(self, path: Path, source: Source) -> str:
        sha = hashlib.sha256()
        with path.open("rb") as file, self._arrival.of(LoadPart.VERIFY, source.name, path.stat().st_size) as more:
            while chunk := file.read(_CHUNK_BYTES):
                sha.update(chunk)
                more(len(chunk))
        return sha.hexdigest()

    def _bring(self, path: Path, note: Path, source: Source) -> None:
        partly = path.with_name("partial")

        def read() -> Reading[None] | None:
            head = source.head()
            if head is None:
                return None
            if source.expected_bytes not in (None, head.bytes):
                number = f"{head.bytes} bytes (needed: {source.expected_bytes})"
                return Reading(None, "" if head.bytes else NO_BYTES, head.etag, number)
            make_room(self.folder, source.name, head.bytes, taken_bytes(partly), self._limit_bytes)
            download = Download(source, head, partly, self._arrival)
            found = download.run()
            if found.sha256 == source.sha256:
                download.put(path)
            else:
                download.forget()
            return found

        source.checked(read)
        self._note(path, note, Note.of(path))

    def _note(self, path: Path, note: Path, looks: Note) -> None:
        """Note how the file looks that was found right, once a crash of the machine can take none of it away."""
        self._arrival.later(partial(_settle, path, note, looks))


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """Turn the refusals of a folder that nobody can write to into `BadRequest`."""
    try:
        yield
    except OSError as error:
        if error.errno not in _UNUSABLE:
            raise
        raise BadRequest(
            f"{error.filename or folder}: {error.strerror}; let stages write to {folder}, where they keep models, or "
            "have the deployment name another folder or claim (`cache`, `model_cache_claim`)"
        ) from error


def _settle(path: Path, note: Path, looked: Note) -> None:
    try:
        with path.open("rb") as file:
            os.fsync(file.fileno())
        looks = Note.of(path)  # some file systems take their times from the disk
        if (looks.bytes, looks.inode) == (looked.bytes, looked.inode):
            note.write_text(looks.model_dump_json())
    except OSError as error:
        log.warning("%s is not noted: %s; it is hashed again before it is used", path, error)


def _noted(note: Path) -> Note | None:
    try:
        return model_in(Note, note.read_bytes(), "a note")
    except (OSError, CorruptInput):
        return None
