"""Every call of the store against a server that misbehaves: `StoreAway`, or the right result."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.artifacts import artifact_of
from include.contract.errors import InputLost, PermanentError, StoreAway
from include.contract.keys import Domain, blob_key
from include.store import blobs as blobs_module
from include.store import objects as objects_module
from include.store.blobs import Blobs
from include.store.conditional import Conditional
from include.store.store import Store
from include.store.stored import Headers
from tests.faults import (
    BUSY,
    DELETED_BEFORE_REPLACED,
    LASTING,
    LOST_ANSWER,
    PASSING,
    PATIENCE_S,
    TRIED_AGAIN,
    WAYS,
    Bench,
    Case,
    Fault,
    at_once,
    faulty,
    public_methods,
)

SMALL = b"honey" * 100
SMALL_BLOB = artifact_of("image", SMALL, "image/png")
LARGE = b"\x01" * (6 << 20)
LARGE_BLOB = artifact_of("film", LARGE, "video/mp4")
FILM = Headers("video/mp4")
__all__ = ["at_once"]


def _put(store: Store) -> None:
    store.put("k", b"1")


def _put_blob(store: Store) -> None:
    store.put(blob_key(SMALL_BLOB.sha256), SMALL)


def _version(store: Store) -> tuple[bytes, str] | None:
    stored = store.read("k")
    return (stored.body, stored.etag) if stored else None


def _file(folder: Path, body: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(body)
    return path


def _part(store: Store) -> bytes:
    head = store.blob_head(SMALL_BLOB.sha256)
    assert head is not None
    return b"".join(store.blob_part(SMALL_BLOB.sha256, 5, 10, head.etag))


def _fetched(store: Store, folder: Path) -> bytes:
    target = folder / "target"
    target.unlink(missing_ok=True)
    store.fetch_blob(SMALL_BLOB, target)
    return target.read_bytes()


def _etag(store: Store, key: str) -> str:
    seen = store.read(key)
    assert seen is not None
    return seen.etag


def _replaced(store: Store) -> str | None:
    return store.put_if_match("k", b"two", _etag(store, "k"))


def _digested(store: Store) -> tuple[str, bytes] | None:
    file = io.BytesIO()
    found = store.digest("k", file)
    return found and (found.sha256, file.getvalue())


def cases(folder: Path) -> list[Case[Store]]:
    """One or more for every public method."""
    return [*versions(), *objects(), *listings(), *blobs(folder)]


def versions() -> list[Case[Store]]:
    return [
        Case("read", _version, lambda got, store: got == (b"1", _etag(store, "k")), _put),
        Case("read", lambda store: store.read("k"), lambda got, _: got is None, variant="nothing"),
        Case(
            "put_if_absent",
            lambda store: store.put_if_absent("k", b"1"),
            lambda etag, store: _version(store) == (b"1", etag),
        ),
        Case(
            "put_if_absent",
            lambda store: store.put_if_absent("k", b"2"),
            lambda etag, store: etag is None and store.get("k") == b"1",
            _put,
            "of-another",
        ),
        Case("put_if_match", _replaced, lambda etag, store: _version(store) == (b"two", etag), _put),
        Case(
            "update",
            lambda store: store.update("k", lambda stored: stored and stored.body + b"2"),
            lambda put, store: getattr(put, "body", None) == b"12" and store.read("k") is not None
            and getattr(put, "etag", None) == _etag(store, "k"),
            _put,
        ),
        Case(
            "update",
            lambda store: store.update("k", lambda _: b"1"),
            lambda put, store: put is not None and store.get("k") == b"1",
            variant="new",
        ),
        Case(
            "update",
            lambda store: store.update("k", lambda stored: b"after" if stored else b"first", seen=None),
            lambda put, store: put is not None and store.get("k") == b"after",
            _put,
            "over-another",
        ),
    ]  # fmt: skip


def objects() -> list[Case[Store]]:
    return [
        Case("get", lambda store: store.get("k"), lambda got, _: got == b"1", _put),
        Case("put", lambda store: store.put("k", b"1"), lambda _, store: store.get("k") == b"1"),
        Case("size", lambda store: store.size("k"), lambda got, _: got == 1, _put),
        Case("size", lambda store: store.size("k"), lambda got, _: got is None, variant="nothing"),
        Case("delete", lambda store: store.delete("k"), lambda _, store: store.get("k") is None, _put),
        Case(
            "digest",
            _digested,
            lambda got, _: got == (SMALL_BLOB.sha256, SMALL),
            lambda store: store.put("k", SMALL),
        ),
        Case("digest", _digested, lambda got, _: got is None, variant="nothing"),
        Case(
            "upload",
            lambda store: store.upload("k", io.BytesIO(LARGE), FILM),
            lambda _, store: store.get("k") == LARGE,
        ),
        Case(
            "copy",
            lambda store: store.copy("k", "copy"),
            lambda copied, store: copied is not None and store.get("copy") == b"1",
            _put,
        ),
        Case("copy", lambda store: store.copy("k", "copy"), lambda copied, _: copied is None, variant="nothing"),
        Case("now", lambda store: store.now("k"), lambda now, _: now is not None, _put),
        Case("probe", lambda store: store.probe()),
    ]


def listings() -> list[Case[Store]]:
    return [
        Case(
            "listed",
            lambda store: [(each.key, each.bytes) for each in store.listed("", 9)],
            lambda got, _: got == [("k", 1)],
            _put,
        ),
        Case(
            "each_listed",
            lambda store: [each.key for each in store.each_listed("")],
            lambda got, _: got == ["k"],
            _put,
        ),
        Case(
            "folders",
            lambda store: store.folders(""),
            lambda got, _: got == ["a"],
            lambda store: store.put("a/b", b"1"),
        ),
        Case("make_bucket", lambda store: store.make_bucket(), lambda made, _: made is False),
    ]


def blobs(folder: Path) -> list[Case[Store]]:
    return [
        Case("has_blob", lambda store: store.has_blob(SMALL_BLOB), lambda got, _: got is True, _put_blob),
        Case("has_blob", lambda store: store.has_blob(SMALL_BLOB), lambda got, _: got is False, variant="nothing"),
        Case(
            "put_blob",
            lambda store: store.put_blob(SMALL, SMALL_BLOB),
            lambda _, store: store.blob(SMALL_BLOB.sha256) == SMALL,
            lambda store: store.put(blob_key(SMALL_BLOB.sha256), b"cut"),
            "over-a-broken-one",
        ),
        Case(
            "upload_blob",
            lambda store: store.upload_blob(_file(folder, SMALL), SMALL_BLOB),
            lambda _, store: store.blob(SMALL_BLOB.sha256) == SMALL,
        ),
        Case(
            "upload_blob",
            lambda store: store.upload_blob(_file(folder, LARGE), LARGE_BLOB),
            lambda _, store: store.get(blob_key(LARGE_BLOB.sha256)) == LARGE,
            variant="large",
        ),
        Case("blob", lambda store: store.blob(SMALL_BLOB.sha256), lambda got, _: got == SMALL, _put_blob),
        Case("fetch_blob", lambda store: _fetched(store, folder), lambda got, _: got == SMALL, _put_blob),
        Case("open_blob", lambda store: store.open_blob(SMALL_BLOB).read(), lambda got, _: got == SMALL, _put_blob),
        Case(
            "blob_range",
            lambda store: store.blob_range(SMALL_BLOB, 5, 10),
            lambda got, _: got == b"honey",
            _put_blob,
        ),
        Case(
            "blob_head",
            lambda store: store.blob_head(SMALL_BLOB.sha256),
            lambda head, _: head is not None and head.bytes == len(SMALL),
            _put_blob,
        ),
        Case(
            "blob_head", lambda store: store.blob_head(SMALL_BLOB.sha256), lambda got, _: got is None, variant="nothing"
        ),
        Case("blob_part", _part, lambda got, _: got == b"honey", _put_blob),
        Case(
            "empty_blob",
            lambda store: store.empty_blob(SMALL_BLOB.sha256, _etag(store, blob_key(SMALL_BLOB.sha256))),
            lambda emptied, store: emptied is True and store.get(blob_key(SMALL_BLOB.sha256)) == b"",
            _put_blob,
        ),
    ]


NAMES = [str(case) for case in cases(Path())]
JUDGING = {str(case) for case in cases(Path()) if case.method.startswith(("put_if", "update", "copy", "now", "make_"))}
"""Those that look at what an answer says, or ask by boto3; all others are questions of `Objects`, which meet it all."""
NOT_ASKED = {"in_bucket"}
"""It asks the store for nothing."""


def test_every_call_is_tried() -> None:
    public = public_methods(Store) | public_methods(Blobs) | public_methods(Conditional)
    assert {case.method for case in cases(Path())} == public - NOT_ASKED, "add a case for each new method"


@pytest.fixture(scope="module")
def bench(s3_server: S3) -> Iterator[Bench[Store]]:
    with pytest.MonkeyPatch.context() as patch, faulty(s3_server) as (broken, server):
        patch.setattr(blobs_module, "LARGE_BYTES", 1 << 20)
        patch.setattr(objects_module, "LARGE_BYTES", 1 << 20)
        patch.setattr(objects_module, "PART_BYTES", 5 << 20)

        connected = cache(broken.connection)

        def through_proxy(prefix: str, attempts: int, read_timeout_s: float) -> Store:
            return Store(Domain(s3_server.bucket, prefix), connected(attempts, read_timeout_s))

        healthy = s3_server.connection()
        yield Bench(server, lambda prefix: Store(Domain(s3_server.bucket, prefix), healthy), through_proxy)


def the(name: str, folder: Path) -> Case[Store]:
    return next(case for case in cases(folder) if str(case) == name)


@pytest.mark.parametrize(
    ("name", "fault"), [(name, fault) for name in NAMES for fault in (PASSING if name in JUDGING else WAYS)], ids=str
)
def test_a_store_that_cannot_answer_is_away(bench: Bench[Store], tmp_path: Path, name: str, fault: Fault) -> None:
    bench.fails_for_good(the(name, tmp_path), fault, StoreAway)


@pytest.mark.parametrize("fault", TRIED_AGAIN, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_one_fault_changes_no_result(
    bench: Bench[Store], at_once: None, tmp_path: Path, name: str, fault: Fault
) -> None:
    bench.is_mended(the(name, tmp_path), fault)


@pytest.mark.parametrize("fault", LASTING, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_what_another_try_would_not_mend_is_permanent(
    bench: Bench[Store], tmp_path: Path, name: str, fault: Fault
) -> None:
    bench.fails_for_good(the(name, tmp_path), fault, PermanentError)


def test_a_version_that_was_deleted_meanwhile_is_not_replaced(bench: Bench[Store]) -> None:
    store = bench.through_proxy("deleted/", 1, PATIENCE_S)
    bench.healthy("deleted/").put("k", b"one")
    bench.server.meet(DELETED_BEFORE_REPLACED)
    assert _replaced(store) is None
    assert store.read("k") is None


def test_a_change_of_what_was_deleted_meanwhile_begins_anew(bench: Bench[Store]) -> None:
    store = bench.through_proxy("deleted/", 1, PATIENCE_S)
    bench.healthy("deleted/").put("k", b"one")
    bench.server.meet(DELETED_BEFORE_REPLACED)
    seen: list[bytes | None] = []

    def change(stored: object) -> bytes:
        seen.append(getattr(stored, "body", None))
        return b"two"

    assert store.update("k", change)
    assert (seen, store.get("k")) == ([b"one", None], b"two")


def test_another_s_object_is_not_taken_for_one_s_own_after_a_lost_answer(bench: Bench[Store], at_once: None) -> None:
    store = bench.through_proxy("lost/", 3, PATIENCE_S)
    bench.healthy("lost/").put("k", b"another's")
    bench.server.meet(LOST_ANSWER, times=1)
    assert store.put_if_absent("k", b"mine") is None


def test_a_blob_that_is_gone_while_it_is_opened_is_lost(bench: Bench[Store]) -> None:
    with pytest.raises(InputLost, match="is gone from the store"):
        bench.healthy("empty/").blob_range(SMALL_BLOB, 0, 5)


def test_the_log_says_since_when_the_store_is_away_and_when_it_is_back(
    bench: Bench[Store], caplog: pytest.LogCaptureFixture
) -> None:
    store = bench.through_proxy("away/", 1, PATIENCE_S)
    bench.server.meet(BUSY)
    with pytest.raises(StoreAway, match=r"since [0-9-]+ [0-9:]+ UTC \([0-9]+ s\)"):
        store.read("k")
    bench.server.meet(None)
    assert store.read("k") is None
    moment = r"since [0-9-]+ [0-9:]+ UTC \([0-9]+ s\)"
    away, back = caplog.messages
    assert re.search(rf"^the store at http://\S+ has not answered {moment}: .*SlowDown", away)
    assert re.search(rf"^the store at http://\S+ is answering again; it had not answered {moment}$", back)


def test_whichever_library_asks_one_log_tells_of_the_store(
    bench: Bench[Store], caplog: pytest.LogCaptureFixture
) -> None:
    store = bench.through_proxy("away/", 1, PATIENCE_S)
    bench.server.meet(BUSY)
    for ask in (store.read, store.now, store.in_bucket("another").get):
        with pytest.raises(StoreAway):
            ask("k")
    bench.server.meet(None)
    assert store.now("k") is None
    away, back = caplog.messages
    assert "has not answered" in away
    assert "is answering again" in back


def test_a_listing_that_begins_is_no_answer(bench: Bench[Store], caplog: pytest.LogCaptureFixture) -> None:
    store = bench.through_proxy("away/", 1, PATIENCE_S)
    bench.server.meet(BUSY)
    for _ in range(2):
        with pytest.raises(StoreAway):
            store.listed("folder/")
    assert [message for message in caplog.messages if "is answering again" in message] == []
    bench.server.meet(None)
