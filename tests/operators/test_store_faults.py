"""Every call of Airflow's store against a server that misbehaves: `StoreAway`, or the right result."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from include.contract.artifacts import artifact_of
from include.contract.errors import PermanentError, StoreAway
from include.contract.keys import Domain, blob_key
from operators.store import Store
from tests.faults import (
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

HONEY = artifact_of("brief", b"honey", "text/plain")
_ETAG = f'"{hashlib.md5(b"honey").hexdigest()}"'
BUCKET = "atelier"
__all__ = ["at_once"]


def _put(store: Store) -> None:
    store.put("k", b"1")


def _path(store: Store) -> str:
    return f"{store.domain.prefix}k"


def _fetched(store: Store) -> bytes | None:
    file = io.BytesIO()
    return file.getvalue() if store.fetch_at(BUCKET, _path(store), file) else None


def _digested(store: Store) -> tuple[str, bytes] | None:
    file = io.BytesIO()
    found = store.digest("k", file)
    return found and (found.sha256, file.getvalue())


def _brought(store: Store) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "honey"
        store.fetch_blob(HONEY, target)
        return target.read_bytes()


CASES: list[Case[Store]] = [
    Case("get", lambda store: store.get("k"), lambda got, _: got == b"1", _put),
    Case("get", lambda store: store.get("k"), lambda got, _: got is None, variant="nothing"),
    Case("get_at", lambda store: store.get_at(BUCKET, _path(store)), lambda got, _: got == b"1", _put),
    Case("fetch_at", _fetched, lambda got, _: got == b"1", _put),
    Case("fetch_at", _fetched, lambda got, _: got is None, variant="nothing"),
    Case("size", lambda store: store.size("k"), lambda got, _: got == 1, _put),
    Case("size", lambda store: store.size("k"), lambda got, _: got is None, variant="nothing"),
    Case("size_at", lambda store: store.size_at(BUCKET, _path(store)), lambda got, _: got == 1, _put),
    Case("listed", lambda store: [each.key for each in store.listed("", 9)], lambda got, _: got == ["k"], _put),
    Case("folders", lambda store: store.folders(""), lambda got, _: got == ["a"], lambda store: store.put("a/b", b"1")),
    Case("digest", _digested, lambda got, _: got == (HONEY.sha256, b"honey"), lambda store: store.put("k", b"honey")),
    Case("digest", _digested, lambda got, _: got is None, variant="nothing"),
    Case(
        "upload",
        lambda store: store.upload("k", io.BytesIO(b"1"), ContentType="text/plain"),
        lambda _, store: store.get("k") == b"1",
    ),
    Case("put", lambda store: store.put("k", b"1"), lambda _, store: store.get("k") == b"1"),
    Case(
        "put_if_absent",
        lambda store: store.put_if_absent("k", b"1"),
        lambda wrote, store: wrote is True and store.get("k") == b"1",
    ),
    Case(
        "put_if_absent",
        lambda store: store.put_if_absent("k", b"2"),
        lambda wrote, store: wrote is False and store.get("k") == b"1",
        _put,
        "of-another",
    ),
    Case(
        "put_or_mend",
        lambda store: store.put_or_mend("k", b"right", lambda found: found == b"right"),
        lambda _, store: store.get("k") == b"right",
        _put,
    ),
    Case(
        "change",
        lambda store: store.change("k", lambda found: b"" if found is None else b"12"),
        lambda _, store: store.get("k") == b"12",
        _put,
    ),
    Case(
        "change",
        lambda store: store.change("k", lambda _: b"1"),
        lambda _, store: store.get("k") == b"1",
        variant="new",
    ),
    Case("delete", lambda store: store.delete("k"), lambda _, store: store.get("k") is None, _put),
    Case(
        "blob",
        lambda store: store.blob(HONEY.sha256, "it"),
        lambda got, _: got == b"honey",
        lambda store: store.put(blob_key(HONEY.sha256), b"honey"),
    ),
    Case(
        "fetch_blob",
        _brought,
        lambda got, _: got == b"honey",
        lambda store: store.put(blob_key(HONEY.sha256), b"honey"),
    ),
    Case(
        "empty_blob",
        lambda store: store.empty_blob(HONEY.sha256, _ETAG),
        lambda emptied, store: emptied is True and store.get(blob_key(HONEY.sha256)) == b"",
        lambda store: store.put(blob_key(HONEY.sha256), b"honey"),
    ),
    Case(
        "put_blob",
        lambda store: store.put_blob(HONEY, b"honey"),
        lambda _, store: store.get(blob_key(HONEY.sha256)) == b"honey",
    ),
]
NOT_ASKED = {"connect"}
"""It asks the store for nothing."""


def test_every_call_is_tried() -> None:
    assert {case.method for case in CASES} == public_methods(Store) - NOT_ASKED, "add a case for each new method"


@pytest.fixture(scope="module")
def bench(s3_server: S3) -> Iterator[Bench[Store]]:
    assert s3_server.bucket == BUCKET
    with faulty(s3_server) as (broken, server):

        @cache
        def client(attempts: int, read_timeout_s: float) -> Any:
            retries = {"mode": "standard", "total_max_attempts": attempts}
            return broken.client(retries=retries, read_timeout=read_timeout_s)

        def through_proxy(prefix: str, attempts: int, read_timeout_s: float) -> Store:
            return Store(client(attempts, read_timeout_s), Domain(BUCKET, prefix), {})

        healthy = s3_server.client()
        yield Bench(server, lambda prefix: Store(healthy, Domain(BUCKET, prefix), {}), through_proxy)


@pytest.mark.parametrize("fault", PASSING, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_store_that_cannot_answer_is_away(bench: Bench[Store], case: Case[Store], fault: Fault) -> None:
    bench.fails_for_good(case, fault, StoreAway)


@pytest.mark.parametrize("fault", TRIED_AGAIN, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_fault_changes_no_result(bench: Bench[Store], at_once: None, case: Case[Store], fault: Fault) -> None:
    bench.is_mended(case, fault)


@pytest.mark.parametrize("fault", LASTING, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_another_try_would_not_mend_is_permanent(bench: Bench[Store], case: Case[Store], fault: Fault) -> None:
    bench.fails_for_good(case, fault, PermanentError)


def test_what_was_deleted_before_it_is_mended_is_written_anew(bench: Bench[Store]) -> None:
    store = bench.through_proxy("deleted/", 1, PATIENCE_S)
    _put(bench.healthy("deleted/"))
    bench.server.meet(DELETED_BEFORE_REPLACED)
    store.put_or_mend("k", b"right", lambda found: found == b"right")
    assert store.get("k") == b"right"


def test_another_s_object_is_not_taken_for_one_s_own_after_a_lost_answer(bench: Bench[Store], at_once: None) -> None:
    store = bench.through_proxy("lost/", 3, PATIENCE_S)
    _put(bench.healthy("lost/"))
    bench.server.meet(LOST_ANSWER, times=1)
    assert not store.put_if_absent("k", b"mine")
