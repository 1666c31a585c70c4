"""Upscaling in tiles against the whole picture at once: same bytes, seconds, peak memory.

Every figure is of a process of its own, ways in turns. The whole at once leaves its threads to torch; tiles run side by
side with one thread each.
"""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import torch

from benchmarks.memory import own_peak_mib
from include.runtime.pictures.esrgan import Borders, Network
from include.runtime.pictures.opening import Rgb
from include.runtime.pictures.upscaler import MARGIN_PX, TILE_PX, Upscaler
from tests.include.runtime.illustrator.parts import UPSCALER

ROUNDS = 3
SIDE_PX, LARGE_PX = 512, 1024
TILES_PX = (64, 128, 256)
THREADS = (1, 2)


class Run(NamedTuple):
    """What one process measured."""

    wall_s: float
    spent_s: float
    peak_mib: float
    sha256: str


def main() -> None:
    """Print both tables."""
    whole_ways = [f"whole {threads}" for threads in THREADS]
    ways = [*whole_ways, *(f"tiles {tile} {threads}" for tile in TILES_PX for threads in THREADS)]
    rounds = [{way: measured(way) for way in ways} for _ in range(ROUNDS)]
    print(f"{SIDE_PX}×{SIDE_PX} px to {SIDE_PX * 4}×{SIDE_PX * 4}, medians of {ROUNDS}; idle: {idle_mib():.0f} MiB\n")
    print("| way | wall s | / whole | processor s | peak MiB | same bytes |\n|---|---|---|---|---|---|")
    for way in ways:
        print(f"| {label(way)} | {' | '.join(cells(rounds, way))} |", flush=True)
    memory()


def memory() -> None:
    """Print the peak for a small and a large picture, less what an idle process holds."""
    idle = idle_mib()
    print(f"\n| way | MiB for {SIDE_PX} px | MiB for {LARGE_PX} px |\n|---|---|---|")
    for way in ("whole 2", f"tiles {TILE_PX} 2"):
        peaks = [measured(way, side).peak_mib - idle for side in (SIDE_PX, LARGE_PX)]
        print(f"| {label(way)} | {' | '.join(f'{peak:.0f}' for peak in peaks)} |", flush=True)


def cells(rounds: list[dict[str, Run]], way: str) -> list[str]:
    """Medians of `way`, and of each round's ratio to the whole at once with as many threads."""
    whole = f"whole {way.split()[-1]}"
    ratio = statistics.median(one[way].wall_s / one[whole].wall_s for one in rounds)
    wall_s, spent_s, peak_mib = (statistics.median(one[way][figure] for one in rounds) for figure in (0, 1, 2))
    same = len({one[name].sha256 for one in rounds for name in ("whole 1", way)}) == 1
    return [f"{wall_s:.2f}", f"{ratio:.2f}", f"{spent_s:.2f}", f"{peak_mib:.0f}", "yes" if same else "NO"]


def label(way: str) -> str:
    """`way` in words."""
    kind, *numbers = way.split()
    threads = "1 thread" if numbers[-1] == "1" else f"{numbers[-1]} threads"
    return f"whole at once, {threads} in torch" if kind == "whole" else f"tiles of {numbers[0]} px, {threads}"


def measured(way: str, side_px: int = SIDE_PX) -> Run:
    """Figures of `way` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.upscaling", str(side_px), *way.split()]
    child = subprocess.run(command, capture_output=True, text=True, check=True)
    *figures, sha256 = child.stdout.split()
    return Run(*map(float, figures), sha256)


def idle_mib() -> float:
    """Peak of a process that has loaded everything and enlarged nothing."""
    return measured("idle 1").peak_mib


def photo(side_px: int) -> Rgb:
    """A photo-like picture: clouds of every size from the whole down to grain."""
    chance = np.random.default_rng(5)
    picture = np.zeros((side_px, side_px, 3), np.float32)
    for cells_across in (3, 9, 27, 81, 243):
        noise = chance.normal(size=(cells_across, cells_across, 3)).astype(np.float32)
        picture += cv2.resize(noise, (side_px, side_px), interpolation=cv2.INTER_CUBIC) / cells_across**0.8
    low, high = np.quantile(picture, (0.01, 0.99))
    return np.clip((picture - low) / (high - low) * 255, 0, 255).astype(np.uint8)


def whole(picture: Rgb) -> Rgb:
    """All of it through the network at once."""
    padded = np.pad(picture, ((MARGIN_PX, MARGIN_PX), (MARGIN_PX, MARGIN_PX), (0, 0)), mode="edge")
    network = Network(UPSCALER)
    with torch.inference_mode():
        pixels = network.enlarge(torch.from_numpy(padded.transpose(2, 0, 1).copy()), Borders(True, True, True, True))
    cut = slice(MARGIN_PX * 4, -MARGIN_PX * 4)
    return np.ascontiguousarray(pixels.numpy().transpose(1, 2, 0)[cut, cut])


def way_of(kind: str, numbers: list[int]) -> Callable[[Rgb], Rgb]:
    """What a child process does with the picture."""
    if kind == "whole":
        torch.set_num_threads(numbers[0])
        return whole
    upscaler = Upscaler(UPSCALER)
    if kind == "idle":
        return lambda picture: picture
    return lambda picture: upscaler.enlarge(picture, numbers[0], numbers[1])


def child(side_px: str, kind: str, *numbers: str) -> None:
    """Enlarge, and print seconds, peak memory and digest."""
    enlarge, picture = way_of(kind, [int(number) for number in numbers]), photo(int(side_px))
    wall_s, spent_s = time.perf_counter(), time.process_time()
    large = enlarge(picture)
    wall_s, spent_s = time.perf_counter() - wall_s, time.process_time() - spent_s
    print(wall_s, spent_s, own_peak_mib(), hashlib.sha256(large.tobytes()).hexdigest())


if __name__ == "__main__":
    child(*sys.argv[1:]) if len(sys.argv) > 1 else main()
