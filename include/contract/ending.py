"""Why a process failed, from how it ended."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass

from include.contract.errors import Cause, ExitCode
from include.contract.failures import Failure, FailureClass, read_failure

_BY_EXIT_CODE = {
    ExitCode.PERMANENT: (FailureClass.PERMANENT, Cause.BUG),
    ExitCode.TRANSIENT: (FailureClass.TRANSIENT, Cause.PREEMPTED),
    ExitCode.DEVICE_OUT_OF_MEMORY: (FailureClass.OUT_OF_MEMORY, Cause.DEVICE_OUT_OF_MEMORY),
    ExitCode.HOST_OUT_OF_MEMORY: (FailureClass.OUT_OF_MEMORY, Cause.HOST_OUT_OF_MEMORY),
}
_BY_SIGNAL: Mapping[int, tuple[FailureClass, Cause]] = {
    signal.SIGKILL: (FailureClass.OUT_OF_MEMORY, Cause.HOST_OUT_OF_MEMORY),
    signal.SIGTERM: (FailureClass.TRANSIENT, Cause.PREEMPTED),
    signal.SIGINT: (FailureClass.TRANSIENT, Cause.PREEMPTED),
}


@dataclass(frozen=True)
class FailureReason:
    """A cause reported by what runs the process, in words."""

    cause: Cause
    words: str


def to_failure(why: FailureReason, exit_code: int = int(ExitCode.TRANSIENT)) -> Failure:
    """The failure for `why`, if the stage itself left no message."""
    return Failure(failure_class=FailureClass.TRANSIENT, cause=why.cause, exit_code=exit_code, message=why.words)


def with_reason(own: Failure, why: FailureReason | None) -> Failure:
    """The stage's own words, and why it had to stop if it was asked to: it knows only how far it came."""
    if why is None or own.cause is not Cause.PREEMPTED:
        return own
    return own.model_copy(update={"cause": why.cause, "message": f"{why.words}; {own.message}"})


def without_manifest(what: str, tail: str) -> Failure:
    """The failure of `what`, such as `the pod x`, which says that it succeeded and left no manifest.

    :param tail: its last log lines.
    """
    message = f"{what} succeeded and left no manifest. Its last lines:\n{tail}"
    return Failure(failure_class=FailureClass.BUG, cause=Cause.BUG, exit_code=int(ExitCode.BUG), message=message)


def failure_after(code: int, termination_message: str, tail: str, stopped: bool) -> Failure | None:
    """Why a process failed, or None when it did not.

    :param code: exit code; negative for a signal, as `subprocess` says it.
    :param termination_message: what the process left there, if anything.
    :param tail: its last log lines.
    :param stopped: whether it had been asked to stop.
    """
    if code == ExitCode.OK:
        return None
    left = read_failure(termination_message)
    if left is not None:
        return left
    failure_class, cause, what = _from_signal(-code, stopped) if code < 0 else _from_exit_code(code)
    message = f"{what}; it left no termination message. Its last lines:\n{tail}"
    return Failure(failure_class=failure_class, cause=cause, exit_code=code, message=message)


def _from_signal(number: int, stopped: bool) -> tuple[FailureClass, Cause, str]:
    name = _signal_name(number)
    if stopped:
        return FailureClass.TRANSIENT, Cause.PREEMPTED, f"the stage was asked to stop and ended by {name}"
    failure_class, cause = _BY_SIGNAL.get(number, (FailureClass.BUG, Cause.BUG))
    hint = ", most often the kernel's answer when memory runs out" if number == signal.SIGKILL else ""
    return failure_class, cause, f"the stage was killed by {name}{hint}"


def _signal_name(number: int) -> str:
    """Real-time signals have numbers alone."""
    return signal.Signals(number).name if number in list(signal.Signals) else f"signal {number}"


def _from_exit_code(code: int) -> tuple[FailureClass, Cause, str]:
    known = ExitCode(code) if code in list(ExitCode) else ExitCode.BUG
    failure_class, cause = _BY_EXIT_CODE.get(known, (FailureClass.BUG, Cause.BUG))
    return failure_class, cause, f"the stage ended with exit code {code}"
