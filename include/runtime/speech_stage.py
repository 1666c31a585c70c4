"""What the speech stages have in common: both engines, their files, and the checks of those."""

from __future__ import annotations

import json
import re
import wave
from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import JsonValue

from include.contract.digital_source import DigitalSource
from include.contract.errors import CheckFailed
from include.contract.voices import Voice
from include.runtime.languages.widths import columns_of
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Work
from include.runtime.voices.audio import frame_levels_db, loudness_lufs, read_wav, seconds, silence, write_wav
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
        spoken_by = {
            "engine": told.voice.engine.value,
            "voice": told.voice.name,
            "spoken_language": told.voice.language,
        }
        return written(work.scratch, narration, told.voice.engine.digital_source, spoken_by, self._least_s(work))

    def _least_s(self, work: Work) -> float:
        """How long the speech lasts at least, with the silence after it."""
        return 0.0


def written(
    scratch: Path,
    narration: Narration,
    source: DigitalSource | None,
    spoken_by: Mapping[str, JsonValue],
    least_s: float = 0.0,
    is_silent: bool = False,
) -> ItemResult:
    """`narration` as the files of a speech stage, checked.

    :param source: what spoke it.
    :param spoken_by: the same for people.
    :param least_s: how long the speech lasts at least, with the silence after it.
    :param is_silent: whether nobody speaks because that was asked for.
    """
    speech, timing = scratch / "speech.wav", scratch / "timing.json"
    spoken_s = seconds(narration.samples)
    lasting = np.concatenate([narration.samples, silence(max(0.0, least_s - spoken_s))])
    write_wav(speech, lasting)
    timing.write_text(_timing_json(narration, seconds(lasting), source, is_silent), "utf-8")
    _check(speech, timing, narration.spoken_text, seconds(lasting) - spoken_s)
    return ItemResult(
        outputs=(Output("speech", speech, "audio/wav"), Output("timing", timing, "application/json")),
        attributes=_attributes(narration, seconds(lasting), spoken_by),
    )


def _timing_json(narration: Narration, lasts_s: float, source: DigitalSource | None, is_silent: bool) -> str:
    segments, words = (
        [{"text": part.text, "start_s": part.start_s, "end_s": part.end_s} for part in parts]
        for parts in (narration.segments, narration.words)
    )
    content = {
        "duration_s": round(lasts_s, 3),
        "digital_source": source,
        **({"is_silent": True} if is_silent else {}),
        "segments": segments,
        "words": words,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _attributes(narration: Narration, lasts_s: float, spoken_by: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {
        "duration_s": round(lasts_s, 3),
        **spoken_by,
        "loudness_lufs": round(loudness_lufs(narration.samples), 1),
        "words": len(_WORD.findall(narration.spoken_text)),
        "words_timed_by": _timed_by(narration),
        "warnings": list(narration.warnings),
    }


def _timed_by(narration: Narration) -> dict[str, JsonValue]:
    """How many of the written words each way of timing them has timed."""
    counts = Counter(word.timed_by.value for word in narration.words if word.timed_by)
    return {way.value: counts[way.value] for way in TimedBy if counts[way.value]}


def _check(speech: Path, timing: Path, spoken_text: str, followed_s: float = 0.0) -> None:
    """Open both files again.

    :param followed_s: how much of the sound is silence after the speech.

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
    check_pace(duration_s - followed_s, spoken_text)


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
