from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from include.runtime.voices.audio import (
    RATE_HZ,
    Samples,
    frame_levels_db,
    loudness_lufs,
    read_wav,
    resampled,
    speech_span,
    write_wav,
)


def tone(frequency_hz: float, duration_s: float, amplitude: float, rate_hz: int = RATE_HZ) -> Samples:
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return (amplitude * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32)


def test_loudness_is_that_of_the_standards_test_tone() -> None:
    # EBU Tech 3341, case 1: 1 kHz at -23 dBFS on both channels is -23 LUFS, so on one channel 3 dB less.
    assert loudness_lufs(tone(1000, 20, 10 ** (-23 / 20))) == pytest.approx(-26.0, abs=0.1)


def test_loudness_leaves_silence_out() -> None:
    loud = tone(1000, 5, 0.1)
    padded = np.concatenate([loud, np.zeros(RATE_HZ * 20, np.float32)])
    assert loudness_lufs(padded) == pytest.approx(loudness_lufs(loud), abs=0.3)


def test_resampling_keeps_length_place_and_pitch() -> None:
    source = np.rint(tone(440, 2, 0.5, 22_050) * 32767).astype("<i2")
    source[:11_025] = 0
    samples = resampled(source.tobytes(), 22_050)
    assert len(samples) == 2 * RATE_HZ
    assert speech_span(samples)[0] == pytest.approx(0.5 * RATE_HZ, abs=RATE_HZ // 100)
    assert abs(samples[RATE_HZ:] - tone(440, 2, 0.5)[RATE_HZ:]).max() < 0.01


def test_the_speech_span_is_what_is_heard() -> None:
    quiet = np.zeros(RATE_HZ, np.float32)
    assert speech_span(np.concatenate([quiet, tone(300, 1, 0.2), quiet])) == (RATE_HZ, 2 * RATE_HZ)
    assert speech_span(quiet) == (0, 0)
    assert speech_span(quiet[:0]) == (0, 0)


def test_a_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    samples = tone(300, 1, 0.2)
    write_wav(tmp_path / "a.wav", samples)
    assert abs(read_wav(tmp_path / "a.wav") - samples).max() <= 1 / 32767
    assert frame_levels_db(samples)[50] == pytest.approx(-17.0, abs=0.2)


def test_a_wav_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
    with pytest.raises(ValueError, match="needs"):
        read_wav(tmp_path / "a.wav")
