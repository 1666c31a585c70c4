"""The termination message: one line that fits, read back whatever was printed around it."""

from __future__ import annotations

import pytest

from include.contract.errors import (
    AtelierError,
    BadRequest,
    DeviceOutOfMemory,
    HostOutOfMemory,
    InputLost,
    ItemsFailed,
    Preempted,
    StoreAway,
)
from include.contract.failures import MAX_MESSAGE_BYTES, FailureClass, failure_of, read_failure


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


def test_every_error_of_the_tree_has_a_cause_of_its_own() -> None:
    def leaves(error: type[AtelierError]) -> list[type[AtelierError]]:
        children = [e for e in error.__subclasses__() if e.__module__.startswith("include.contract")]
        return [leaf for child in children for leaf in leaves(child)] or [error]

    causes = [leaf.cause for leaf in leaves(AtelierError) if leaf.__name__ != "ItemsRejected"]
    assert len(causes) == len(set(causes))
