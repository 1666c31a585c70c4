from __future__ import annotations

from pathlib import Path

import hibari
import numpy as np
import pytest
from hibari import Hibari
from numpy.typing import NDArray

from include.contract.voices import HIBARI_VOICES
from include.runtime.voices.audio import RATE_HZ, Samples, frame_levels_db, seconds
from include.runtime.voices.english import LOWERED_PITCH, MAX_PHONEMES, EnglishVoice

MODEL = Path(hibari.__file__).parent / "assets" / "hibari.onnx"


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


def test_parts_start_where_their_first_word_is_heard_after_a_pause(english: EnglishVoice) -> None:
    spoken = english.speak(["When the rain had stopped,", "the bees came out."], [1])
    assert spoken.starts[0] == 0
    assert spoken.starts[1] == spoken.words[1][0].start
    assert seconds(spoken.samples[: spoken.starts[1]]) == pytest.approx(1.3, abs=0.3)
    levels, start = frame_levels_db(spoken.samples), spoken.starts[1] * 100 // RATE_HZ
    assert levels[start - 20 : start].min() < levels.max() - 25


def test_words_begin_where_they_do_in_the_sound(english: EnglishVoice) -> None:
    part = "Sun, sea, 60 seals, a song, snow."
    spoken = english.speak([part], [1])
    assert [part[word.place :].split()[0] for word in spoken.words[0]] == [
        *("Sun,", "sea,", "60", "seals,", "a", "song,", "snow.")
    ]
    sibilants = [word.start for word in spoken.words[0] if part[word.place] in "Ss6"]
    assert len(sibilants) == 6
    hissing = sibilance_db(spoken.samples)
    for start in sibilants:
        at = start * 100 // RATE_HZ
        begins = next(frame for frame in range(at - 10, at + 10) if hissing[frame : frame + 3].min() > 0)
        assert abs(begins - at) <= 6
    for before, after in zip(spoken.words[0], spoken.words[0][1:], strict=False):
        assert before.end <= after.start


def test_the_durations_change_none_of_the_other_outputs(english: EnglishVoice) -> None:
    plain = Hibari(voice="heart", model=str(MODEL), threads=1)
    ids = plain.ids(plain.g2p("Why do 25 bees hum?"))
    sound = plain.from_ids(ids, rng=np.random.default_rng([1]))
    assert np.array_equal(english.speak(["Why do 25 bees hum?"], [1]).samples, sound)


@pytest.mark.parametrize("text", ["“Bees”, Dr. Smith's 3 km/h; e.g. 6 foot 2!", "$5 & more", "...", "I'd've"])
def test_phonemes_are_read_as_by_hibari_itself(english: EnglishVoice, text: str) -> None:
    plain = Hibari(voice="heart", model=str(MODEL), threads=1)
    sound = plain.from_ids(plain.ids(plain.g2p(text)), rng=np.random.default_rng([1]))
    assert np.array_equal(english.speak([text], [1]).samples, sound)


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


def sibilance_db(samples: Samples) -> NDArray[np.float64]:
    """How much louder it is above 4 kHz than below 2 kHz, every 10 ms."""
    frames = [samples[at : at + 480] * np.hanning(480) for at in range(0, len(samples) - 480, 240)]
    powers = [np.abs(np.fft.rfft(frame)) ** 2 + 1e-9 for frame in frames]
    return np.array([10 * np.log10(power[80:].sum() / power[2:40].sum()) for power in powers])
