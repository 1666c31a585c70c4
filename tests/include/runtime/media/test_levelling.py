from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from include.runtime.media.audio import SAMPLE_RATE_HZ, Block
from include.runtime.media.levelling import LOUDEST_DBTP, WRITINGS, Peaks, level
from include.runtime.media.loudness import (
    SILENCE_LUFS,
    TRUE_PEAK_DBTP,
    Loudness,
    approached,
    integrated_lufs,
    limited,
    measure,
)


def in_blocks(wave: np.ndarray) -> list[Block]:
    return np.array_split(np.stack([wave, wave]).astype(np.float32), 9, axis=1)


def times_s(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ


def tone() -> list[Block]:
    return in_blocks(0.03 * np.sin(2 * np.pi * 997 * times_s(4.0)))


def clicks(every: int = 24_000, seconds: float = 6.0) -> list[Block]:
    """Noise that needs a limiter for its clicks."""
    noise = np.random.default_rng(0).normal(0, 0.06, round(seconds * SAMPLE_RATE_HZ))
    noise[::every] = 0.9
    return in_blocks(noise)


def crowded() -> list[Block]:
    """So many clicks that limiting takes away more than the tolerance."""
    return clicks(every=960)


def rumbling() -> list[Block]:
    """Ticks over a bass that is most of its energy and little of its loudness: what is foretold is too little."""
    at = times_s(6.0)
    ticks = 0.5 * np.sin(2 * np.pi * 3000 * at) * (at % 0.5 < 0.001)
    return in_blocks(0.4 * np.sin(2 * np.pi * 15 * at) + ticks)


def silence() -> list[Block]:
    return in_blocks(np.zeros(SAMPLE_RATE_HZ))


class Tape:
    """Records what it is given, as loud as it is or a little louder, as encoders do."""

    def __init__(self, added_db: float = 0.0) -> None:
        self._factor = np.float32(10 ** (added_db / 20))
        self.writings = 0
        self.sound: list[Block] = []

    def write(self, sound: Iterator[Block]) -> None:
        self.writings += 1
        self.sound = [block * self._factor for block in sound]

    def check(self) -> Loudness:
        return measure(self.sound)


def gain_for(target_lufs: float, mix: Callable[[], list[Block]]) -> float:
    """The gain that brings what `limited` gives to the target, by measuring it before it is written."""
    before = measure(mix())
    if before.integrated_lufs <= SILENCE_LUFS:
        return 0.0
    gain_db = target_lufs - before.integrated_lufs
    is_under = before.true_peak_dbtp + gain_db <= TRUE_PEAK_DBTP
    return gain_db if is_under else approached(target_lufs, mix, gain_db, TRUE_PEAK_DBTP)


@pytest.mark.parametrize(
    ("mix", "target_lufs", "writings"),
    [
        (tone, -23.0, 1),
        (tone, -9.0, 1),
        (clicks, -16.0, 1),
        (crowded, -14.0, 1),
        (rumbling, -19.0, 2),
        (silence, -16.0, 1),
    ],
)
def test_what_is_written_is_as_loud_as_if_it_had_been_measured_before(
    mix: Callable[[], list[Block]], target_lufs: float, writings: int
) -> None:
    tape, copy = Tape(), Tape()
    found = level(mix, target_lufs, TRUE_PEAK_DBTP, [tape.write, copy.write], tape.check)
    wanted = np.concatenate([*limited(mix(), gain_for(target_lufs, mix))], axis=1)
    assert np.array_equal(np.concatenate(tape.sound, axis=1), wanted)
    assert np.array_equal(np.concatenate(copy.sound, axis=1), wanted)
    assert found == measure([wanted])
    assert tape.writings == copy.writings == writings


def test_a_medium_that_adds_to_the_peaks_is_given_more_room() -> None:
    tape = Tape(added_db=1.0)
    found = level(clicks, -16.0, TRUE_PEAK_DBTP, [tape.write], tape.check)
    assert found.true_peak_dbtp <= LOUDEST_DBTP
    assert tape.writings == 2


def test_a_medium_that_always_adds_too_much_is_left_to_who_asked() -> None:
    tape = Tape()
    found = level(clicks, -16.0, TRUE_PEAK_DBTP, [tape.write], lambda: Loudness(-16.0, 3.0))
    assert found.true_peak_dbtp == 3.0
    assert tape.writings == WRITINGS


def test_what_a_limiter_takes_is_foretold() -> None:
    for mix, gain_db in ((crowded, 3.0), (crowded, 6.0), (tone, 3.0)):
        peaks = Peaks()
        for block in mix():
            peaks.add(block)
        left_lufs = integrated_lufs(limited(mix(), gain_db))
        taken_lu = integrated_lufs(mix()) + gain_db - left_lufs
        assert peaks.taken_lu(gain_db, TRUE_PEAK_DBTP) == pytest.approx(taken_lu, rel=0.3, abs=0.03)


def test_nothing_is_taken_from_silence_and_from_what_lies_under_the_ceiling() -> None:
    peaks = Peaks()
    peaks.add(silence()[0])
    assert peaks.taken_lu(20.0, TRUE_PEAK_DBTP) == 0.0
    for block in tone():
        peaks.add(block)
    assert peaks.taken_lu(10.0, TRUE_PEAK_DBTP) == 0.0
