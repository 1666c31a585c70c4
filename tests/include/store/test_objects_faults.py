"""Every question to S3 against a server that misbehaves: `StoreAway`, or the right result."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import PermanentError, StoreAway
from include.store.errors import Absent, Conflict, Refused, Unanswered
from include.store.objects import LARGE_BYTES, Objects
from include.store.stored import JSON
from tests.faults import (
    BROKEN,
    BUSY,
    DELETED_BEFORE_REPLACED,
    LASTING,
    LOST_ANSWER,
    PASSING,
    RESET,
    SILENCE_S,
    SILENT,
    TRIED_AGAIN,
    Bench,
    Case,
    Fault,
    FaultyServer,
    How,
    at_once,
    faulty,
    public_methods,
)
from tests.include.store.reaching import objects_on

LARGE = b"\x01" * (LARGE_BYTES + 1)
CONFLICT = Fault("409", How.ANSWER, 409, "ConditionalRequestConflict")
NO_RANGE = Fault("416", How.ANSWER, 416, "InvalidRange")
NONSENSE = Fault("nonsense", How.ANSWER, 200, "")
REDIRECT = Fault("301", How.ANSWER, 301, "PermanentRedirect")
__all__ = ["at_once"]
MEETING_READS = [fault for fault in PASSING if fault is not LOST_ANSWER]
PRIVATE = ("Debug source", "RetryError", "reqwest", "hyper")
"""Nobody is shown these words of obstore's."""


def _put(objects: Objects) -> None:
    objects.put("k", b"1", JSON)


def _body(objects: Objects, key: str = "k") -> bytes | None:
    try:
        return objects.get(key).body
    except Absent:
        return None


def _streamed(objects: Objects) -> bytes:
    return b"".join(objects.stream("k").chunks)


def _chunked(objects: Objects) -> bytes:
    head = objects.head("k")
    return b"".join(objects.range_chunks("k", 0, head.bytes, head.etag))


CASES: list[Case[Objects]] = [
    Case("get", _body, lambda got, _: got == b"1", _put),
    Case("get", _body, lambda got, _: got is None, variant="nothing"),
    Case("range", lambda objects: objects.range("k", 0, 1), lambda got, _: got == b"1", _put),
    Case("range_chunks", _chunked, lambda got, _: got == b"1", _put),
    Case("stream", _streamed, lambda got, _: got == b"1", _put),
    Case("head", lambda objects: objects.head("k").bytes, lambda got, _: got == 1, _put),
    Case("put", lambda objects: objects.put("k", b"1", JSON), lambda etag, objects: etag == objects.head("k").etag),
    Case("upload", lambda objects: objects.upload("k", io.BytesIO(b"1"), JSON), lambda _, there: _body(there) == b"1"),
    Case("delete", lambda objects: objects.delete("k"), lambda _, objects: _body(objects) is None, _put),
    Case("listed", lambda there: [each.key for each in there.listed("", 9)], lambda got, _: got == ["k"], _put),
    Case(
        "folders",
        lambda objects: list(objects.folders("")),
        lambda got, _: got == ["a"],
        lambda objects: objects.put("a/b", b"1", JSON),
    ),
]
OTHER_SIZES: list[Case[Objects]] = [
    Case(
        "upload",
        lambda objects: objects.upload("k", io.BytesIO(LARGE), JSON),
        lambda _, there: _streamed(there) == LARGE,
    ),
    Case(
        "stream", _streamed, lambda got, _: got == LARGE, lambda objects: objects.upload("k", io.BytesIO(LARGE), JSON)
    ),
    Case(
        "range_chunks",
        _chunked,
        lambda got, _: got == LARGE,
        lambda objects: objects.upload("k", io.BytesIO(LARGE), JSON),
    ),
    Case("stream", _streamed, lambda got, _: got == b"", lambda objects: objects.put("k", b"", JSON), "empty"),
]


def test_every_question_is_tried() -> None:
    assert {case.method for case in CASES} == public_methods(Objects), "add a case for each new method"


@pytest.fixture(scope="module")
def proxy(s3_server: S3) -> Iterator[tuple[S3, FaultyServer]]:
    with faulty(s3_server) as pair:
        yield pair


@pytest.fixture(scope="module")
def bench(s3_server: S3, proxy: tuple[S3, FaultyServer]) -> Bench[Objects]:
    broken, server = proxy

    @cache
    def reached(prefix: str, tries: int, read_timeout_s: float) -> Objects:
        return objects_on(broken, prefix, tries=tries, read_timeout_s=read_timeout_s)

    return Bench(server, lambda prefix: objects_on(s3_server, prefix), reached)


@pytest.fixture(autouse=True)
def _at_once(at_once: None) -> None:
    """Nothing here tests a pause."""


