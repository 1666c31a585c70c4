"""Room is made by what nobody has used for longest, no more of it than is needed, and by nothing that is in use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from include.contract.errors import BadRequest, ScratchFull
from include.runtime.models.room import make_room, taken_bytes
from tests.include.runtime.models import crowding
from tests.include.runtime.models.entries import ENTRY_BYTES, entry, left
from tests.include.runtime.models.test_file_locks import another
from tests.include.runtime.own_mounts import mounts, on_small_disk


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Three files, by when they were used."""
    folder = tmp_path / "cache"
    folder.mkdir()
    for used_at, name in enumerate(("c", "a", "b")):
        entry(folder, name, used_at)
    return folder


def limited(cache: Path, more_entries: int, limit_entries: int, come_bytes: int = 0) -> None:
    """Make room for as much as so many entries, where so many may be kept, and some blocks for locks."""
    limit = limit_entries * ENTRY_BYTES + ENTRY_BYTES // 2
    make_room(cache, "weights", more_entries * ENTRY_BYTES, come_bytes, limit)


def test_where_there_is_room_nothing_is_taken(cache: Path) -> None:
    limited(cache, 1, 4)
    make_room(cache, "weights", ENTRY_BYTES, 0, None)
    assert left(cache) == ["a", "b", "c"]


@pytest.mark.parametrize(("more", "stay"), [(1, ["a", "b"]), (2, ["b"]), (3, [])])
def test_what_was_not_used_for_longest_goes_first_and_no_more_than_is_needed(
    cache: Path, more: int, stay: list[str]
) -> None:
    limited(cache, more, 3)
    assert left(cache) == stay


def test_what_has_come_already_needs_no_room_again(cache: Path) -> None:
    limited(cache, 2, 4, come_bytes=ENTRY_BYTES)
    assert left(cache) == ["a", "b", "c"]


@pytest.mark.parametrize(("how", "lock"), [("shared", "note"), ("alone", "lock")])
def test_what_another_process_uses_or_downloads_is_never_taken(cache: Path, how: str, lock: str) -> None:
    with another(how, cache / "c" / lock):
        limited(cache, 1, 3)
        assert left(cache) == ["b", "c"]
        with pytest.raises(
            ScratchFull, match=r"no room for weights, 786 kB to come; .* may hold 918 kB, .*26\d kB are"
        ):
            limited(cache, 3, 3)
        assert left(cache) == ["c"]
        assert (cache / "c" / "file").stat().st_size == ENTRY_BYTES
    limited(cache, 3, 3)
    assert left(cache) == []


def test_what_a_killed_process_left_half_way_goes_by_when_that_was(cache: Path) -> None:
    entry(cache, "half", -1, file="partial")
    limited(cache, 1, 4)
    assert left(cache) == ["a", "b", "c"]


def test_what_a_file_takes_on_the_disk_counts_and_not_its_holes(cache: Path) -> None:
    sparse = entry(cache, "sparse", -1, file="partial") / "partial"
    os.truncate(sparse, 100 * ENTRY_BYTES)
    assert taken_bytes(sparse) == ENTRY_BYTES
    assert taken_bytes(sparse.with_name("none")) == 0
    limited(cache, 1, 5)
    assert left(cache) == ["a", "b", "c", "sparse"]


def test_what_else_lies_in_the_folder_is_left_alone(cache: Path) -> None:
    (cache / "lost+found").mkdir()
    (cache / "read me").write_bytes(b"r" * ENTRY_BYTES)
    limited(cache, 3, 3)
    assert "read me" in left(cache)
    assert not {"a", "b", "c"} & set(left(cache))


def test_a_file_that_never_fits_is_refused_before_anything_is_taken_for_it(cache: Path) -> None:
    with pytest.raises(BadRequest, match=r"weights has 1\.05 MB, and the model cache may hold 918 kB; raise its limit"):
        limited(cache, 4, 3)
    assert left(cache) == ["a", "b", "c"]


@mounts
def test_a_full_disk_is_made_room_on_without_a_limit(tmp_path: Path) -> None:
    size = 5 * ENTRY_BYTES
    told = on_small_disk(size, tmp_path / "disk", crowding.__name__, environ=os.environ)
    first, says, last = told.splitlines()
    assert first == "newest older used"
    assert "no room for weights, 26.2 MB to come; " in says
    assert last == "used"
