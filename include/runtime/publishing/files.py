"""The files of a piece: each holds the bytes that its digest says, or is written again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor

from include.contract.published import IndexEntry, PublishedFile
from include.runtime.publishing.published_store import PublishedStore

log = logging.getLogger(__name__)


def make_whole(
    published: PublishedStore, piece: IndexEntry, threads: Executor, put: Callable[[PublishedFile], None]
) -> bool:
    """Make sure that every file of `piece` holds its own bytes, with `put` if necessary; whether any had to be put.

    Existing files are read completely: nothing else shows whether their bytes are still the same.
    """
    sizes = published.sizes(piece.folder)
    found = threads.map(lambda file: _is_right(published, piece, file, sizes.get(file.path)), piece.files)
    wrong = [file for file, is_right in zip(piece.files, found, strict=True) if not is_right]
    for _ in threads.map(put, wrong):
        pass
    return bool(wrong)


def _is_right(published: PublishedStore, piece: IndexEntry, file: PublishedFile, size: int | None) -> bool:
    if size != file.bytes:
        return False
    path = piece.address(file)
    found = published.digest(path)
    if found != file.sha256:
        log.warning(
            "%s holds bytes with the digest %s instead of %s; it is restored. Caches in front of the store may "
            "have kept the wrong bytes: remove it from them",
            published.uri(path),
            found,
            file.sha256,
        )
    return found == file.sha256
