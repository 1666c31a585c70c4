"""What every engine promises the task whose stage it runs, tried with shell scripts in the place of stages."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from include.contract.engines import Engine, Job, RunOutcome, Suspension
from include.contract.errors import Cause, ExitCode
from include.contract.failures import Failure, FailureClass

Begin = Callable[[str, Callable[[int], bool]], Engine]
GRACE_S = 2.0
_JOB = Job(f"s3://atelier/v1/requests/{'0' * 64}.json", attempt=1, grace_s=GRACE_S, environment={})
_TERMINATION_LOG = '"${ATELIER_TERMINATION_LOG:-/dev/termination-log}"'
_WHOLE = """echo one; echo two; echo '{"level": "info", "event": "done"}'"""
_STOPS = "trap 'exit 75' TERM; echo ready; n=0; while [ $n -lt 200 ]; do sleep 0.1; n=$((n+1)); done; echo outlived"
_IGNORES = _STOPS.replace("'exit 75'", "''")
_BY_EXIT_CODE = {
    ExitCode.PERMANENT: FailureClass.PERMANENT,
    ExitCode.TRANSIENT: FailureClass.TRANSIENT,
    ExitCode.DEVICE_OUT_OF_MEMORY: FailureClass.OUT_OF_MEMORY,
    3: FailureClass.BUG,
}


def check_engine(begin: Begin) -> None:
    """Check that an engine keeps what a stage's task relies on.

    A stage that ends well is done, and its lines are in the task's log; one that fails does so with the termination
    message that it left, else by its exit code and with its last lines; one that is asked to stop does, within its
    grace; what is abandoned is no longer there for the next try. Where the engine suspends, its trigger is made anew
    from its arguments, as Airflow does, waited for, and another engine goes on with its event.

    :param begin: gives an engine for a new try of one and the same task, from what it runs in the place of the stage
        side's Python (a script for `sh`) and from `TaskTry.is_made`.
    :raises AssertionError: naming what is wrong, with what was found.
    """
    with _log_lines() as lines:
        _check_done(begin, lines)
        _check_words(begin)
        _check_exit_codes(begin)
        for script in (_STOPS, _IGNORES):
            _check_stop(begin, script, lines)
            _check_abandoned(begin, lines)


def _check_done(begin: Begin, lines: list[str]) -> None:
    lines.clear()
    outcome = _outcome(begin, _WHOLE, is_made=True)
    if outcome is not None:
        raise AssertionError(f"a stage that ends well is done; found {outcome}")
    shown = [line for line in lines if line in ("one", "two")]
    if shown != ["one", "two"]:
        raise AssertionError(f"each line of a stage is in the task's log once, in order; found {lines}")


def _check_words(begin: Begin) -> None:
    """The message that a stage leaves is what failed, whatever else there is to be seen."""
    for code, failure_class in _BY_EXIT_CODE.items():
        said = Failure(failure_class=failure_class, cause=Cause.BUG, exit_code=int(code), message=f"words of {code}")
        outcome = _outcome(begin, f"echo '{said.line()}' > {_TERMINATION_LOG}; exit {int(code)}")
        if outcome != said:
            raise AssertionError(
                f"a stage that leaves a termination message failed as it says: {said}; found {outcome}"
            )


def _check_exit_codes(begin: Begin) -> None:
    for code, failure_class in _BY_EXIT_CODE.items():
        outcome = _outcome(begin, f"echo the last words; exit {int(code)}")
        if not isinstance(outcome, Failure) or outcome.failure_class is not failure_class:
            raise AssertionError(f"without a message, exit code {int(code)} is {failure_class.value}; found {outcome}")
        if "the last words" not in outcome.message:
            raise AssertionError(f"a failure without a message has the stage's last lines; found {outcome.message!r}")


def _check_stop(begin: Begin, script: str, lines: list[str]) -> None:
    """It ends as something that is tried again; what it began may be left to the next try."""
    lines.clear()
    engine, over = begin(script, lambda _: False), Event()
    stopping = Thread(target=_stop_when_ready, args=(engine, lines, over))
    stopping.start()
    try:
        outcome = engine.run(_JOB)
    finally:
        over.set()
        stopping.join()
        engine.abandon()
    if isinstance(outcome, Suspension):
        return
    if not isinstance(outcome, Failure) or outcome.failure_class is FailureClass.PERMANENT or "outlived" in lines:
        raise AssertionError(f"a stage that is asked to stop is ended within its grace, to be tried again: {outcome}")


def _stop_when_ready(engine: Engine, lines: list[str], over: Event) -> None:
    while not over.wait(0.05):
        if "ready" in lines:
            engine.stop()
            return


def _check_abandoned(begin: Begin, lines: list[str]) -> None:
    """Nothing of what was abandoned is taken up, and a second time is no mistake."""
    begin(_WHOLE, lambda _: True).abandon()
    lines.clear()
    outcome = _outcome(begin, _WHOLE, is_made=True)
    if outcome is not None or "one" not in lines:
        raise AssertionError(f"after `abandon` the next try starts afresh; found {outcome}, and in the log {lines}")


def _outcome(begin: Begin, script: str, is_made: bool = False) -> RunOutcome:
    """How running `script` comes out in the end."""
    outcome = begin(script, lambda _: is_made).run(_JOB)
    while isinstance(outcome, Suspension):
        event = asyncio.run(_first_event(outcome.trigger))
        outcome = begin(script, lambda _: is_made).resume(_JOB, event)
    return outcome


async def _first_event(trigger: Any) -> dict[str, Any]:
    """What a trigger fires that knows no more than what Airflow keeps of it."""
    _, arguments = trigger.serialize()
    async for event in type(trigger)(**json.loads(json.dumps(arguments))).run():
        return dict(event.payload)
    raise AssertionError("the trigger ended without an event")


@contextmanager
def _log_lines() -> Iterator[list[str]]:
    """What is logged, as it comes."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    root, keeper = logging.getLogger(), Keeper(logging.INFO)
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(keeper)
        root.setLevel(level)
