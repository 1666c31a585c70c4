"""A disk of some megabytes that gets full for real: a file system in memory, in a program's own mount namespace."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_MOUNT = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"'


@cache
def can_mount() -> bool:
    """Whether this machine lets its users mount one."""
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-rm", "true"], capture_output=True).returncode == 0


def on_small_disk(size_bytes: int, folder: Path, program: str, *arguments: str, environ: Mapping[str, str]) -> str:
    """What the module `program` prints, for which a disk of so many bytes lies at `folder`."""
    folder.mkdir()
    command = ["unshare", "-rm", "sh", "-c", _MOUNT, "sh", str(size_bytes), str(folder)]
    command += [sys.executable, "-m", program, str(folder), *arguments]
    return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout
