"""Speech and its timing, as stages made them: read and checked against each other."""

from __future__ import annotations

import math
import wave
from collections.abc import Sequence
from pathlib import Path

from include.contract.errors import CorruptInput
from include.contract.parsing import model_in
from include.contract.timing import TimedText, Timing

TIMING_TOLERANCE_S = 0.25
"""How far a timing file may reach past its speech before the two cannot belong together."""


def speech_duration_s(path: Path, name: str) -> float:
    """Length in seconds of the 16-bit PCM WAV file at `path`.

    :raises CorruptInput: not such a file, empty, or cut short.
    """
    try:
        with wave.open(str(path)) as speech:
            frames, rate = speech.getnframes(), speech.getframerate()
            channels, sample_bytes = speech.getnchannels(), speech.getsampwidth()
    except (wave.Error, EOFError) as error:
        raise CorruptInput(f"input {name} is not a PCM WAV file: {error or 'it ends early'}") from error
    if sample_bytes != 2 or rate <= 0 or frames <= 0:
        raise CorruptInput(
            f"input {name} has {frames} frames of {8 * sample_bytes} bits at {rate} Hz; "
            "speech is 16-bit PCM of at least one frame"
        )
    if path.stat().st_size < frames * channels * sample_bytes:
        raise CorruptInput(f"input {name} is cut short: its header promises {frames} frames")
    return float(frames / rate)


def read_timing(path: Path, name: str, speech_s: float | None = None) -> Timing:
    """The timing file of a speech of `speech_s` seconds, or of as many as it says.

    :raises CorruptInput: not such a file, or not of this speech; the message says `name`.
    """
    timing = model_in(Timing, path.read_bytes(), f"input {name}, a timing file,")
    speech_s = timing.duration_s if speech_s is None else speech_s
    if not 0 <= timing.duration_s < math.inf:
        raise CorruptInput(f"input {name} has a speech of {timing.duration_s} s; allowed: a length from 0")
    last_end_s = max((part.end_s for part in (*timing.segments, *timing.words)), default=0.0)
    if last_end_s > speech_s + TIMING_TOLERANCE_S:
        raise CorruptInput(f"input {name} times words up to {last_end_s:.2f} s, but its speech lasts {speech_s:.2f} s")
    for what, parts in (("segment", timing.segments), ("word", timing.words)):
        if any(part.start_s < 0 or part.end_s < part.start_s for part in parts):
            raise CorruptInput(f"input {name} has a {what} that ends before it starts, or starts before 0")
    if timing.words and _letters(timing.words) != _letters(timing.segments):
        raise CorruptInput(
            f"input {name} has other letters in its words than in its segments; words are all that segments hold, "
            "blanks excepted"
        )
    return timing


def _letters(parts: Sequence[TimedText]) -> str:
    return "".join("".join(part.text.split()) for part in parts)
