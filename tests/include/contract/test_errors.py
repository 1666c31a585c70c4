"""The errors, by what to do next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from include.contract.errors import (
    SURROUNDINGS,
    AtelierError,
    BadRequest,
    Cause,
    DeviceOutOfMemory,
    ExitCode,
    HostOutOfMemory,
    InputLost,
    ItemsFailed,
    ItemsRejected,
    OutOfMemory,
    PermanentError,
    TransientError,
)


def below(kind: type[AtelierError]) -> Iterator[type[AtelierError]]:
    for each in kind.__subclasses__():
        if each.__module__ == AtelierError.__module__:
            yield each
            yield from below(each)


@pytest.mark.parametrize(
    ("branch", "code"), [(PermanentError, ExitCode.PERMANENT), (TransientError, ExitCode.TRANSIENT)]
)
def test_an_exit_code_says_the_class_of_a_failure(branch: type[AtelierError], code: ExitCode) -> None:
    kinds = list(below(branch))
    assert kinds
    assert {kind.exit_code for kind in kinds} == {code}


def test_memory_that_ran_out_is_told_by_where_it_did() -> None:
    assert HostOutOfMemory.exit_code is ExitCode.HOST_OUT_OF_MEMORY
    assert DeviceOutOfMemory.exit_code is ExitCode.DEVICE_OUT_OF_MEMORY


def test_a_shell_sees_a_process_that_the_kernel_killed_as_out_of_memory() -> None:
    assert ExitCode.HOST_OUT_OF_MEMORY == 128 + 9


def test_every_error_that_is_raised_names_a_cause_of_its_own() -> None:
    branches = {PermanentError, TransientError, OutOfMemory}
    kinds = [kind for kind in below(AtelierError) if kind not in branches]
    assert all(kind.cause is not Cause.BUG for kind in kinds)
    shared = [kind for kind in kinds if sum(other.cause is kind.cause for other in kinds) > 1]
    assert shared == [ItemsRejected, ItemsFailed]


def test_what_another_try_may_mend_lies_around_the_stage() -> None:
    assert {kind.cause for kind in below(TransientError)} <= SURROUNDINGS
    assert SURROUNDINGS.isdisjoint({kind.cause for kind in below(PermanentError)})


def test_a_message_is_legible_whatever_it_quotes() -> None:
    assert "\x1b" not in str(BadRequest("found \x1b[2Jred"))
    assert str(BadRequest("found \x1b[2Jred")).startswith("found ")


def test_a_lost_input_names_the_task_that_makes_it_again() -> None:
    assert InputLost("blob is gone", "text").producer == "text"
    assert InputLost("blob is gone").producer == ""
