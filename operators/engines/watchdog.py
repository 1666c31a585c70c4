"""Ends a stage's process group when the task that started it is gone, however it went.

The task holds the other end of this process's standard input; the kernel closes it even when the task is killed
with -9. The stage needs no part in it, so its command line is the same in a pod. Standard library only: it is
started for every stage, and in its own session, so that nothing that ends the task ends it too.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time

POLL_S = 0.1


def main(group: int, grace_s: float, scratch: str) -> None:
    """Wait for the task's end, then stop `group`, kill what is left of it after `grace_s`, and remove `scratch`."""
    while os.read(0, 1):
        pass
    end = time.monotonic() + grace_s
    alive = _signal(group, signal.SIGTERM)
    while alive and time.monotonic() < end:
        time.sleep(POLL_S)
        alive = _signal(group, 0)
    _signal(group, signal.SIGKILL)
    shutil.rmtree(scratch, ignore_errors=True)


def _signal(group: int, number: int) -> bool:
    """Signal the group; whether anything of it is there."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
