"""Ends a stage's process group when the task that started it is gone, however it went.

The task holds the other end of this process's standard input; the kernel closes it even when the task is killed
with -9. The stage is not involved, so its command line is the same in a pod. Standard library only: it is
started for every stage, and in its own session, so that nothing that ends the task ends it too.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time

POLL_S = 0.1


def main(grace_s: float, scratch: str) -> None:
    """Read the group's id, wait for the task's end, stop the group, kill what is left of it, remove `scratch`."""
    told = sys.stdin.buffer.readline()
    sys.stdin.buffer.read()
    if told:
        _end(int(told), grace_s)
    shutil.rmtree(scratch, ignore_errors=True)


def _end(group: int, grace_s: float) -> None:
    end = time.monotonic() + grace_s
    alive = _signal(group, signal.SIGTERM)
    while alive and time.monotonic() < end:
        time.sleep(POLL_S)
        alive = _signal(group, 0)
    _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Signal the group; whether anything of it is there."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2])
