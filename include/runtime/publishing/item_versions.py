"""The versions of an `item.json`, wherever it lies: read, put one after the other, and how long each plays."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import IO

from include.contract.errors import CorruptInput
from include.contract.parsing import model_in
from include.contract.published import PublishedItem
from include.contract.publishing import Role
from include.runtime.publisher import Piece, PieceFile
from include.runtime.publishing.media import duration_s

log = logging.getLogger(__name__)

_LEAST_LATER = timedelta(microseconds=1)


def item_in(body: bytes | None, where: str) -> PublishedItem | None:
    """The piece that `body`, which lies at `where`, tells of; None where nothing lies, or what is written anew."""
    try:
        return None if body is None else model_in(PublishedItem, body, where)
    except CorruptInput as error:
        log.warning("%s; it is written again", error)
        return None


def updated_after(before: PublishedItem, wanted: PublishedItem) -> datetime:
    """The moment of `wanted`, which takes the place of `before`: a later one, whatever the clocks say."""
    return max(wanted.updated_at, before.updated_at + _LEAST_LATER)


def length_s(piece: Piece, opened: Callable[[PieceFile], AbstractContextManager[IO[bytes]]]) -> float | None:
    """How long the piece itself plays, which `opened` opens; None where it is neither sound nor film.

    :raises CorruptInput: it cannot be read.
    """
    main = next(file for file in piece.files if file.role is Role.MAIN)
    if main.artifact.media_type.partition("/")[0] not in ("audio", "video"):
        return None
    with opened(main) as media:
        return duration_s(media, main.artifact.name)
