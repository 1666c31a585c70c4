"""Loudness according to ITU-R BS.1770-4 and EBU R 128: measured, brought to a target, with limited true peaks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av

from include.runtime.media.audio import Block, decode, filtered, samples_of

TRUE_PEAK_DBTP = -1.5
"""Room for what the AAC encoder adds."""
TOLERANCE_LU = 0.1
SILENCE_LUFS = -70.0
"""The gate of BS.1770: nothing quieter counts."""
_OVERSAMPLED_HZ = 192_000


@dataclass(frozen=True)
class Loudness:
    """The loudness of a whole programme."""

    integrated_lufs: float
    true_peak_dbtp: float


def measure(blocks: Iterable[Block]) -> Loudness:
    """Integrated loudness and true peak of stereo `blocks`."""
    return _last_reading(filtered(blocks, [("ebur128", "metadata=1:peak=true")]))


def measure_file(path: Path) -> tuple[Loudness, int]:
    """Loudness of a finished file as stereo, and how many samples each of its channels has."""
    samples = 0

    def counted() -> Iterator[Block]:
        nonlocal samples
        for block in decode(path, path.name, "stereo"):
            samples += block.shape[1]
            yield block

    return measure(counted()), samples


def _last_reading(frames: Iterable[av.AudioFrame]) -> Loudness:
    reading: dict[str, str] = {}
    for frame in frames:
        reading = frame.metadata or reading
    integrated = float(reading.get("lavfi.r128.I", "-inf"))
    peak = float(reading.get("lavfi.r128.true_peak", "0") or 0)
    return Loudness(integrated, 20 * math.log10(peak) if peak > 0 else -math.inf)


def limited(blocks: Iterable[Block], gain_db: float, ceiling_dbtp: float = TRUE_PEAK_DBTP) -> Iterator[Block]:
    """Stereo `blocks` made louder by `gain_db`, their true peaks held under `ceiling_dbtp`."""
    chain = [
        ("volume", f"{gain_db:.6f}dB:precision=float"),
        ("aresample", f"{_OVERSAMPLED_HZ}"),
        ("alimiter", f"limit={10 ** (ceiling_dbtp / 20):.6f}:level=0:attack=4:release=60:latency=1"),
        ("aresample", "48000"),
        ("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
    ]
    for frame in filtered(blocks, chain):
        yield samples_of(frame)


def gain_towards(
    target_lufs: float, blocks: Callable[[], Iterable[Block]], ceiling_dbtp: float = TRUE_PEAK_DBTP
) -> float:
    """The gain in dB at which `limited` brings the programme that `blocks` starts anew to `target_lufs`.

    A silent programme keeps its level.
    """
    before = measure(blocks())
    if before.integrated_lufs <= SILENCE_LUFS:
        return 0.0
    gain_db = target_lufs - before.integrated_lufs
    if before.true_peak_dbtp + gain_db <= ceiling_dbtp:
        return gain_db
    for _ in range(3):
        error = target_lufs - measure(limited(blocks(), gain_db, ceiling_dbtp)).integrated_lufs
        if abs(error) <= TOLERANCE_LU:
            break
        gain_db += error
    return gain_db
