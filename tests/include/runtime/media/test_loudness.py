from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from include.runtime.media.audio import SAMPLE_RATE_HZ, Block
from include.runtime.media.loudness import TRUE_PEAK_DBTP, approached, limited, measure, measure_file


def tone(level_db: float, seconds: float = 4.0) -> list[Block]:
    """A 997 Hz sine in both channels: EBU Tech 3341 says its loudness is its level."""
    times = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    wave = (10 ** (level_db / 20) * np.sin(2 * np.pi * 997 * times)).astype(np.float32)
    return np.array_split(np.stack([wave, wave]), 9, axis=1)


def peaky(seconds: float = 6.0) -> list[Block]:
    """Quiet noise with loud clicks: only a limiter lets it be loud."""
    noise = np.random.default_rng(0).normal(0, 0.02, round(seconds * SAMPLE_RATE_HZ)).astype(np.float32)
    noise[::9600] = 0.9
    return np.array_split(np.stack([noise, noise]), 9, axis=1)


def test_a_sine_is_as_loud_as_its_level() -> None:
    assert measure(tone(-23.0)).integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_a_finished_file_is_measured_and_counted_whole(tmp_path: Path) -> None:
    times = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    sine = 10 ** (-20 / 20) * np.sin(2 * np.pi * 997 * times)
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setparams((2, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        file.writeframes(np.repeat((sine * 32767).astype("<i2"), 2).tobytes())
    found, samples = measure_file(tmp_path / "tone.wav")
    assert samples == 2 * SAMPLE_RATE_HZ
    assert found.integrated_lufs == pytest.approx(-20.0, abs=0.1)


@pytest.mark.parametrize("target_lufs", [-9.0, -16.0, -23.0])
@pytest.mark.parametrize("make", [lambda: tone(-30), peaky], ids=["tone", "peaky"])
def test_the_target_is_met_under_the_true_peak_limit(target_lufs: float, make) -> None:
    gain_db = target_lufs - measure(make()).integrated_lufs
    gain_db = approached(target_lufs, make, gain_db, TRUE_PEAK_DBTP)
    result = measure(limited(make(), gain_db))
    assert result.integrated_lufs == pytest.approx(target_lufs, abs=0.3)
    assert result.true_peak_dbtp <= TRUE_PEAK_DBTP + 0.2


def test_limiting_keeps_length_and_time() -> None:
    def click() -> Iterator[Block]:
        block = np.zeros((2, 30_011), np.float32)
        block[:, 20_000] = 0.2
        yield block

    result = np.concatenate(list(limited(click(), 0.0)), axis=1)
    assert result.shape == (2, 30_011)
    assert int(np.abs(result[0]).argmax()) == 20_000
