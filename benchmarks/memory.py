"""How much memory a process of a benchmark has held."""

from __future__ import annotations

from pathlib import Path


def own_peak_mib() -> float:
    """Of this process alone; what the system tells of a child counts its parent's memory at its start."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
