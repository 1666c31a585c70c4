from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.ending import FailureReason, failure_after, with_reason, without_manifest
from include.contract.errors import BadRequest, Cause, Preempted, RejectedContent
from include.contract.failures import FailureClass, failure_of


@pytest.mark.parametrize(
    ("code", "stopped", "failure_class", "cause", "says"),
    [
        (-9, False, FailureClass.OUT_OF_MEMORY, Cause.HOST_OUT_OF_MEMORY, "was killed by SIGKILL, most often"),
        (-15, False, FailureClass.TRANSIENT, Cause.PREEMPTED, "was killed by SIGTERM"),
        (-11, False, FailureClass.BUG, Cause.BUG, "was killed by SIGSEGV"),
        (-40, False, FailureClass.BUG, Cause.BUG, "was killed by signal 40"),
        (-40, True, FailureClass.TRANSIENT, Cause.PREEMPTED, "ended by signal 40"),
        (65, False, FailureClass.PERMANENT, Cause.BUG, "exit code 65"),
        (75, False, FailureClass.TRANSIENT, Cause.PREEMPTED, "exit code 75"),
        (77, False, FailureClass.OUT_OF_MEMORY, Cause.DEVICE_OUT_OF_MEMORY, "exit code 77"),
        (3, False, FailureClass.BUG, Cause.BUG, "exit code 3"),
    ],
)
def test_without_words_the_exit_code_or_the_signal_says_why(
    code: int, stopped: bool, failure_class: FailureClass, cause: Cause, says: str
) -> None:
    failure = failure_after(code, "", "last", stopped)
    assert failure is not None
    assert (failure.failure_class, failure.cause, failure.exit_code) == (failure_class, cause, code)
    assert says in failure.message
    assert failure.message.endswith("Its last lines:\nlast")


def test_its_own_words_come_first() -> None:
    own = failure_of(BadRequest("a\u2028b"))
    assert failure_after(-9, f"{own.line()}\n", "", stopped=False) == own


def test_a_stage_that_was_made_to_stop_says_how_far_it_came_and_the_cluster_why() -> None:
    own, why = failure_of(Preempted("3 of 10 done")), FailureReason(Cause.DEADLINE, "it was late")
    assert with_reason(own, why).message == "it was late; 3 of 10 done"
    assert with_reason(own, why).cause is Cause.DEADLINE
    assert with_reason(own, None) is own
    rejected = failure_of(RejectedContent("no"))
    assert with_reason(rejected, why) is rejected


def test_a_success_without_a_manifest_is_a_bug_with_the_last_lines() -> None:
    failure = without_manifest("the pod x", "last")
    assert (failure.failure_class, failure.cause, failure.exit_code) == (FailureClass.BUG, Cause.BUG, 1)
    assert failure.message == "the pod x succeeded and left no manifest. Its last lines:\nlast"


@given(code=st.integers(-128, 300), message=st.text(), tail=st.text(), stopped=st.booleans())
@example(code=1, message="[" * 1000, tail="", stopped=False)
def test_every_end_but_success_is_a_failure(code: int, message: str, tail: str, stopped: bool) -> None:
    failure = failure_after(code, message, tail, stopped)
    assert (failure is None) is (code == 0)
    assert failure is None or failure.line()
