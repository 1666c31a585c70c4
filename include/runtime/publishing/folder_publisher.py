"""`publish.folder`: pieces as files in a folder that the deployment names, such as a web server's or a network share.

    <place>/<yyyy>/<mm>/<dd>/<slug>/item.json        what the piece is, and which version of it is the present one
    <place>/<yyyy>/<mm>/<dd>/<slug>/<digest>/…       the files of each version, under readable names

A version is filled under a hidden name, brought to the disk, and renamed when it is whole; `item.json` is replaced in
one step after that. So what an `item.json` names is there, however the process ends. One process at a time places a
version of a piece, and the next one finds it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from include.contract import environment
from include.contract.errors import BadRequest
from include.contract.keys import piece_path, segment
from include.contract.published import ITEM, PublishedItem, type_of_place
from include.runtime.publisher import Assignment, Piece, PieceFile, Placed, Publisher
from include.runtime.publishing.disk import disk_errors, make_folder, put_whole, synced
from include.runtime.publishing.item_versions import item_in, length_s, updated_after
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.publishing.tombstones import Tombstones
from include.runtime.scratch import file_digest

log = logging.getLogger(__name__)

_LOCK = ".lock"


class FolderPublisher(Publisher):
    """Places pieces in the folder, and removes those that are withdrawn from the content type."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__(assignment)
        self._type = type_of_place(assignment.publication.content_type)
        self._root = publish_folder() / segment(assignment.publication.content_type)
        self._tombstones = self._read_tombstones()
        self._now = datetime.now(UTC)
        for slug, day in self._tombstones.days():
            self._take_out(slug, day)

    def withdrawn(self, slug: str) -> str:
        """Who withdrew the piece from the content type, and how to restore it."""
        word = self._tombstones.withdrawn(slug, self.assignment.publication.day)
        return f"it was {word.told()}; restore `{slug}` of `{self._type}` first" if word else ""

    def place(self, piece: Piece) -> Placed:
        """Write its version's files, reading all of them again, then its `item.json`."""
        folder = self._root / piece_path(self.assignment.publication.day, piece.slug)
        with disk_errors(folder):
            make_folder(folder)
            with _alone_in(folder):
                has_put_files = self._make_whole(piece, folder / piece.content_digest[:12])
                has_put_item = self._keep_item(piece, folder)
        return Placed((folder / ITEM).as_uri(), has_put_files or has_put_item)

    def list_all(self, pieces: Sequence[Piece], tell: Callable[[str], None]) -> Mapping[str, str]:
        """Remove what was withdrawn while it was being placed; nothing in the folder lists pieces."""
        self._tombstones = self._read_tombstones()
        withdrawn = {piece.slug: why for piece in pieces if (why := self.withdrawn(piece.slug))}
        for slug in withdrawn:
            self._take_out(slug, self.assignment.publication.day)
        return withdrawn

    def _read_tombstones(self) -> Tombstones:
        return Tombstones.read(PublishedStore(self.assignment.store, self._type))

    def _make_whole(self, piece: Piece, version: Path) -> bool:
        """Have every file of `piece` hold its own bytes in `version`; whether any had to be put there."""
        wrong = [file for file in piece.files if not _is_right(file, version / file.path)]
        if not wrong:
            return False
        hidden = version.with_name(f".{version.name}")
        try:
            for file in wrong:
                path = hidden / file.path
                path.parent.mkdir(parents=True, exist_ok=True)
                self.assignment.bring(file, path)
                synced(path)
            if version.exists():
                for file in wrong:
                    log.warning("%s is gone or holds other bytes; it is written again", version / file.path)
                    put_whole(hidden / file.path, version / file.path)
            else:
                put_whole(hidden, version)
        finally:
            shutil.rmtree(hidden, ignore_errors=True)
        return True

    def _keep_item(self, piece: Piece, folder: Path) -> bool:
        """Have `item.json` tell of `piece`; whether it had to be written."""
        path = folder / ITEM
        before = _read(path)
        wanted = self.assignment.item(piece, uuid5(NAMESPACE_URL, path.as_uri()), self._now)
        version = folder / piece.content_digest[:12]
        lasting: dict[str, object] = {"duration_s": length_s(piece, lambda file: (version / file.path).open("rb"))}
        if before is not None:
            lasting |= {"guid": before.guid, "published_at": before.published_at}
            lasting["updated_at"] = updated_after(before, wanted)
        wanted = wanted.model_copy(update=lasting)
        if before is not None and before.says_the_same(wanted):
            return False
        hidden = path.with_name(f".{ITEM}")
        hidden.write_bytes(wanted.model_dump_json().encode())
        synced(hidden)
        put_whole(hidden, path)
        log.info("published %s", path)
        return True

    def _take_out(self, slug: str, day: date) -> None:
        """Delete the piece with all of its versions; what names them goes first."""
        folder = self._root / piece_path(day, slug)
        with disk_errors(folder):
            if not folder.is_dir():
                return
            with _alone_in(folder):
                (folder / ITEM).unlink(missing_ok=True)
                for version in (path for path in folder.iterdir() if path.is_dir()):
                    shutil.rmtree(version)
                    log.warning("%s is deleted: `%s` is withdrawn from `%s`", version, slug, self._type)


def publish_folder() -> Path:
    """The folder that pieces are written to.

    :raises BadRequest: the deployment names none, or it does not exist.
    """
    named = os.environ.get(environment.PUBLISH_FOLDER)
    if not named:
        raise BadRequest(
            "`publish.folder` publishes to a folder, but the deployment names none; allowed: a folder in "
            "`process.publish_folder`, or a PersistentVolumeClaim in `kubernetes.publish_claim`"
        )
    folder = Path(named)
    if not folder.is_dir():
        raise BadRequest(f"`publish.folder` publishes to {folder}, which is not a folder; make it, or mount it there")
    return folder


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes out of `folder`, and throw away what one that was killed has left half done."""
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(".*"):
            if left.is_dir():
                shutil.rmtree(left)
            elif left.name != _LOCK:
                left.unlink()
        yield


def _is_right(file: PieceFile, path: Path) -> bool:
    is_there = path.is_file() and path.stat().st_size == file.artifact.bytes
    return is_there and file_digest(path) == file.artifact.sha256


def _read(path: Path) -> PublishedItem | None:
    """What `item.json` tells."""
    return item_in(path.read_bytes() if path.exists() else None, str(path))
