"""A program beside the tests: fetches a model's file while another fills the disk, and again once there is room."""

from __future__ import annotations

import sys
from pathlib import Path

from include.contract.errors import ScratchFull
from include.contract.keys import Domain
from include.contract.model_cards import CardFile
from include.runtime.models import download
from include.runtime.models.arrival import Arrival
from include.runtime.models.cache import ModelCache
from include.store.connection import Connection
from include.store.store import Store
from tests.include.runtime.models.arriving import PART_BYTES, PARTS, WRITER, Counted, fetched


def fill(path: Path) -> None:
    """Take all room that is left."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return


if __name__ == "__main__":
    disk, bucket, sha256, size = sys.argv[1:]
    download.PART_BYTES, download.PARTS_AT_ONCE = PART_BYTES, 2
    other, scratch = Path(disk, "other"), Path(disk, "scratch")
    scratch.mkdir()
    source = Counted(
        WRITER,
        "weights",
        CardFile(sha256=sha256, bytes=int(size)),
        Store(Domain(bucket), Connection.from_environment()),
        stops_at=PARTS // 2,
    )
    source.go_on.wait = lambda timeout=None: fill(other) or True  # type: ignore[method-assign,func-returns-value]
    cache = ModelCache(Path(disk, "cache"), Arrival(scratch=scratch))
    try:
        fetched(cache, source)
    except ScratchFull as error:
        print(error)  # noqa: T201
    other.unlink()
    rest = Counted(WRITER, "weights", source.file, source.store)
    fetched(cache, rest)
    print(*sorted(rest.asked))  # noqa: T201
