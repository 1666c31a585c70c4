"""Model files on a machine: fetched once, checked when they look changed, and room is made without harm to anybody."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from atelier.testing.s3 import S3
from include.contract import environment
from include.contract.errors import BadRequest, Preempted, ScratchFull, StoreAway, UnknownModel
from include.contract.keys import Domain, blob_key
from include.contract.model_cards import CardFile
from include.runtime.models import download
from include.runtime.models.arrival import Arrival
from include.runtime.models.cache import ModelCache
from include.store.store import Store
from tests.include.runtime.models import arriving
from tests.include.runtime.models.arriving import PART_BYTES, PARTS, WRITER, Counted, fetched, put, weights

BODY = weights()
Open = Callable[..., ModelCache]


@pytest.fixture
def store(s3: S3) -> Store:
    return Store(Domain(s3.bucket), s3.connection())


@pytest.fixture
def words() -> list[str]:
    """What people were told."""
    return []


@pytest.fixture
def opened(tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the cache as one more process does."""
    monkeypatch.setattr(download, "PART_BYTES", PART_BYTES)
    caches: list[ModelCache] = []

    def open_cache(limit_bytes: int | None = None, *, verify: bool = False, stop: Event | None = None) -> ModelCache:
        arrival = Arrival(words.append, stop or Event(), tmp_path)
        caches.append(ModelCache(tmp_path / "cache", arrival, limit_bytes=limit_bytes, always_verify=verify))
        return caches[-1]

    yield open_cache
    for each in caches:
        each.close()


def source(store: Store, file: CardFile, name: str = "weights", stops_at: int = -1) -> Counted:
    return Counted(WRITER, name, file, store, stops_at=stops_at)


def settled(cache: ModelCache, source: Counted) -> Path:
    """The file after a process that has come to its end."""
    path = fetched(cache, source)
    cache.close()
    return path


def test_a_file_is_fetched_once_in_parts_and_then_not_even_hashed(store: Store, opened: Open, words: list[str]) -> None:
    first = source(store, put(store, BODY))
    path = settled(opened(), first)
    assert path.read_bytes() == BODY
    assert sorted(first.asked) == list(range(PARTS))
    assert words[-1].startswith("downloading weights: 1.31 MB of 1.31 MB, ")
    store.delete(blob_key(first.sha256))
    words.clear()
    assert fetched(opened(), source(store, first.file)) == path
    assert words == []


def test_a_file_has_its_own_name_in_a_folder_of_the_process(store: Store, opened: Open) -> None:
    files = {path: source(store, put(store, weights(n)), path) for n, path in enumerate(("a.json", "onnx/b.onnx"))}
    found = opened().files(files)
    assert {path: each.read_bytes() for path, each in found.items()} == {
        "a.json": weights(0),
        "onnx/b.onnx": weights(1),
    }
    assert found["onnx/b.onnx"] == found["a.json"].parent / "onnx" / "b.onnx"


def test_an_empty_file_is_one_too(store: Store, opened: Open) -> None:
    assert fetched(opened(), source(store, put(store, b""))).read_bytes() == b""


def test_what_looks_as_it_was_noted_is_hashed_again_only_where_that_is_asked_for(
    store: Store, opened: Open, words: list[str]
) -> None:
    weights_file = source(store, put(store, BODY))
    settled(opened(), weights_file)
    words.clear()
    settled(opened(verify=True), weights_file)
    assert words[-1].startswith("checking weights: 1.31 MB of 1.31 MB")


def edited(path: Path) -> None:
    path.write_bytes(b"w" * len(BODY))


def edited_and_dated_back(path: Path) -> None:
    found = path.stat()
    edited(path)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def cut(path: Path) -> None:
    os.truncate(path, len(BODY) - 1)


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"o" * len(BODY))
    shutil.copystat(path, other)
    other.replace(path)


@pytest.mark.parametrize("spoil", [edited, edited_and_dated_back, cut, replaced, Path.unlink])
@pytest.mark.parametrize("verify", [False, True])
def test_what_became_of_a_file_is_noticed_and_it_is_fetched_again(
    store: Store, opened: Open, spoil: Callable[[Path], None], verify: bool
) -> None:
    first = source(store, put(store, BODY))
    path = settled(opened(), first)
    spoil(path)
    again = source(store, first.file)
    assert fetched(opened(verify=verify), again).read_bytes() == BODY
    assert len(again.asked) == PARTS


@pytest.mark.parametrize("verify", [False, True])
def test_what_was_damaged_is_hashed_and_told_once(
    store: Store, opened: Open, words: list[str], caplog: pytest.LogCaptureFixture, verify: bool
) -> None:
    first = source(store, put(store, BODY))
    edited(settled(opened(), first))
    words.clear()
    fetched(opened(verify=verify), source(store, first.file))
    assert [each.partition(",")[0] for each in words if "weights: 0 B" in each] == [
        "checking weights: 0 B of 1.31 MB",
        "downloading weights: 0 B of 1.31 MB",
    ]
    (told,) = caplog.messages
    assert told.endswith("has other bytes than its name says; it is downloaded anew")


