from __future__ import annotations

import numpy as np
import pytest

from include.contract.voices import HIBARI_VOICES
from include.runtime.voices.audio import RATE_HZ, Samples, frame_levels_db, seconds
from include.runtime.voices.english import LOWERED_PITCH, MAX_PHONEMES, EnglishVoice


def test_the_voices_of_the_table_are_those_in_the_wheel() -> None:
    from hibari.voices import VOICES

    in_wheel = {name: voice["language"] for name, voice in VOICES.items() if voice.get("bundled")}
    assert in_wheel == HIBARI_VOICES


def test_the_fourier_transform_is_numpys_whatever_else_is_installed() -> None:
    from hibari import dsp

    assert dsp.FFT_BACKEND == "numpy"


def test_the_same_seed_gives_the_same_sound_and_another_one_another(english: EnglishVoice) -> None:
    first, again, other = (english.speak(["Six sheep."], [seed]).samples for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_parts_start_in_the_pause_before_them(english: EnglishVoice) -> None:
    spoken = english.speak(["When the rain had stopped,", "the bees came out."], [1])
    assert spoken.starts[0] == 0
    assert seconds(spoken.samples[: spoken.starts[1]]) == pytest.approx(1.3, abs=0.3)
    levels = frame_levels_db(spoken.samples)
    assert levels[spoken.starts[1] * 100 // RATE_HZ] < levels.max() - 25


def test_parts_that_are_too_long_together_are_all_spoken(english: EnglishVoice) -> None:
    part = "The quick brown fox jumps over the lazy dog, and runs away,"
    spoken = english.speak([part] * 12, [1])
    alone_s = seconds(english.speak([part], [1]).samples)
    assert len(part) * 12 > MAX_PHONEMES
    assert len(spoken.starts) == 12
    assert list(spoken.starts) == sorted(spoken.starts)
    assert seconds(spoken.samples) == pytest.approx(12 * alone_s, rel=0.15)


def test_a_lowered_voice_says_the_same_as_long_and_deeper(english: EnglishVoice) -> None:
    plain, lowered = (english.speak(["Why do bees hum?"], [1], is_lowered).samples for is_lowered in (False, True))
    assert len(plain) == len(lowered)
    assert pitch_hz(lowered) == pytest.approx(pitch_hz(plain) * LOWERED_PITCH, rel=0.1)
    assert np.abs(lowered).max() < 2 * np.abs(plain).max()


def pitch_hz(samples: Samples) -> float:
    """Median over frames of 50 ms, by autocorrelation."""
    frames = [samples[at : at + 1200].astype(np.float64) for at in range(0, len(samples) - 1200, 600)]
    voiced = [np.correlate(one, one, "full")[1199:] for one in frames if (one**2).mean() > 1e-4]
    lags = [int(np.argmax(one[60:400])) + 60 for one in voiced]
    return float(np.median([RATE_HZ / lag for lag in lags]))
