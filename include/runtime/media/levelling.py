"""A programme is written at its loudness and below its true peak: mixed once to be measured, once to be written.

Limiting takes away loudness, so the gain has to be found by trying. What it takes is foretold from the first mix; where
that is within the tolerance, the files are written at once, and what was taken is measured on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from include.runtime.media.audio import BLOCK_SAMPLES, Block, BlockReader
from include.runtime.media.listeners import Listener, play_to
from include.runtime.media.loudness import (
    GAIN_TRIES,
    SILENCE_LUFS,
    TOLERANCE_LU,
    Loudness,
    Meter,
    approached,
    limited,
)

LOUDEST_DBTP = -1.0
"""No finished file's true peak is above."""
WRITINGS = 3
"""So often a programme is written to whose peaks the encoders add more than there was room for."""
_SPARE_DB = 0.5


def level(
    mix: Callable[[], Iterable[Block]],
    target_lufs: float,
    ceiling_dbtp: float,
    writers: Sequence[Listener],
    check: Callable[[], Loudness],
) -> Loudness:
    """Have `writers` write the stereo programme that `mix` starts anew, at `target_lufs`; what `check` found at last.

    Each writer gets all of it in a thread of its own, and gets it again, to write over, where that proves necessary. A
    silent programme keeps its level.

    :param ceiling_dbtp: under which true peaks are held before they are encoded.
    :param check: measures what was written; of several files the higher true peak.
    """
    programme = _Programme(mix, target_lufs, writers)
    for _ in range(WRITINGS):
        programme.write(ceiling_dbtp)
        found = check()
        excess_db = found.true_peak_dbtp - LOUDEST_DBTP
        if excess_db <= 0:
            break
        ceiling_dbtp -= excess_db + _SPARE_DB
    return found


class _Programme:
    def __init__(self, mix: Callable[[], Iterable[Block]], target_lufs: float, writers: Sequence[Listener]) -> None:
        self._mix, self._target_lufs, self._writers = mix, target_lufs, writers
        self._meter, self._peaks = Meter(), Peaks()
        play_to([self._measure], mix())
        self._lufs = self._meter.loudness.integrated_lufs

    def _measure(self, sound: Iterator[Block]) -> None:
        reader = BlockReader(self._meter.passing(sound))
        while (block := reader.read(BLOCK_SAMPLES)).shape[1]:
            self._peaks.add(block)

    def write(self, ceiling_dbtp: float) -> None:
        """Write all files once, or twice if limiting took more than was foretold."""
        if self._lufs <= SILENCE_LUFS:
            self._play(limited(self._mix(), 0.0, ceiling_dbtp))
            return
        gain_db, tries = self._target_lufs - self._lufs, GAIN_TRIES
        if self._peaks.taken_lu(gain_db, ceiling_dbtp) <= TOLERANCE_LU:
            meter = Meter()
            self._play(meter.passing(limited(self._mix(), gain_db, ceiling_dbtp)))
            error = self._target_lufs - meter.loudness.integrated_lufs
            if abs(error) <= TOLERANCE_LU:
                return
            gain_db, tries = gain_db + error, GAIN_TRIES - 1
        gain_db = approached(self._target_lufs, self._mix, gain_db, ceiling_dbtp, tries)
        self._play(limited(self._mix(), gain_db, ceiling_dbtp))

    def _play(self, sound: Iterator[Block]) -> None:
        play_to(self._writers, sound)


class Peaks:
    """How much of a sound lies under which peaks, in steps of a quarter of a decibel, however long it is.

    A limiter turns down the loudest sample and what comes soon after it. Of ten voices at gains of 4 to 8 dB, what is
    foretold was within a third of what was then taken, and within 0.02 LU where that was 0.1.
    """

    STEP_SAMPLES = 480
    HELD_STEPS = 2
    """So much later sound is turned down as well; the limiter lets go within 6 steps."""
    _LOWEST_DB, _STEPS_PER_DB, _COUNT = -100, 4, 480

    def __init__(self) -> None:
        self._energies = np.zeros(self._COUNT)
        self._before = np.zeros(self.HELD_STEPS, np.float32)

    def add(self, block: Block) -> None:
        """What comes next; of each block, an end shorter than a step is left out."""
        count = block.shape[1] // self.STEP_SAMPLES
        steps = block[:, : count * self.STEP_SAMPLES].reshape(block.shape[0], count, self.STEP_SAMPLES)
        peaks = np.concatenate([self._before, np.abs(steps).max(axis=(0, 2))])
        held = np.max([peaks[late : late + count] for late in range(self.HELD_STEPS + 1)], axis=0)
        self._before = peaks[count:]
        levels_db = 20 * np.log10(np.maximum(held, 1e-5))
        numbers = np.ceil((levels_db - self._LOWEST_DB) * self._STEPS_PER_DB)
        numbers = np.clip(numbers, 0, self._COUNT - 1).astype(np.int64)
        self._energies += np.bincount(numbers, np.square(steps).sum(axis=(0, 2)), self._COUNT)

    def taken_lu(self, gain_db: float, ceiling_dbtp: float) -> float:
        """About how much loudness is lost where the sound, made louder by `gain_db`, is held under `ceiling_dbtp`."""
        levels_db = self._LOWEST_DB + (np.arange(self._COUNT) - 0.5) / self._STEPS_PER_DB + gain_db
        left = self._energies @ 10 ** (np.minimum(0, ceiling_dbtp - levels_db) / 10)
        return float(10 * np.log10(self._energies.sum() / left)) if left > 0 else 0.0
