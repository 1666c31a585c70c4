from __future__ import annotations

import hashlib
import random
from threading import Lock

import pytest

from include.contract.errors import CorruptInput
from include.contract.keys import blob_key
from include.store.multipart import Uploads, parts_of
from include.store.objects import LARGE_BYTES
from include.store.store import Store
from operators.models.upload import Progress, Step, send_files
from tests.operators.models.sources import Given

FILES = {"a.json": b"{}", "sub/b.json": b"[1]", "empty.txt": b"", "same.json": b"{}"}
LARGE = random.Random(1).randbytes(LARGE_BYTES + 1000)


class Told:
    """Sums up what is told, from whatever thread."""

    def __init__(self) -> None:
        self.hashed: dict[str, int] = {}
        self.sent: dict[str, int] = {}
        self.there: dict[str, int] = {}
        self.done: list[str] = []
        self._lock = Lock()

    def __call__(self, progress: Progress) -> None:
        with self._lock:
            if progress.step is Step.DONE:
                self.done.append(progress.path)
                return
            sums = {Step.HASHED: self.hashed, Step.SENT: self.sent, Step.THERE: self.there}[progress.step]
            sums[progress.path] = sums.get(progress.path, 0) + progress.bytes


def sent(store: Store, source: Given) -> Told:
    told = Told()
    files = send_files(source, source.sizes(), store, told)
    assert {path: (file.sha256, file.bytes) for path, file in files.items()} == {
        path: (hashlib.sha256(body).hexdigest(), len(body)) for path, body in source.files.items()
    }
    for file in files.values():
        found = store.digest(blob_key(file.sha256))
        assert found is not None
        assert found.sha256 == file.sha256
    assert told.hashed == source.sizes()
    assert sorted(told.done) == sorted(source.files)
    return told


def test_every_file_lies_in_the_store_by_its_digest_and_what_is_there_is_not_sent_again(store: Store) -> None:
    files = FILES | {"large.gguf": LARGE}
    assert sent(store, Given(files)).sent["large.gguf"] == len(LARGE)
    again = sent(store, Given(files))
    assert (again.sent, again.there["large.gguf"]) == ({}, len(LARGE))


@pytest.mark.parametrize("path", ["large.gguf", "a.json"])
def test_a_file_that_changes_while_it_is_added_is_told_and_lies_nowhere(store: Store, path: str) -> None:
    source = Given(FILES | {"large.gguf": LARGE})
    reads: dict[tuple[str, int], int] = {}

    def changing(asked: str, begin: int) -> None:
        reads[asked, begin] = reads.get((asked, begin), 0) + 1
        if asked == path and reads[asked, begin] == 2:
            source.files[asked] = source.files[asked][:-1] + b"!"

    source.before_reading = changing
    digest = hashlib.sha256(source.files[path]).hexdigest()
    with pytest.raises(CorruptInput, match=f"{path}: was changed while it was added"):
        send_files(source, source.sizes(), store, Told())
    if path == "large.gguf":
        assert store.size(blob_key(digest)) is None
        assert Uploads(store.domain, store.connection).begun(blob_key(digest)) is None


def test_what_an_attempt_that_broke_off_has_sent_is_not_sent_again(store: Store) -> None:
    source = Given({"large.gguf": LARGE})
    key, parts = blob_key(hashlib.sha256(LARGE).hexdigest()), parts_of(len(LARGE))
    uploads = Uploads(store.domain, store.connection)
    reads = 0

    def breaking_off(path: str, begin: int) -> None:
        nonlocal reads
        reads += begin == parts[-1][0]
        if reads == 2:
            # Every other part is there when the last one is read to be sent.
            while not ((upload := uploads.begun(key)) and len(uploads.parts(key, upload)) == len(parts) - 1):
                pass
            raise KeyboardInterrupt

    source.before_reading = breaking_off
    with pytest.raises(KeyboardInterrupt):
        send_files(source, source.sizes(), store, Told())
    again = sent(store, Given({"large.gguf": LARGE}))
    last = parts[-1][1] - parts[-1][0]
    assert (again.sent, again.there) == ({"large.gguf": last}, {"large.gguf": len(LARGE) - last})


def test_a_file_that_was_cut_since_it_was_looked_at_is_told(store: Store) -> None:
    source = Given(FILES)
    with pytest.raises(CorruptInput, match=r"a\.json: was changed"):
        send_files(source, source.sizes() | {"a.json": 3}, store, Told())


def test_a_file_that_is_another_than_its_place_says_is_not_sent(store: Store) -> None:
    source = Given(FILES, digests={"sub/b.json": "0" * 64})
    with pytest.raises(CorruptInput, match=r"sub/b\.json: has the digest .*, and its place says 000"):
        send_files(source, source.sizes(), store, Told())
    assert store.size(blob_key(hashlib.sha256(FILES["sub/b.json"]).hexdigest())) is None
