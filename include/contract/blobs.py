"""Reading a blob so that nobody uses wrong bytes, and whoever made it finds it broken and makes it again (W2, W9).

The one function for all readers on both sides; `docs/adr/0002-a-corrupt-blob-is-emptied.md` says why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from include.contract.errors import InputLost, PermanentError, StoreAway

T = TypeVar("T")

NO_BYTES = hashlib.sha256().hexdigest()
"""The digest of nothing."""
_READS = 2
"""Wrong bytes are read once more: the transfer may have been at fault."""


@dataclass(frozen=True)
class Reading(Generic[T]):
    """One version of a blob, as it was read."""

    content: T
    sha256: str
    """Of the bytes that were read; empty if none was, since their number is wrong."""
    etag: str
    """Of this version, so that only this one is replaced."""
    number: str = ""
    """How many there are, and how many there should be, in words."""


def reading(body: bytes, etag: str) -> Reading[bytes]:
    """One version of a small blob."""
    return Reading(body, hashlib.sha256(body).hexdigest(), etag)


def trusted(
    read: Callable[[], Reading[T] | None],
    empty: Callable[[str], bool],
    sha256: str,
    what: str,
    where: str,
    producer: str = "",
) -> T:
    """What `read` returns for the blob `sha256`, once its bytes match its name.

    :param read: reads the whole blob; None when there is none.
    :param empty: replaces the version with this ETag by an empty one; False if it has been replaced already.
    :param what: what the blob is, and `where` it lies, for messages.
    :param producer: id of the task that makes it again when it is cleared.
    :raises InputLost: it is gone, or it was wrong and is empty now; says which task to clear.
    :raises StoreAway: it was replaced while it was read.
    """
    advice = f"; clear the task `{producer}`, which makes it again" if producer else ""

    def version() -> Reading[T]:
        found = read()
        if found is None:
            raise InputLost(f"{what} is gone from the store: {where} does not exist{advice}", producer)
        return found

    found = version()
    for _ in range(_READS - 1):
        found = found if found.sha256 == sha256 else version()
    if found.sha256 == sha256:
        return found.content
    if found.sha256 == NO_BYTES:
        told = f"{what}: {where} is empty, since what it held before was found wrong{advice}"
        raise InputLost(told, producer)
    held = f"bytes with the digest {found.sha256}" if found.sha256 else found.number
    wrong = f"{what}: {where} held {held} and was not used"
    try:
        is_emptied = empty(found.etag)
    except PermanentError as error:
        told = f"{wrong}, but could not be emptied, so it will not be made again by itself ({error}){advice}"
        raise InputLost(told, producer) from error
    if not is_emptied:
        raise StoreAway(f"{wrong}, and has been replaced since")
    raise InputLost(f"{wrong}; it is now empty, so that it is made again{advice}", producer)
