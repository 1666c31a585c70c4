"""Work folders of stages: one per process, named after its owner and removed with it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A fresh folder below `parent`, removed at the end; folders whose owner is gone are removed too."""
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    me = os.getpid()
    folder = Path(tempfile.mkdtemp(prefix=f"{me}-{_born(me)}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for folder in parent.iterdir():
        pid, _, rest = folder.name.partition("-")
        if pid.isdigit() and _born(int(pid)) != rest.partition("-")[0]:
            shutil.rmtree(folder, ignore_errors=True)


def _born(pid: int) -> str:
    """When the process started, which tells it from a later one with the same id; empty when there is none."""
    try:
        return str(round(psutil.Process(pid).create_time() * 100))
    except psutil.NoSuchProcess:
        return ""