def test_a_folder_that_nobody_can_write_to_is_told_with_what_to_do(store: Store, opened: Open) -> None:
    cache = opened()
    cache.folder.write_bytes(b"no folder")
    with pytest.raises(BadRequest, match=rf"Not a directory; let stages write to {cache.folder}, where they keep"):
        fetched(cache, source(store, put(store, BODY)))


def test_a_file_that_only_looks_changed_is_hashed_once_and_not_fetched(
    store: Store, opened: Open, words: list[str]
) -> None:
    first = source(store, put(store, BODY))
    path = settled(opened(), first)
    path.touch()
    again = source(store, first.file)
    settled(opened(), again)
    assert again.asked == []
    assert words[-1].startswith("checking")
    words.clear()
    settled(opened(), again)
    assert words == []


def test_many_pods_that_start_at_once_download_it_once(store: Store, opened: Open, words: list[str]) -> None:
    file = put(store, BODY)
    sources = [source(store, file) for _ in range(4)]
    with ThreadPoolExecutor(4) as pods:
        paths = list(pods.map(lambda each: fetched(opened(), each), sources))
    assert {path.read_bytes() for path in paths} == {BODY}
    assert sorted(number for each in sources for number in each.asked) == list(range(PARTS))


def test_who_waits_is_told_for_whom_and_stops_when_asked(store: Store, opened: Open, words: list[str]) -> None:
    slow, stop = source(store, put(store, BODY), stops_at=3), Event()
    with ThreadPoolExecutor(2) as pods:
        downloading = pods.submit(fetched, opened(), slow)
        slow.reached.wait()
        waiting = pods.submit(fetched, opened(stop=stop), source(store, slow.file))
        while not any(each.startswith("waiting") for each in words):
            pass
        stop.set()
        with pytest.raises(Preempted, match="what has come is kept"):
            waiting.result()
        slow.go_on.set()
        assert downloading.result().read_bytes() == BODY
    assert f"waiting for process {os.getpid()} of {os.uname().nodename}, which downloads weights" in words


def test_what_a_killed_process_has_brought_is_gone_on_with_by_the_next(s3: S3, store: Store, opened: Open) -> None:
    file, half = put(store, BODY), PARTS // 2
    folder = opened()  # so that both mean the same one
    arguments = [str(folder.folder), s3.bucket, file.sha256, str(file.bytes), str(half)]
    command = [sys.executable, "-m", arriving.__name__, *arguments]
    environ = os.environ | s3.environment()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"half\n"
        killed.kill()
    rest = source(store, file)
    assert fetched(folder, rest).read_bytes() == BODY
    assert sorted(rest.asked) == list(range(half, PARTS))


