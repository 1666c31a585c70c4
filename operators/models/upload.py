"""Uploading files to the store: hashed, looked up by their digest, and sent in parts if they are not there."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TypeVar

from include.contract.artifacts import Artifact
from include.contract.errors import CorruptInput
from include.contract.model_cards import CardFile
from include.store.multipart import PartsAtOnce, parts_of
from include.store.store import Store
from include.store.stored import OCTETS
from include.store.threads import daemon_threads
from operators.models.source import ModelSource

FILES_AT_ONCE = 4
PARTS_AT_ONCE = 8
_CHANGED = "was changed while it was added; add it again once nobody writes to it"


class Step(StrEnum):
    """What was done with some bytes of a file."""

    HASHED = "hashed"
    SENT = "sent"
    THERE = "there"
    """Found in the store."""
    DONE = "done"
    """All of the file is in the store."""


@dataclass(frozen=True)
class Progress:
    """How far one file is."""

    path: str
    step: Step
    bytes: int = 0


Tell = Callable[[Progress], None]
T = TypeVar("T")


@dataclass(frozen=True)
class _Hashed:
    """A file that was read once."""

    path: str
    file: CardFile
    sums: Mapping[int, int]
    """CRC-32 of each part, by where it begins."""


def send_files(
    source: ModelSource,
    sizes: Mapping[str, int],
    store: Store,
    tell: Tell,
    check: Callable[[Mapping[str, CardFile]], None] | None = None,
) -> dict[str, CardFile]:
    """Put every file into the store under its digest; `tell` is called from several threads.

    :param check: is called when all files are hashed and none is sent, and may refuse them.
    :raises CorruptInput: a file changed while it was read.
    """
    with daemon_threads(FILES_AT_ONCE, "files") as files, daemon_threads(PARTS_AT_ONCE, "parts") as parts:
        if check is None:

            def send(path: str, size: int) -> CardFile:
                return _send(source, _hashed(source, path, size, tell), store, parts, tell)

            return _results({path: files.submit(send, path, size) for path, size in sizes.items()})
        hashed = _results({path: files.submit(_hashed, source, path, size, tell) for path, size in sizes.items()})
        check({path: each.file for path, each in hashed.items()})
        return _results({path: files.submit(_send, source, each, store, parts, tell) for path, each in hashed.items()})


def _results(asked: Mapping[str, Future[T]]) -> dict[str, T]:
    return {path: future.result() for path, future in asked.items()}


def _hashed(source: ModelSource, path: str, size: int, tell: Tell) -> _Hashed:
    sums: dict[int, int] = {}
    sha = hashlib.sha256()
    for begin, end in parts_of(size):
        body = _whole(source, path, begin, end)
        sha.update(body)
        sums[begin] = zlib.crc32(body)
        tell(Progress(path, Step.HASHED, len(body)))
    file = CardFile(sha256=sha.hexdigest(), bytes=size)
    if source.digest(path) not in ("", file.sha256):
        raise CorruptInput(
            f"{path}: has the digest {file.sha256}, and its place says {source.digest(path)}; download it again"
        )
    return _Hashed(path, file, sums)


def _send(source: ModelSource, hashed: _Hashed, store: Store, threads: Executor, tell: Tell) -> CardFile:
    path, file = hashed.path, hashed.file

    def read(begin: int, end: int) -> bytes:
        body = _whole(source, path, begin, end)
        if zlib.crc32(body) != hashed.sums[begin]:
            raise CorruptInput(f"{path}: {_CHANGED}")
        return body

    artifact = Artifact(name="model", sha256=file.sha256, bytes=file.bytes, media_type=OCTETS.media_type)
    if store.has_blob(artifact):
        tell(Progress(path, Step.THERE, file.bytes))
    else:
        PartsAtOnce(store, threads).send(artifact, read, partial(_told, tell, path))
    tell(Progress(path, Step.DONE))
    return file


def _told(tell: Tell, path: str, count: int, is_sent: bool) -> None:
    tell(Progress(path, Step.SENT if is_sent else Step.THERE, count))


def _whole(source: ModelSource, path: str, begin: int, end: int) -> bytes:
    body = source.read(path, begin, end)
    if len(body) != end - begin:
        raise CorruptInput(f"{path}: {_CHANGED}")
    return body