@pytest.mark.parametrize("fault", PASSING, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_store_that_cannot_answer_is_away(bench: Bench[Objects], case: Case[Objects], fault: Fault) -> None:
    bench.fails_for_good(case, fault, StoreAway)


@pytest.mark.parametrize("fault", TRIED_AGAIN, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_fault_changes_no_result(bench: Bench[Objects], case: Case[Objects], fault: Fault) -> None:
    bench.is_mended(case, fault)


@pytest.mark.parametrize("fault", [LOST_ANSWER, RESET], ids=str)
@pytest.mark.parametrize("case", OTHER_SIZES, ids=str)
def test_one_fault_changes_nothing_whatever_the_size(bench: Bench[Objects], case: Case[Objects], fault: Fault) -> None:
    bench.is_mended(case, fault)


@pytest.mark.parametrize("fault", LASTING, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_another_try_would_not_mend_is_permanent(bench: Bench[Objects], case: Case[Objects], fault: Fault) -> None:
    bench.fails_for_good(case, fault, PermanentError)


@pytest.mark.parametrize("fault", [*MEETING_READS, *LASTING, NO_RANGE, REDIRECT, CONFLICT], ids=str)
def test_an_error_is_told_without_the_client_s_inside(bench: Bench[Objects], fault: Fault) -> None:
    prefix = f"{uuid.uuid4()}/"
    _put(bench.healthy(prefix))
    objects = bench.through_proxy(prefix, 1, fault.read_timeout_s)
    bench.server.meet(fault)
    error = _failure(lambda: objects.get("k"))
    assert not [word for word in PRIVATE if word in str(error)]
    assert error.__cause__ is None
    assert str(error).startswith(f"s3://{bench.server.s3.bucket}/{prefix}k")


def _failure(ask: Callable[[], object]) -> Exception:
    with pytest.raises((StoreAway, PermanentError)) as caught:
        ask()
    return caught.value


@pytest.mark.parametrize(("fault", "why"), [(RESET, "Connection reset by peer"), (SILENT, "no response")], ids=str)
@pytest.mark.parametrize("condition", [{"if_absent": True}, {"if_match": '"00000000000000000000000000000000"'}])
def test_a_conditional_write_without_an_answer_is_neither_done_nor_refused(
    bench: Bench[Objects], fault: Fault, why: str, condition: dict[str, Any]
) -> None:
    objects = bench.through_proxy("objects-unanswered/", 3, SILENCE_S)
    bench.server.meet(fault)
    with pytest.raises(Unanswered, match=f"does not answer.*{why}"):
        objects.put("k", b"1", JSON, **condition)
    assert bench.server.seen == 1


def test_a_conditional_write_whose_answer_was_lost_meets_itself(bench: Bench[Objects]) -> None:
    objects = bench.through_proxy("objects-lost/", 3, 30.0)
    bench.server.meet(LOST_ANSWER, times=1)
    with pytest.raises(Refused):
        objects.put("k", b"mine", JSON, if_absent=True)
    assert bench.healthy("objects-lost/").get("k").body == b"mine"


@pytest.mark.parametrize("fault", [BUSY, BROKEN], ids=str)
def test_a_conditional_write_that_was_not_done_is_sent_again(bench: Bench[Objects], fault: Fault) -> None:
    objects = bench.through_proxy(f"again-{fault}/", 3, 30.0)
    bench.server.meet(fault, times=2)
    assert objects.put("k", b"1", JSON, if_absent=True) == bench.healthy(f"again-{fault}/").head("k").etag


def test_a_conflict_is_none_of_the_others(bench: Bench[Objects]) -> None:
    objects = bench.through_proxy("objects-conflict/", 3, 30.0)
    bench.server.meet(CONFLICT)
    with pytest.raises(Conflict):
        objects.put("k", b"1", JSON, if_absent=True)


def test_what_was_deleted_before_it_was_replaced_is_absent(bench: Bench[Objects]) -> None:
    objects = bench.through_proxy("", 1, 30.0)
    etag = bench.healthy("").put("deleted", b"1", JSON)
    bench.server.meet(DELETED_BEFORE_REPLACED)
    with pytest.raises(Absent):
        objects.put("deleted", b"2", JSON, if_match=etag)


def test_a_wrong_region_is_told_as_settings(bench: Bench[Objects]) -> None:
    bench.server.meet(REDIRECT)
    with pytest.raises(PermanentError, match="301"):
        bench.through_proxy("", 1, 30.0).get("k")


def test_an_answer_that_is_not_s3_s_is_none(bench: Bench[Objects]) -> None:
    objects = bench.through_proxy("", 1, 30.0)
    for ask in (objects.get, objects.head, objects.stream, lambda key: objects.range(key, 0, 1)):
        bench.server.meet(NONSENSE)
        with pytest.raises(StoreAway, match="does not answer"):
            ask("k")


def test_a_large_upload_that_fails_leaves_no_parts(bench: Bench[Objects], proxy: tuple[S3, FaultyServer]) -> None:
    second_part = Fault("403", How.ANSWER, 403, "AccessDenied", lambda method, path, headers: method == "PUT")
    bench.server.meet(second_part, first=2)
    with pytest.raises(PermanentError):
        bench.through_proxy("objects-parts/", 1, 30.0).upload("k", io.BytesIO(LARGE), JSON)
    s3 = bench.server.s3
    assert not s3.client().list_multipart_uploads(Bucket=s3.bucket, Prefix="objects-parts/").get("Uploads")
