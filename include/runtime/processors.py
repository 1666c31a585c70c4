"""How many processors this process may use: as many as its affinity names, and no more than its cgroup pays for."""

from __future__ import annotations

import math
import os
from pathlib import Path

from include.runtime.cgroups import CGROUPS, OWN_CGROUPS, own_cgroups


def granted_processors(cgroups: Path = CGROUPS, own: Path = OWN_CGROUPS) -> int:
    """At least 1. A quota of 1.5 processors counts as 2, so that none of it is left idle.

    :param cgroups: where the kernel shows cgroups; their quotas are described in Linux's `cgroup-v2.rst` (`cpu.max`)
        and `sched-bwc.rst` (`cpu.cfs_quota_us`).
    :param own: which of them this process is in.
    """
    affinity = len(os.sched_getaffinity(0))
    quotas = (quota for folder in own_cgroups("cpu", cgroups, own) if (quota := _quota_of(folder)) is not None)
    return max(1, min([affinity, *(math.ceil(quota) for quota in quotas)]))


def _quota_of(folder: Path) -> float | None:
    try:
        if (folder / "cpu.max").exists():
            quota, period = (folder / "cpu.max").read_text("utf-8").split()
        else:
            quota, period = ((folder / f"cpu.cfs_{name}_us").read_text("utf-8") for name in ("quota", "period"))
        share = float(quota) / float(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None
    return share if share > 0 else None
