"""Every call of the pod's stores against a server that misbehaves: `StoreAway`, or the right result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig

from include.contract.artifacts import artifact_of
from include.contract.errors import InputLost, PermanentError, StoreAway
from include.contract.keys import Domain, blob_key
from include.runtime import store as store_module
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.store import Store
from tests.faults import (
    BUSY,
    DELETED_BEFORE_REPLACED,
    LASTING,
    LOST_ANSWER,
    PASSING,
    PATIENCE_S,
    TRIED_AGAIN,
    Bench,
    Case,
    Fault,
    at_once,
    faulty,
    public_methods,
)
from tests.weed import S3

SMALL = b"honey" * 100
SMALL_BLOB = artifact_of("image", SMALL, "image/png")
LARGE = b"\x01" * (6 << 20)
LARGE_BLOB = artifact_of("film", LARGE, "video/mp4")
__all__ = ["at_once"]


def _body(store: Store, key: str) -> bytes | None:
    stored = store.read(key)
    return stored.body if stored else None


def _version(store: Store, key: str) -> tuple[bytes, str] | None:
    stored = store.read(key)
    return (stored.body, stored.etag) if stored else None


def _put(store: Store, body: bytes = SMALL) -> None:
    store.write(blob_key(artifact_of("x", body, "x/y").sha256), body)


def _file(folder: Path, body: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(body)
    return path


def _fetched(store: Store, folder: Path) -> bytes:
    target = folder / "target"
    target.unlink(missing_ok=True)
    store.fetch_blob(SMALL_BLOB, target)
    return target.read_bytes()


def _replaced(store: Store) -> str | None:
    seen = store.read("k")
    assert seen is not None
    return store.replace("k", b"two", seen.etag)


def cases(folder: Path) -> list[Case[PublishedStore]]:
    """One or more for every public method."""
    return [*small_objects(), *blobs(folder), *streams(folder), *shelved(folder)]


def small_objects() -> list[Case[PublishedStore]]:
    return [
        Case("read", lambda store: _body(store, "k"), lambda got, _: got == b"1", lambda store: store.write("k", b"1")),
        Case("read", lambda store: store.read("k"), lambda got, _: got is None, variant="nothing"),
        Case("write", lambda store: store.write("k", b"1"), lambda _, store: _body(store, "k") == b"1"),
        Case(
            "write_if_absent",
            lambda store: store.write_if_absent("k", b"1"),
            lambda etag, store: _version(store, "k") == (b"1", etag),
        ),
        Case(
            "write_if_absent",
            lambda store: store.write_if_absent("k", b"2"),
            lambda etag, store: etag is None and _body(store, "k") == b"1",
            lambda store: store.write("k", b"1"),
            "of-another",
        ),
        Case(
            "replace",
            _replaced,
            lambda etag, store: (
                (stored := store.read("k")) is not None and (stored.body, stored.etag) == (b"two", etag)
            ),
            lambda store: store.write("k", b"one"),
        ),
        Case(
            "put_or_mend",
            lambda store: store.put_or_mend("k", b"right", lambda found: found == b"right"),
            lambda _, store: _body(store, "k") == b"right",
            lambda store: store.write("k", b"wrong"),
        ),
        Case("probe", lambda store: store.probe()),
    ]


def blobs(folder: Path) -> list[Case[PublishedStore]]:
    return [
        Case("has_blob", lambda store: store.has_blob(SMALL_BLOB), lambda got, _: got is True, _put),
        Case("has_blob", lambda store: store.has_blob(SMALL_BLOB), lambda got, _: got is False, variant="nothing"),
        Case(
            "put_blob",
            lambda store: store.put_blob(_file(folder, LARGE), LARGE_BLOB),
            lambda _, store: _body(store, blob_key(LARGE_BLOB.sha256)) == LARGE,
            variant="large",
        ),
        Case(
            "put_blob",
            lambda store: store.put_blob(_file(folder, SMALL), SMALL_BLOB),
            lambda _, store: store.read_blob(SMALL_BLOB.sha256) == SMALL,
        ),
        Case(
            "put_small_blob",
            lambda store: store.put_small_blob(SMALL, SMALL_BLOB),
            lambda _, store: store.read_blob(SMALL_BLOB.sha256) == SMALL,
            lambda store: store.write(blob_key(SMALL_BLOB.sha256), b"cut"),
            "over-a-broken-one",
        ),
        Case("read_blob", lambda store: store.read_blob(SMALL_BLOB.sha256), lambda got, _: got == SMALL, _put),
        Case("fetch_blob", lambda store: _fetched(store, folder), lambda got, _: got == SMALL, _put),
    ]


def streams(folder: Path) -> list[Case[PublishedStore]]:
    return [
        Case(
            "upload",
            lambda store: store.upload(_file(folder, LARGE), "k", ContentType="video/mp4"),
            lambda _, store: _body(store, "k") == LARGE,
        ),
        Case(
            "copy",
            lambda store: store.copy("k", "copy"),
            lambda copied, store: copied is not None and _body(store, "copy") == b"1",
            lambda store: store.write("k", b"1"),
        ),
        Case("copy", lambda store: store.copy("k", "copy"), lambda copied, _: copied is None, variant="nothing"),
        Case(
            "digest",
            lambda store: store.digest("k"),
            lambda got, _: got == SMALL_BLOB.sha256,
            lambda store: store.write("k", SMALL),
        ),
        Case("digest", lambda store: store.digest("k"), lambda got, _: got is None, variant="nothing"),
    ]


def shelved(folder: Path) -> list[Case[PublishedStore]]:
    return [
        Case("look", lambda shelf: shelf.look("k"), lambda got, _: got is None),
        Case(
            "change",
            lambda shelf: shelf.change("k", "text/plain", lambda old: b"1"),
            lambda wrote, shelf: wrote is True and _body(shelf, f"{shelf.root}k") == b"1",
            variant="first",
        ),
        Case(
            "change",
            lambda shelf: shelf.change("k", "text/plain", lambda old: (old or b"") + b"2"),
            lambda wrote, shelf: wrote is True and _body(shelf, f"{shelf.root}k") == b"12",
            lambda shelf: shelf.write(f"{shelf.root}k", b"1"),
        ),
        Case(
            "put",
            lambda shelf: shelf.put(SMALL_BLOB, "k", "inline", scratch=folder),
            lambda _, shelf: _body(shelf, f"{shelf.root}k") == SMALL,
            _put,
        ),
        Case(
            "digest_of",
            lambda shelf: shelf.digest_of("k"),
            lambda got, _: got == SMALL_BLOB.sha256,
            lambda shelf: shelf.write(f"{shelf.root}k", SMALL),
        ),
        Case(
            "sizes",
            lambda shelf: shelf.sizes("day/"),
            lambda got, _: got == {"k": 3},
            lambda shelf: shelf.write(f"{shelf.root}day/k", b"123"),
        ),
        Case(
            "folders",
            lambda shelf: shelf.folders(""),
            lambda got, _: got == ["day"],
            lambda shelf: shelf.write(f"{shelf.root}day/k", b"1"),
        ),
        Case("opened", lambda shelf: shelf.opened(SMALL_BLOB).read(), lambda got, _: got == SMALL, _put),
        Case("range_of", lambda shelf: shelf.range_of(SMALL_BLOB, 5, 10), lambda got, _: got == b"honey", _put),
    ]


NAMES = [str(case) for case in cases(Path())]
NOT_ASKED = {"of", "uri"}
"""They ask the store for nothing."""


def test_every_call_is_tried() -> None:
    public = public_methods(Store) | public_methods(PublishedStore)
    assert {case.method for case in cases(Path())} == public - NOT_ASKED, "add a case for each new method"


@pytest.fixture(scope="module")
def bench(s3_server: S3) -> Iterator[Bench[PublishedStore]]:
    small_parts = TransferConfig(multipart_threshold=1 << 20, multipart_chunksize=5 << 20)
    with pytest.MonkeyPatch.context() as patch, faulty(s3_server) as (broken, server):
        patch.setattr(store_module, "_LARGE_BYTES", 1 << 20)
        patch.setattr(store_module, "_TRANSFER", small_parts)

        @cache
        def client(attempts: int, read_timeout_s: float) -> Any:
            retries = {"mode": "standard", "total_max_attempts": attempts}
            return broken.client(retries=retries, read_timeout=read_timeout_s)

        def through_proxy(prefix: str, attempts: int, read_timeout_s: float) -> PublishedStore:
            return PublishedStore(Domain(s3_server.bucket, prefix), client(attempts, read_timeout_s), "films")

        healthy = s3_server.client()
        yield Bench(
            server, lambda prefix: PublishedStore(Domain(s3_server.bucket, prefix), healthy, "films"), through_proxy
        )


def the(name: str, folder: Path) -> Case[PublishedStore]:
    return next(case for case in cases(folder) if str(case) == name)


@pytest.mark.parametrize("fault", PASSING, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_a_store_that_cannot_answer_is_away(
    bench: Bench[PublishedStore], tmp_path: Path, name: str, fault: Fault
) -> None:
    bench.fails_for_good(the(name, tmp_path), fault, StoreAway)


@pytest.mark.parametrize("fault", TRIED_AGAIN, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_one_fault_changes_no_result(
    bench: Bench[PublishedStore], at_once: None, tmp_path: Path, name: str, fault: Fault
) -> None:
    bench.is_mended(the(name, tmp_path), fault)


@pytest.mark.parametrize("fault", LASTING, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_what_another_try_would_not_mend_is_permanent(
    bench: Bench[PublishedStore], tmp_path: Path, name: str, fault: Fault
) -> None:
    bench.fails_for_good(the(name, tmp_path), fault, PermanentError)


def test_a_version_that_was_deleted_meanwhile_is_not_replaced(bench: Bench[PublishedStore]) -> None:
    shelf = bench.through_proxy("deleted/", 1, PATIENCE_S)
    bench.healthy("deleted/").write("k", b"one")
    bench.server.meet(DELETED_BEFORE_REPLACED)
    assert _replaced(shelf) is None
    assert shelf.read("k") is None


def test_a_change_of_what_was_deleted_meanwhile_begins_anew(bench: Bench[PublishedStore]) -> None:
    shelf = bench.through_proxy("deleted/", 1, PATIENCE_S)
    bench.healthy("deleted/").write(f"{shelf.root}k", b"one")
    bench.server.meet(DELETED_BEFORE_REPLACED)
    seen: list[bytes | None] = []

    def make(old: bytes | None) -> bytes:
        seen.append(old)
        return b"two"

    assert shelf.change("k", "text/plain", make)
    assert (seen, _body(shelf, f"{shelf.root}k")) == ([b"one", None], b"two")


def test_another_s_object_is_not_taken_for_one_s_own_after_a_lost_answer(
    bench: Bench[PublishedStore], at_once: None
) -> None:
    shelf = bench.through_proxy("lost/", 3, PATIENCE_S)
    bench.healthy("lost/").write("k", b"another's")
    bench.server.meet(LOST_ANSWER, times=1)
    assert shelf.write_if_absent("k", b"mine") is None


def test_a_blob_that_is_gone_while_it_is_opened_is_lost(bench: Bench[PublishedStore]) -> None:
    with pytest.raises(InputLost, match="is gone from the store"):
        bench.healthy("empty/").range_of(SMALL_BLOB, 0, 5)


def test_the_log_says_since_when_the_store_is_away_and_when_it_is_back(
    bench: Bench[PublishedStore], caplog: pytest.LogCaptureFixture
) -> None:
    shelf = bench.through_proxy("away/", 1, PATIENCE_S)
    bench.server.meet(BUSY)
    with pytest.raises(StoreAway, match=r"since [0-9-]+ [0-9:]+ UTC \([0-9]+ s\)"):
        shelf.read("k")
    bench.server.meet(None)
    assert shelf.read("k") is None
    moment = r"since [0-9-]+ [0-9:]+ UTC \([0-9]+ s\)"
    away, back = caplog.messages
    assert re.search(rf"^the store at http://\S+ has not answered {moment}: .*SlowDown", away)
    assert re.search(rf"^the store at http://\S+ answers again; it was away {moment}$", back)
