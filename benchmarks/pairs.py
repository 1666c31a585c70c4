"""Two ways to do the same, timed in turns in one run: wall seconds, and processor seconds of this process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEADER = """\
| what | boto3 s | ours s | boto3 / ours | boto3 processor s | ours | boto3 / ours |
|---|---|---|---|---|---|---|"""
Action = Callable[[int], object]
"""Does one round, which it is told the number of."""


@dataclass(frozen=True)
class Cost:
    """Of one round."""

    wall_s: float
    processor_s: float
    """Of this process, all threads together."""


Pair = tuple[Cost, Cost]
"""Of the bare way and of ours."""


def compare(what: str, bare: Action, ours: Action, rounds: int) -> None:
    """Measure both in turns; print the medians, and the medians of the pairs' ratios."""
    print_pairs(what, [(measured(bare, number), measured(ours, number)) for number in range(rounds)])


def print_pairs(what: str, pairs: Sequence[Pair]) -> None:
    """One line of the table under `HEADER`."""
    wall = _compared([(bare.wall_s, ours.wall_s) for bare, ours in pairs])
    processor = _compared([(bare.processor_s, ours.processor_s) for bare, ours in pairs])
    print(f"| {what} | {wall} | {processor} |", flush=True)


def _compared(pairs: Sequence[tuple[float, float]]) -> str:
    bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    return f"{bare:.2f} | {ours:.2f} | {statistics.median(bare / ours for bare, ours in pairs):.2f}"


def measured(action: Action, number: int) -> Cost:
    """What one round costs."""
    wall_s, processor_s = time.perf_counter(), time.process_time()
    action(number)
    return Cost(time.perf_counter() - wall_s, time.process_time() - processor_s)
