"""Every call of the published store against a server that misbehaves: `StoreAway`, or the right result."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.artifacts import artifact_of
from include.contract.errors import PermanentError, StoreAway
from include.contract.keys import Domain, blob_key
from include.runtime.publishing.published_store import PublishedStore
from include.store.store import Store
from tests.faults import LASTING, TRIED_AGAIN, WAYS, Bench, Case, Fault, at_once, faulty, public_methods

SMALL = b"honey" * 100
SMALL_BLOB = artifact_of("image", SMALL, "image/png")
__all__ = ["at_once"]


def _lies(published: PublishedStore, path: str) -> bytes | None:
    return published.store.get(f"{published.root}{path}")


def _put(published: PublishedStore) -> None:
    published.store.put(f"{published.root}k", b"1")


def cases(folder: Path) -> list[Case[PublishedStore]]:
    """One or more for every public method."""
    return [
        Case("read", lambda published: published.read("k"), lambda got, _: got is None),
        Case(
            "update",
            lambda published: published.update("k", "text/plain", lambda old: b"1"),
            lambda wrote, published: wrote is True and _lies(published, "k") == b"1",
            variant="first",
        ),
        Case(
            "update",
            lambda published: published.update("k", "text/plain", lambda old: (old or b"") + b"2"),
            lambda wrote, published: wrote is True and _lies(published, "k") == b"12",
            _put,
        ),
        Case(
            "put",
            lambda published: published.put(SMALL_BLOB, "k", "inline", scratch=folder),
            lambda _, published: _lies(published, "k") == SMALL,
            lambda published: published.store.put(blob_key(SMALL_BLOB.sha256), SMALL),
        ),
        Case(
            "digest",
            lambda published: published.digest("k"),
            lambda got, _: got == SMALL_BLOB.sha256,
            lambda published: published.store.put(f"{published.root}k", SMALL),
        ),
        Case(
            "sizes",
            lambda published: published.sizes("day/"),
            lambda got, _: got == {"k": 3},
            lambda published: published.store.put(f"{published.root}day/k", b"123"),
        ),
        Case(
            "folders",
            lambda published: published.folders(""),
            lambda got, _: got == ["day"],
            lambda published: published.store.put(f"{published.root}day/k", b"1"),
        ),
    ]


NAMES = [str(case) for case in cases(Path())]
NOT_ASKED = {"uri"}
"""It asks the store for nothing."""


def test_every_call_is_tried() -> None:
    assert {case.method for case in cases(Path())} == public_methods(PublishedStore) - NOT_ASKED


@pytest.fixture(scope="module")
def bench(s3_server: S3) -> Iterator[Bench[PublishedStore]]:
    with faulty(s3_server) as (broken, server):
        connected, healthy = cache(broken.connection), s3_server.connection()

        def through_proxy(prefix: str, attempts: int, read_timeout_s: float) -> PublishedStore:
            store = Store(Domain(s3_server.bucket, prefix), connected(attempts, read_timeout_s))
            return PublishedStore(store, "films")

        yield Bench(
            server,
            lambda prefix: PublishedStore(Store(Domain(s3_server.bucket, prefix), healthy), "films"),
            through_proxy,
        )


def the(name: str, folder: Path) -> Case[PublishedStore]:
    return next(case for case in cases(folder) if str(case) == name)


@pytest.mark.parametrize("fault", WAYS, ids=str)
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
