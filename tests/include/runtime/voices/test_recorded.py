"""A recorded narration is as loud as all voices, and its text is spread over what is voiced."""

from __future__ import annotations

import numpy as np
import pytest

from include.contract.errors import CorruptInput
from include.runtime.voices.audio import RATE_HZ, Samples, loudness_lufs, seconds
from include.runtime.voices.narrator import LEAD_S, LOUDNESS_LUFS, TAIL_S
from include.runtime.voices.recorded import recorded
from include.runtime.voices.word_times import TimedBy

NOISE = 10 ** (-62 / 20)


def sound(*parts: tuple[float, float]) -> Samples:
    """A buzz of each part's level for its seconds, in a room that is never quite silent."""
    pieces = []
    for level, lasts_s in parts:
        times = np.arange(round(lasts_s * RATE_HZ)) / RATE_HZ
        pieces.append(level * sum(np.sin(2 * np.pi * 140 * number * times) / number for number in range(1, 12)))
    whole = np.concatenate(pieces)
    return np.asarray(whole + NOISE * np.random.default_rng(1).standard_normal(len(whole)), np.float32)


@pytest.mark.parametrize("level", [0.01, 0.1, 0.4])
def test_it_is_as_loud_as_all_voices_and_begins_and_ends_as_they_do(level: float) -> None:
    made = recorded(sound((0, 1.0), (level, 2.0), (0, 1.5)), "A bee.", "en")
    assert loudness_lufs(made.samples) == pytest.approx(LOUDNESS_LUFS, abs=0.3)
    assert seconds(made.samples) == pytest.approx(LEAD_S + 2.0 + TAIL_S, abs=0.1)
    assert made.warnings == ()


def test_lines_and_words_are_spread_over_what_is_voiced_and_over_no_pause() -> None:
    made = recorded(sound((0.1, 1.0), (0, 2.0), (0.1, 1.0)), "One two. Six ten.", "en")
    first, second = made.segments
    assert (first.text, second.text) == ("One two.", "Six ten.")
    assert (first.start_s, first.end_s) == pytest.approx((LEAD_S, LEAD_S + 1.0), abs=0.1)
    assert (second.start_s, second.end_s) == pytest.approx((LEAD_S + 3.0, LEAD_S + 4.0), abs=0.1)
    assert [word.text for word in made.words] == ["One", "two.", "Six", "ten."]
    assert {word.timed_by for word in made.words} == {TimedBy.LETTERS}
    times = [at for word in made.words for at in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert made.words[2].start_s >= second.start_s


def test_a_short_silence_is_within_what_is_said() -> None:
    first, second = recorded(sound((0.1, 0.5), (0, 0.1), (0.1, 0.5)), "Bees fly.", "en").words
    assert first.end_s == second.start_s


def test_a_recording_with_one_loud_bang_says_that_it_is_quieter() -> None:
    made = recorded(sound((0.02, 3.0), (0.5, 0.003), (0.02, 3.0)), "A bee.", "en")
    (warning,) = made.warnings
    assert warning.endswith("LU quieter than other voices, for its peak")
    assert np.abs(made.samples).max() <= 1


@pytest.mark.parametrize("samples", [sound((0, 3.0)), np.zeros(RATE_HZ, np.float32), np.zeros(0, np.float32)])
def test_one_in_which_nothing_is_heard_is_refused(samples: Samples) -> None:
    with pytest.raises(CorruptInput, match="is silent .* bring one that is heard, or say `speech: none`"):
        recorded(samples, "A bee.", "en")
