from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from include.contract.errors import CorruptInput
from include.runtime.media.speech import TIMING_TOLERANCE_S, read_timing, speech_duration_s
from tests.include.runtime.composition.media import write_wav


def timing_file(folder: Path, end_s: float) -> Path:
    path = folder / "timing.json"
    segment = {"text": "Bees hum.", "start_s": 0.0, "end_s": end_s}
    path.write_text(json.dumps({"duration_s": end_s, "segments": [segment]}))
    return path


def test_speech_lasts_as_long_as_its_frames_play(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "speech.wav", np.zeros(36_000))
    assert speech_duration_s(path, "speech/01") == 1.5


def test_speech_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "speech.wav", np.zeros(36_000))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(CorruptInput, match="speech/01 is cut short: its header promises 36000 frames"):
        speech_duration_s(path, "speech/01")


def test_a_timing_may_reach_a_little_past_its_speech_and_no_further(tmp_path: Path) -> None:
    assert read_timing(timing_file(tmp_path, 1.0 + TIMING_TOLERANCE_S), "timing/01", 1.0).segments[0].start_s == 0.0
    with pytest.raises(CorruptInput, match=r"timing/01 times words up to 1\.26 s, but its speech lasts 1\.00 s"):
        read_timing(timing_file(tmp_path, 1.01 + TIMING_TOLERANCE_S), "timing/01", 1.0)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ({"text": "Bees", "start_s": 0.0, "end_s": 0.5}, "other letters in its words than in its segments"),
        ({"text": "Bees hum.", "start_s": 0.5, "end_s": 0.4}, "a word that ends before it starts"),
        ({"text": "Bees hum.", "start_s": 0.5, "end_s": 2.0}, r"times words up to 2\.00 s"),
    ],
)
def test_words_that_are_not_those_of_the_segments_are_refused(
    tmp_path: Path, word: dict[str, object], said: str
) -> None:
    path = timing_file(tmp_path, 1.0)
    path.write_text(json.dumps({**json.loads(path.read_text()), "words": [word]}))
    with pytest.raises(CorruptInput, match=f"timing/01 .*{said}"):
        read_timing(path, "timing/01", 1.0)
