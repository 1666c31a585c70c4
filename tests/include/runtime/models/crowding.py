"""A program beside the tests: makes room on a disk of its own, and says which entries of the cache are left."""

from __future__ import annotations

import sys
from pathlib import Path

from include.contract.errors import ScratchFull
from include.runtime.models import file_locks
from include.runtime.models.room import make_room
from tests.include.runtime.models.entries import ENTRY_BYTES, entry, left

if __name__ == "__main__":
    cache = Path(sys.argv[1])
    for used_at, name in enumerate(("used", "oldest", "older", "newest")):
        entry(cache, name, used_at)
    assert file_locks.shared(cache / "used" / "note") is not None
    make_room(cache, "weights", 2 * ENTRY_BYTES, 0, None)
    print(*left(cache))  # noqa: T201
    try:
        make_room(cache, "weights", 100 * ENTRY_BYTES, 0, None)
    except ScratchFull as error:
        print(error)  # noqa: T201
    print(*left(cache))  # noqa: T201
