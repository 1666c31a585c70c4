"""The embedded servers from their users' side: they run as long as somebody uses them."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from deploy.local import locks, processes
from deploy.local.component import GRACE_S
from deploy.local.installation import Installation
from deploy.local.stackfile import Phase, Stack, StackFile
from deploy.local.supervisor import POLL_S

Tell = Callable[[str], None]
STOP_LIMIT_S = 120.0


class StackFailed(Exception):
    """The embedded servers did not start, or ended while they were used."""


@dataclass(frozen=True)
class Running:
    """The embedded servers, ready."""

    stack: Stack
    started_here: bool
    """Whether they were started for this user; others may be using them by now."""


@contextmanager
def running(installation: Installation, tell: Tell) -> Iterator[Running]:
    """Embedded servers that are ready and stay so; started if they are not running, stopped when nobody uses them.

    :raises StackFailed: with the reason and the end of the log that says more.
    """
    installation.prepare()
    try:
        with locks.lease(installation):
            with locks.starting(installation):
                started_here = not locks.supervisor_lives(installation)
                if started_here:
                    tell("Starting Airflow, its database and the S3 server …")
                    _spawn_supervisor(installation)
            yield Running(await_ready(installation, tell), started_here)
    finally:
        if await_stopped(installation):
            clear_left(installation)


def await_ready(installation: Installation, tell: Tell) -> Stack:
    """Wait until the supervisor reports that all is ready, and print what it reports and waits for.

    :raises StackFailed: it failed or is gone.
    """
    started, heard, waiting = time.monotonic(), 0, Waiting(tell)
    while True:
        stack = check(installation)
        for line in stack.told[heard:]:
            tell(line)
        heard = len(stack.told)
        if stack.phase is Phase.READY:
            return stack
        waiting.hear(stack.message, time.monotonic() - started)
        time.sleep(POLL_S)


@dataclass
class Waiting:
    """Prints what is waited for: something new after `NEXT_S`, the same again after `STILL_S`."""

    NEXT_S: ClassVar[float] = 5.0
    STILL_S: ClassVar[float] = 20.0

    tell: Tell
    said: str = ""
    said_at_s: float = -math.inf

    def hear(self, message: str, waited_s: float) -> None:
        """Note that `message` is waited for, `waited_s` after the start."""
        pause_s = self.STILL_S if message == self.said else self.NEXT_S
        if message and waited_s - self.said_at_s >= pause_s:
            self.tell(f"  {waited_s:3.0f} s: waiting for {message}")
            self.said, self.said_at_s = message, waited_s


def check(installation: Installation) -> Stack:
    """The current state of the servers.

    :raises StackFailed: they are gone or failed.
    """
    alive = locks.supervisor_lives(installation)
    stack = StackFile.of(installation).read()
    if stack and stack.phase is Phase.FAILED:
        raise StackFailed(stack.message)
    if not alive or stack is None:
        raise StackFailed(f"the local servers have ended; see {installation.logs / 'supervisor.log'}")
    return stack


def await_stopped(installation: Installation, limit_s: float = STOP_LIMIT_S) -> bool:
    """Wait until the supervisor has ended, unless somebody else needs it; returns whether it has ended."""
    limit = time.monotonic() + limit_s
    file = StackFile.of(installation)
    while locks.supervisor_lives(installation) and time.monotonic() < limit:
        stack = file.read()
        if stack and stack.phase is Phase.READY and _is_needed(installation, stack):
            return False
        time.sleep(POLL_S)
    return not locks.supervisor_lives(installation)


def clear_left(installation: Installation) -> bool:
    """End what a dead supervisor has left running; returns whether there was anything.

    :raises StackFailed: part of it does not end.
    """
    with locks.starting(installation):
        if locks.supervisor_lives(installation):
            return False
        try:
            return processes.end_left_over(installation.state, GRACE_S)
        except processes.DoesNotEnd as error:
            raise StackFailed(str(error)) from error


def _is_needed(installation: Installation, stack: Stack) -> bool:
    return StackFile.of(installation).is_kept_by(stack.pid) or locks.somebody_leases(installation)


def _spawn_supervisor(installation: Installation) -> None:
    """Start the supervisor in a session of its own, where the terminal's Ctrl-C does not reach it."""
    StackFile.of(installation).path.unlink(missing_ok=True)
    with (installation.logs / "supervisor.log").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.supervisor"],
            cwd=installation.root,
            env={**os.environ, **installation.environment()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while StackFile.of(installation).read() is None:
        if process.poll() is not None:
            raise StackFailed(f"the supervisor ended at once; see {installation.logs / 'supervisor.log'}")
        time.sleep(POLL_S)
