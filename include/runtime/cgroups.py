"""The cgroups that a process is in, innermost first, as the kernel shows them (Linux's `cgroup-v2.rst`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

CGROUPS, OWN_CGROUPS = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def own_cgroups(controller: str, cgroups: Path = CGROUPS, own: Path = OWN_CGROUPS) -> Iterator[Path]:
    """Folders of the process's cgroup and of those around it, as far as `controller` may limit them.

    :param controller: such as `cpu`; of version 1, where each has a hierarchy of its own.
    :param cgroups: where the kernel shows cgroups.
    :param own: which of them the process is in.
    """
    try:
        lines = own.read_text("utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        root = cgroups / controllers if controllers else cgroups
        folder = root / path.lstrip("/")
        yield from (each for each in (folder, *folder.parents) if each.is_relative_to(root))