def interrupted(store: Store, opened: Open, file: CardFile, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a file that the disk had no room for."""
    write, room = os.pwrite, [5]

    def full(handle: int, body: bytes, start: int) -> int:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(handle, body, start)

    cache = opened()
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        patched.setattr(download, "PARTS_AT_ONCE", 1)
        with pytest.raises(ScratchFull, match=r"No space left on device; \d+ bytes free"):
            fetched(cache, source(store, file))
    cache.close()
    return cache.folder / file.sha256


def test_a_disk_that_is_full_half_way_is_told_and_what_came_is_kept(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(store, BODY)
    interrupted(store, opened, file, monkeypatch)
    rest = source(store, file)
    assert fetched(opened(), rest).read_bytes() == BODY
    assert 0 < len(rest.asked) < PARTS


def test_what_came_and_was_damaged_is_fetched_anew_and_the_store_is_not_blamed(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(store, BODY)
    folder = interrupted(store, opened, file, monkeypatch)
    with (folder / "partial").open("r+b") as partial:
        partial.write(b"damaged")
    again = source(store, file)
    assert fetched(opened(), again).read_bytes() == BODY
    assert set(range(PARTS)) <= set(again.asked)
    assert store.size(blob_key(file.sha256)) == len(BODY)


@pytest.mark.parametrize(
    ("wrong", "held"),
    [
        (b"w" * len(BODY), "bytes with the digest [0-9a-f]{64}"),
        (b"short", rf"5 bytes \(needed: {len(BODY)}\)"),
    ],
)
def test_a_blob_that_was_damaged_is_not_used_and_emptied(store: Store, opened: Open, wrong: bytes, held: str) -> None:
    file = put(store, BODY)
    store.put(blob_key(file.sha256), wrong)
    model = r"`weights` of model acme/writer@1: \S+"
    todo = "add the model again with `atelier models add`"
    with pytest.raises(UnknownModel, match=f"{model} held {held} and was not used; it is now empty, .* {todo}"):
        fetched(opened(), source(store, file))
    assert store.size(blob_key(file.sha256)) == 0
    with pytest.raises(UnknownModel, match=f"{model} is empty, since what it held before was found wrong; {todo}"):
        fetched(opened(), source(store, file))
    put(store, BODY)
    assert fetched(opened(), source(store, file)).read_bytes() == BODY


def test_a_blob_that_is_gone_is_told_with_what_to_do(store: Store, opened: Open) -> None:
    with pytest.raises(
        UnknownModel, match=r"is gone from the store: .*; add the model again with `atelier models add`"
    ):
        fetched(opened(), source(store, arriving.card_file(BODY)))


def test_a_blob_that_is_replaced_while_it_is_read_is_tried_again_later(store: Store, opened: Open) -> None:
    slow = source(store, put(store, BODY), stops_at=PARTS - 1)
    with ThreadPoolExecutor(1) as pod:
        downloading = pod.submit(fetched, opened(), slow)
        slow.reached.wait()
        store.put(blob_key(slow.sha256), BODY[:-1])
        slow.go_on.set()
        with pytest.raises(StoreAway, match="was replaced while it was read"):
            downloading.result()


def test_the_least_recently_used_makes_room(store: Store, opened: Open) -> None:
    files = [put(store, weights(n)) for n in range(3)]
    limit = 2 * len(BODY) + PART_BYTES
    old, kept = (settled(opened(limit), source(store, file)) for file in files[:2])
    os.utime(old.with_name("note"), ns=(0, 0))
    new = settled(opened(limit), source(store, files[2]))
    assert (old.exists(), kept.exists(), new.exists()) == (False, True, True)
    assert not old.parent.exists()


def test_use_counts_not_age(store: Store, opened: Open) -> None:
    files = [put(store, weights(n)) for n in range(3)]
    limit = 2 * len(BODY) + PART_BYTES
    first, second = (settled(opened(limit), source(store, file)) for file in files[:2])
    for each in (first, second):
        os.utime(each.with_name("note"), ns=(0, 0))
    settled(opened(limit), source(store, files[0]))
    settled(opened(limit), source(store, files[2]))
    assert (first.exists(), second.exists()) == (True, False)


def test_what_a_living_process_has_open_is_never_taken(store: Store, opened: Open) -> None:
    used, wanted = put(store, weights(0)), put(store, weights(1))
    limit = len(BODY) + PART_BYTES
    living = opened(limit)
    path = fetched(living, source(store, used))
    with pytest.raises(ScratchFull, match=r"no room for weights, 1\.31 MB to come; .* may hold 1\.38 MB, .* in use"):
        fetched(opened(limit), source(store, wanted))
    assert path.read_bytes() == weights(0)
    living.close()
    assert fetched(opened(limit), source(store, wanted)).read_bytes() == weights(1)
    assert not path.exists()


def test_what_came_only_half_makes_room_too(store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = interrupted(store, opened, put(store, weights(1)), monkeypatch)
    settled(opened(len(BODY) + PART_BYTES), source(store, put(store, BODY)))
    assert not folder.exists()


def test_a_file_larger_than_the_limit_is_refused_for_good(store: Store, opened: Open) -> None:
    with pytest.raises(BadRequest, match=r"weights has 1\.31 MB, and the model cache may hold 100 B; raise its limit"):
        fetched(opened(100), source(store, put(store, BODY)))


def test_a_file_system_without_locks_keeps_nobody_waiting_and_loses_nothing(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(handle: int, kind: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", none)
    limit = len(BODY) + PART_BYTES
    path = settled(opened(limit), source(store, put(store, BODY)))
    with pytest.raises(ScratchFull):
        fetched(opened(limit), source(store, put(store, weights(1))))
    assert path.read_bytes() == BODY


def test_the_surroundings_say_where_how_much_and_how_carefully(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setenv(environment.CACHE, str(tmp_path / "kept"))
    monkeypatch.setenv(environment.MODEL_CACHE_BYTES, "100")
    cache = ModelCache.from_environment(Arrival(scratch=tmp_path))
    assert cache.folder == tmp_path / "kept" / "models"
    with pytest.raises(BadRequest, match="may hold 100 B"):
        fetched(cache, source(store, put(store, BODY)))
    cache.close()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (environment.MODEL_CACHE, "always", "ATELIER_MODEL_CACHE is 'always'; allowed: `verify`, or nothing"),
        (environment.MODEL_CACHE_BYTES, "20Gi", "ATELIER_MODEL_CACHE_BYTES is '20Gi'; allowed: a whole number"),
    ],
)
def test_surroundings_that_say_what_cannot_be_read_are_refused(
    name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadRequest, match=says):
        ModelCache.from_environment(Arrival())
