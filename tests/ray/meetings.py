"""Processes that wait for each other, so that it is certain that they ran side by side, or who came last."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

MEETING_S = 120.0


def meet(cache: Path, name: str, wanted: int) -> None:
    """Wait until `wanted` processes have come."""
    folder = cache / "meetings" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / str(os.getpid())).write_text(os.environ.get("CUDA_VISIBLE_DEVICES", ""))
    limit = time.monotonic() + MEETING_S
    while len(list(folder.iterdir())) < wanted:
        if time.monotonic() > limit:
            raise RuntimeError(f"{wanted} were expected, and {len(list(folder.iterdir()))} came")
        time.sleep(0.05)


def wait_for(ended: Callable[[], int], wanted: int) -> None:
    """Wait until so many others have ended."""
    limit = time.monotonic() + MEETING_S
    while ended() < wanted:
        if time.monotonic() > limit:
            raise RuntimeError(f"{wanted} were to end first, and {ended()} did")
        time.sleep(0.05)


def devices_met(cache: Path, name: str) -> list[str]:
    """The devices that each of them saw."""
    return sorted(path.read_text() for path in (cache / "meetings" / name).iterdir())
