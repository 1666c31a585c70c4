"""How much memory this process may still take: what the machine has left, and no more than its cgroups leave."""

from __future__ import annotations

from pathlib import Path

import psutil

from include.runtime.cgroups import CGROUPS, OWN_CGROUPS, own_cgroups

_V2 = ("memory.max", "memory.current", "inactive_file")
_V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
"""Files with the limit and with what is taken, and the line of `memory.stat` about what the kernel can drop of that."""


def free_memory_mib(cgroups: Path = CGROUPS, own: Path = OWN_CGROUPS) -> int:
    """In MiB, from 0. Files that were read and may be dropped from memory count as free.

    :param cgroups: where the kernel shows cgroups; their limits are described in Linux's `cgroup-v2.rst`
        (`memory.max`) and `cgroup-v1/memory.rst` (`memory.limit_in_bytes`).
    :param own: which of them this process is in.
    """
    left = (bytes_left for folder in own_cgroups("memory", cgroups, own) if (bytes_left := _left(folder)) is not None)
    return max(0, min([int(psutil.virtual_memory().available), *left])) >> 20


def _left(folder: Path) -> int | None:
    """Bytes that a cgroup may still take; None if it has no limit."""
    limit, taken, droppable = _V2 if (folder / _V2[0]).exists() else _V1
    try:
        stat = dict(line.split() for line in (folder / "memory.stat").read_text("utf-8").splitlines())
        kept = int((folder / taken).read_text("utf-8")) - int(stat.get(droppable, 0))
        return int((folder / limit).read_text("utf-8")) - kept
    except (OSError, ValueError):
        return None
