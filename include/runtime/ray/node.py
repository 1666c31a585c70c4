"""`python -m include.runtime.ray.node OPTIONS`: a Ray on this machine that ends when its standard input does.

A process and a session of its own: a signal to the stage's process group does not take the workers from a driver that
still has something to keep, and whatever becomes of the driver, the system closes what this reads.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import ray

ADDRESS, REFUSED = "address", "refused"
"""What the one line that it says has: where it is, or why these options make no sense here."""
_END_S = 5.0


def main(options: dict[str, Any]) -> None:
    """Start it, say where it is, wait, and leave nothing of it: no process and no file."""
    try:
        ray.init(address="local", log_to_driver=False, configure_logging=False, **options)
    except ValueError as error:
        _say(REFUSED, str(error))
        return
    # Agents that have lost their parent take a minute to notice, and are nobody's children meanwhile.
    started = _children()
    try:
        _say(ADDRESS, ray.get_runtime_context().gcs_address)
        sys.stdin.buffer.read()
    finally:
        _end(started | _children())
        _remove(Path(options["_temp_dir"]))
        os._exit(0)  # there is nothing left that could be shut down in order


def _say(name: str, words: str) -> None:
    sys.stdout.write(json.dumps({name: words}) + "\n")
    sys.stdout.flush()


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def _end(processes: Iterable[psutil.Process]) -> None:
    left = [process for process in processes if process.is_running()]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=_END_S)


def _remove(folder: Path) -> None:
    """With the folder of its own in which it may be but a link."""
    shutil.rmtree(folder.resolve(), ignore_errors=True)
    if folder.is_symlink():
        shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
