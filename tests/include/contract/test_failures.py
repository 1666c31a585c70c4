"""The termination message: one line that fits, read back whatever was printed around it."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract import errors
from include.contract.errors import (
    AtelierError,
    BadRequest,
    Cause,
    DeviceOutOfMemory,
    HostOutOfMemory,
    InputLost,
    ItemsFailed,
    Preempted,
    StoreAway,
)
from include.contract.failures import MAX_MESSAGE_BYTES, Failure, FailureClass, Progress, failure_of, read_failure
from tests.foreign import JSON_TREES, damaged

FAILED = {
    "failure_class": "transient",
    "cause": "store_away",
    "exit_code": 75,
    "message": "away",
    "items": ["bees/01"],
    "progress": {"total": 3, "phase": "image"},
}


@pytest.mark.parametrize(
    ("error", "failure_class", "exit_code"),
    [
        (BadRequest("x"), FailureClass.PERMANENT, 65),
        (StoreAway("x"), FailureClass.TRANSIENT, 75),
        (Preempted("x"), FailureClass.TRANSIENT, 75),
        (DeviceOutOfMemory("x"), FailureClass.OUT_OF_MEMORY, 77),
        (HostOutOfMemory("x"), FailureClass.OUT_OF_MEMORY, 137),
        (ItemsFailed("x"), FailureClass.BUG, 1),
        (ValueError("x"), FailureClass.BUG, 1),
    ],
)
def test_every_error_says_its_class_and_exit_code(
    error: Exception, failure_class: FailureClass, exit_code: int
) -> None:
    failure = failure_of(error)
    assert (failure.failure_class, failure.exit_code) == (failure_class, exit_code)


def test_a_long_message_is_cut_to_one_line_that_fits() -> None:
    line = failure_of(BadRequest("蜂\n" * 5000)).line()
    assert len(line.encode()) <= MAX_MESSAGE_BYTES
    assert "\n" not in line
    assert read_failure(line) is not None


def test_the_line_is_found_among_others_and_its_absence_is_told() -> None:
    line = failure_of(InputLost("gone", producer="text")).line()
    found = read_failure(f"Traceback\n{line}\n")
    assert found is not None
    assert found.producer == "text"
    assert read_failure("Killed") is None


FAILURES = st.builds(
    Failure,
    failure_class=st.sampled_from(FailureClass),
    cause=st.sampled_from(Cause),
    exit_code=st.integers(-64, 255),
    message=st.text() | st.text(alphabet='a"\\\n\u2028\u0085\x00\ud800🐝', max_size=5000),
    items=st.lists(st.text() | st.just("i" * 10_000), max_size=30).map(tuple),
    producer=st.text() | st.just("p" * 10_000),
    progress=st.builds(Progress, total=st.integers(0, 2**63), phase=st.text() | st.just("蜂" * 10_000)),
)


@given(FAILURES)
@example(failure_of(BadRequest("a\u2028b\u2029c\x85d")))
@example(failure_of(ValueError("\ud800" * 4000)))
@example(failure_of(BadRequest("x" * 10**6), items=("i" * 10_000,) * 20, progress=Progress(phase="p" * 10**6)))
def test_the_line_fits_and_gives_the_failure_back_whatever_it_holds(failure: Failure) -> None:
    line = failure.line()
    assert len(line.encode()) <= MAX_MESSAGE_BYTES
    found = read_failure(f"{line}\n")
    assert found is not None
    assert (found.failure_class, found.cause, found.exit_code) == (
        failure.failure_class,
        failure.cause,
        failure.exit_code,
    )
    assert found.message == failure.message or failure.message.startswith(found.message.removesuffix("…"))
    if "…" not in line and len(failure.items) <= 10:
        assert found == failure


def test_what_is_cut_keeps_a_thousand_bytes_of_the_message() -> None:
    failure = failure_of(
        InputLost("蜂" * 2000, producer="p" * 3000),
        items=("i" * 3000,) * 20,
        progress=Progress(total=2**63, phase="p" * 3000, updated_at="u" * 3000, under_way="w" * 3000),
    )
    found = read_failure(failure.line())
    assert found is not None
    assert len(found.message.encode()) > 900
    assert (len(found.items), found.progress.total, found.producer[:10]) == (10, 2**63, "p" * 10)
    assert (found.progress.under_way or "").startswith("w" * 150)


@given(
    st.text()
    | st.binary().map(lambda each: each.decode(errors="replace"))
    | damaged(FAILED, JSON_TREES).map(json.dumps)
)
@example("[" * 1000)
@example("1" * 4301)
@example('{"failure_class": "transient", "cause": "store_away", "exit_code": 75, "message": ' + "[" * 1000)
def test_whatever_a_container_left_is_a_failure_or_none(text: str) -> None:
    found = read_failure(text)
    if found is not None:
        assert len(found.line().encode()) <= MAX_MESSAGE_BYTES


def test_a_cause_that_a_later_version_has_keeps_its_class_and_its_words() -> None:
    found = read_failure('{"failure_class": "transient", "cause": "solar_flare", "exit_code": 75, "message": "x"}')
    assert found is not None
    assert (found.failure_class, found.cause, found.message) == (FailureClass.TRANSIENT, Cause.BUG, "x")


def test_every_error_of_the_tree_has_a_cause_of_its_own() -> None:
    def leaves(error: type[AtelierError]) -> list[type[AtelierError]]:
        children = [e for e in error.__subclasses__() if e.__module__ == errors.__name__]
        return [leaf for child in children for leaf in leaves(child)] or [error]

    causes = [leaf.cause for leaf in leaves(AtelierError) if leaf.__name__ != "ItemsRejected"]
    assert len(causes) == len(set(causes))
