"""A content type's gallery on this machine: its page and all that it shows, with every file hashed (W9)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from include.contract.errors import BadRequest, CorruptInput
from include.contract.keys import piece_path, published_prefix
from include.contract.parsing import model_in
from include.contract.published import GALLERY, INDEX, ITEM, Index, IndexEntry, PublishedFile, PublishedItem
from include.store.store import Store
from include.store.threads import daemon_threads

THREADS = 8


@dataclass(frozen=True)
class SavedGallery:
    """What was copied to the folder."""

    page: Path
    pieces: int
    bytes: int


def copy_gallery(store: Store, content_type: str, folder: Path) -> SavedGallery:
    """Copy the gallery of `content_type` and the newest pieces, which it shows; files already in `folder` stay.

    :raises BadRequest: nothing is published under this name.
    :raises CorruptInput: a file is gone or has other bytes than were published; says what restores it.
    """
    root = published_prefix(content_type)
    page, body = store.get(f"{root}{GALLERY}"), store.get(f"{root}{INDEX}")
    if page is None or body is None:
        raise BadRequest(
            f"nothing has been published in {store.domain.uri(root)}; run a content type with a stage that publishes"
        )
    index = model_in(Index, body, store.domain.uri(f"{root}{INDEX}"))
    with daemon_threads(THREADS, "files") as threads:
        files = [file for files in threads.map(lambda entry: _files(store, root, entry), index.items) for file in files]
        sizes = list(threads.map(lambda pair: _copy(store, content_type, pair[0], pair[1], folder), files))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / GALLERY).write_bytes(page)
    return SavedGallery(folder / GALLERY, len(index.items), sum(sizes))


def _files(store: Store, root: str, entry: IndexEntry) -> list[tuple[IndexEntry, PublishedFile]]:
    """All files of a piece, those included that only its own files refer to."""
    key = f"{root}{piece_path(entry.day, entry.slug)}{ITEM}"
    body = store.get(key)
    item = model_in(PublishedItem, body, store.domain.uri(key)) if body else entry
    return [(item, file) for file in item.files]


def _copy(store: Store, content_type: str, entry: IndexEntry, file: PublishedFile, folder: Path) -> int:
    path = folder / entry.address(file)
    if path.is_file() and path.stat().st_size == file.bytes:
        return file.bytes
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    key = f"{published_prefix(content_type)}{entry.address(file)}"
    try:
        with beside.open("wb") as copy:
            found = store.digest(key, copy)
        if found is None or found.sha256 != file.sha256:
            told = "is gone" if found is None else "does not hold the bytes that were published"
            raise CorruptInput(
                f"{store.domain.uri(key)} {told}; `atelier verify published {content_type} --from {entry.day} "
                f"--to {entry.day} --mend` restores it"
            )
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return file.bytes
