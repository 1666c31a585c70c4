"""Disks that fill, and folders that take nothing, for real: what a program mounts in a namespace of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest


def _may_mount() -> bool:
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-rm", "true"], capture_output=True).returncode == 0


mounts = pytest.mark.skipif(
    not _may_mount(), reason="needs util-linux's `unshare`, and a machine that lets its users make user namespaces"
)
"""Marks a test that runs a program after a mount."""


def after(mount: str, *command: str) -> list[str]:
    """`command`, which begins after the shell command `mount`; nobody else sees what that mounts."""
    return ["unshare", "-rm", "sh", "-c", f'{mount} && exec "$@"', "sh", *command]


def on_small_disk(size_bytes: int, folder: Path, program: str, *arguments: str, environ: Mapping[str, str]) -> str:
    """What the module `program` prints, for which a disk of so many bytes lies at `folder`."""
    folder.mkdir()
    mount = f"mount -t tmpfs -o size={size_bytes} tmpfs '{folder}'"
    command = after(mount, sys.executable, "-m", program, str(folder), *arguments)
    return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout
