"""A worker that takes more than it reserved says so before somebody kills it: Ray reserves memory, it limits none."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from threading import Thread

import psutil

from include.contract.errors import ExitCode

LOOK_S = 1.0
GOODBYE_S = 5.0
"""How long whoever is told may take to end the process; then it ends itself."""


def watch(limit_mib: int, tell: Callable[[str], None]) -> None:
    """Tell, once, if this process takes more than `limit_mib`, and end it."""
    Thread(target=_watch, args=(limit_mib, tell), daemon=True, name="memory").start()


def _watch(limit_mib: int, tell: Callable[[str], None]) -> None:
    process = psutil.Process()
    while True:
        taken_mib = process.memory_info().rss >> 20
        if taken_mib > limit_mib:
            tell(f"a worker took {taken_mib} MiB of memory, and has {limit_mib} MiB")
            time.sleep(GOODBYE_S)
            os._exit(ExitCode.HOST_OUT_OF_MEMORY)
        time.sleep(LOOK_S)
