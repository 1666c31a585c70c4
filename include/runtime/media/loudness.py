"""Loudness according to ITU-R BS.1770-4 and EBU R 128: measured, brought to a target, with limited true peaks."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av

from include.runtime.media.audio import Block, Chain, decode, filtered, samples_of

TRUE_PEAK_DBTP = -1.5
"""Room for what the AAC encoder adds."""
TOLERANCE_LU = 0.1
GAIN_TRIES = 3
"""So often at most what limiting takes away is measured and made up for."""
SILENCE_LUFS = -70.0
"""The gate of BS.1770: nothing quieter counts."""
_OVERSAMPLED_HZ = 192_000


@dataclass(frozen=True)
class Loudness:
    """The loudness of a whole programme."""

    integrated_lufs: float
    true_peak_dbtp: float


class Meter:
    """Measures what passes through it.

    :param with_peak: the true peak too, which takes twice as long as everything else; without, it stays at -inf.
    """

    def __init__(self, with_peak: bool = False) -> None:
        self._chain = Chain([("ebur128", f"metadata=1{':peak=true' * with_peak}")])
        self._reading: dict[str, str] = {}

    def passing(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Stereo `blocks` as they are; once they have ended, `loudness` is that of all of them."""
        for block in blocks:
            self._read(self._chain.push(block))
            yield block
        self._read(self._chain.rest())

    def _read(self, frames: Iterable[av.AudioFrame]) -> None:
        for frame in frames:
            self._reading = frame.metadata or self._reading

    @property
    def loudness(self) -> Loudness:
        """Of what has passed."""
        integrated = float(self._reading.get("lavfi.r128.I", "-inf"))
        peak = float(self._reading.get("lavfi.r128.true_peak", "0") or 0)
        return Loudness(integrated, 20 * math.log10(peak) if peak > 0 else -math.inf)


def measure(blocks: Iterable[Block]) -> Loudness:
    """Integrated loudness and true peak of stereo `blocks`."""
    meter = Meter(with_peak=True)
    deque(meter.passing(blocks), maxlen=0)
    return meter.loudness


def integrated_lufs(blocks: Iterable[Block]) -> float:
    """Integrated loudness of stereo `blocks`: what `measure` says, in a third of its time."""
    meter = Meter()
    deque(meter.passing(blocks), maxlen=0)
    return meter.loudness.integrated_lufs


def measure_file(path: Path) -> tuple[Loudness, int]:
    """Loudness of a finished file as stereo, and how many samples each of its channels has."""
    samples = 0

    def counted() -> Iterator[Block]:
        nonlocal samples
        for block in decode(path, path.name, "stereo"):
            samples += block.shape[1]
            yield block

    return measure(counted()), samples


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


def approached(
    target_lufs: float,
    blocks: Callable[[], Iterable[Block]],
    gain_db: float,
    ceiling_dbtp: float,
    tries: int = GAIN_TRIES,
) -> float:
    """`gain_db` corrected by what limiting to `ceiling_dbtp` takes away, as often as `tries` says at most."""
    for _ in range(tries):
        error = target_lufs - integrated_lufs(limited(blocks(), gain_db, ceiling_dbtp))
        if abs(error) <= TOLERANCE_LU:
            break
        gain_db += error
    return gain_db
