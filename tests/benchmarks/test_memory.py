"""What is told of a process is its own, however much the one that starts it holds."""

from __future__ import annotations

import subprocess
import sys

PARENT_MIB = 400
ASK = "from benchmarks.memory import own_peak_mib; held = b'x' * ({mib} << 20); print(own_peak_mib())"


def peak_mib(held_mib: int) -> float:
    """What a process tells that holds so much."""
    return float(subprocess.check_output([sys.executable, "-c", ASK.format(mib=held_mib)], text=True))


def test_a_process_tells_of_what_it_held_and_not_of_its_parents_memory() -> None:
    held = b"x" * (PARENT_MIB << 20)
    small = peak_mib(0)
    assert small < PARENT_MIB / 2
    assert small + 190 < peak_mib(200) < small + 210
    assert len(held) == PARENT_MIB << 20
