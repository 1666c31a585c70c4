"""The versions of an `item.json`, wherever it is: reading them, dating them, and how long each plays."""

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
    """The piece in `body`, which is at `where`; None if there is none, or it is broken and will be written again."""
    try:
        return None if body is None else model_in(PublishedItem, body, where)
    except CorruptInput as error:
        log.warning("%s; it is written again", error)
        return None


def updated_after(before: PublishedItem, wanted: PublishedItem) -> datetime:
    """The time of `wanted`, which replaces `before`: a later one, whatever the clocks say."""
    return max(wanted.updated_at, before.updated_at + _LEAST_LATER)


def length_s(piece: Piece, opened: Callable[[PieceFile], AbstractContextManager[IO[bytes]]]) -> float | None:
    """How long the main file plays, which `opened` opens; None if it is neither sound nor film.

    :raises CorruptInput: it cannot be read.
    """
    main = next(file for file in piece.files if file.role is Role.MAIN)
    if main.artifact.media_type.partition("/")[0] not in ("audio", "video"):
        return None
    with opened(main) as media:
        return duration_s(media, main.artifact.name)
