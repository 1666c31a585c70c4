"""What the speech stages have in common: both engines, their files, and the checks of those."""

from __future__ import annotations

import json
import re
import wave
from abc import abstractmethod
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import JsonValue

from include.contract.errors import CheckFailed
from include.contract.voices import Voice
from include.runtime.languages.widths import columns_of
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Work
from include.runtime.voices.audio import frame_levels_db, loudness_lufs, read_wav, seconds, write_wav
from include.runtime.voices.english import EnglishVoice
from include.runtime.voices.espeak import EspeakVoice
from include.runtime.voices.narrator import Narration, Narrator
from include.runtime.voices.word_times import TimedBy

QUIETEST_RMS_DBFS = -45.0
FASTEST_COLUMNS_PER_S = 32.0
"""Speech is at most this fast, a wide (CJK) character counted as two columns; a faster one left words out."""
SLOWEST_S_PER_COLUMN = 1.5
"""Letters spelled out and digits read one by one lie well below."""

_WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
"""A Chinese character counts as one."""


@dataclass(frozen=True)
class Utterance:
    """What is to be spoken."""

    text: str
    voice: Voice
    language: str


class SpeechStage(ItemStage):
    """Speaks with hibari (English) or espeak-ng (every other language).

    A text without anything to speak, such as a single emoji, is shown in silence, with a warning.
    """

    silent_s: ClassVar[float]
    """How long such a text is shown at least."""

    def setup(self, model: ModelFiles) -> None:
        """Load hibari's model; espeak's process starts when it is first needed."""
        super().setup(model)
        self._espeak = EspeakVoice(model.files["espeak-library"], model.files["espeak-data"])
        self._narrator = Narrator(EnglishVoice(model.files["hibari"]), self._espeak)

    def teardown(self) -> None:
        """End espeak's process."""
        self._espeak.close()

    @abstractmethod
    def _told(self, work: Work) -> Utterance:
        """What the item says, and who says it."""

    def make_item(self, work: Work) -> ItemResult:
        """Speak one text and time it."""
        told = self._told(work)
        narration = self._narrator.narrate(told.text, told.voice, told.language, work.seed(0), self.silent_s)
        speech, timing = work.scratch / "speech.wav", work.scratch / "timing.json"
        write_wav(speech, narration.samples)
        timing.write_text(_timing_json(narration, told.voice), "utf-8")
        _check(speech, timing, narration.spoken_text)
        return ItemResult(
            outputs=(Output("speech", speech, "audio/wav"), Output("timing", timing, "application/json")),
            attributes=_attributes(narration, told.voice),
        )


def _timing_json(narration: Narration, voice: Voice) -> str:
    segments, words = (
        [{"text": part.text, "start_s": part.start_s, "end_s": part.end_s} for part in parts]
        for parts in (narration.segments, narration.words)
    )
    content = {
        "duration_s": round(seconds(narration.samples), 3),
        "digital_source": voice.engine.digital_source,
        "segments": segments,
        "words": words,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _attributes(narration: Narration, voice: Voice) -> dict[str, JsonValue]:
    return {
        "duration_s": round(seconds(narration.samples), 3),
        "engine": voice.engine.value,
        "voice": voice.name,
        "spoken_language": voice.language,
        "loudness_lufs": round(loudness_lufs(narration.samples), 1),
        "words": len(_WORD.findall(narration.spoken_text)),
        "words_timed_by": _timed_by(narration),
        "warnings": list(narration.warnings),
    }


def _timed_by(narration: Narration) -> dict[str, JsonValue]:
    """How many of the written words each way of timing them has timed."""
    counts = Counter(word.timed_by.value for word in narration.words if word.timed_by)
    return {way.value: counts[way.value] for way in TimedBy if counts[way.value]}


def _check(speech: Path, timing: Path, spoken_text: str) -> None:
    """Open both files again.

    :raises CheckFailed: they do not decode, differ in length, or what is said is silent, or as long as it cannot be.
    """
    try:
        samples = read_wav(speech)
    except (wave.Error, EOFError, ValueError) as wrong:
        raise CheckFailed(f"the finished speech does not decode: {wrong}") from wrong
    duration_s, timed_s = seconds(samples), json.loads(timing.read_text("utf-8"))["duration_s"]
    if abs(duration_s - timed_s) > 0.01:
        raise CheckFailed(
            f"speech lasts {duration_s:.3f} s, its timing says {timed_s:.3f} s; allowed: a difference of 0.01 s"
        )
    if not spoken_text:
        return
    loudest_dbfs = float(frame_levels_db(samples).max(initial=-120.0))
    if loudest_dbfs < QUIETEST_RMS_DBFS:
        raise CheckFailed(f"speech is silent: {loudest_dbfs:.0f} dBFS at its loudest, needs {QUIETEST_RMS_DBFS:.0f}")
    check_pace(duration_s, spoken_text)


def check_pace(duration_s: float, spoken_text: str) -> None:
    """Refuse speech that is too short or too long for its text.

    :raises CheckFailed: words are missing, or something was spoken that is not in the text.
    """
    columns = columns_of("".join(spoken_text.split()))
    shortest_s, longest_s = columns / FASTEST_COLUMNS_PER_S, 2.0 + columns * SLOWEST_S_PER_COLUMN
    if not shortest_s <= duration_s <= longest_s:
        raise CheckFailed(
            f"speech of {columns} columns of text lasts {duration_s:.2f} s; "
            f"{shortest_s:.2f} to {longest_s:.2f} s are plausible, so words are missing or doubled"
        )
