"""`speech.narration`: a scene's narration becomes speech, and the time at which each line of it is heard.

One that the brief brings a recording of is heard as it was recorded; one of which nothing is to be heard is only shown.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import cast

import numpy as np

from include.contract.errors import CorruptInput
from include.contract.params import SpeechNarrationParams
from include.contract.parsing import model_in
from include.contract.scene_settings import SPEECH_SETTING, SpeechSetting
from include.contract.voices import resolve_voice
from include.runtime.own.child import decoded
from include.runtime.speech_stage import SpeechStage, Utterance, written
from include.runtime.stage import ItemResult, Work
from include.runtime.voices.audio import RATE_HZ
from include.runtime.voices.narrator import in_silence
from include.runtime.voices.recorded import recorded

OWN = "own"
"""The input that is the recording that the brief brings."""


class SpeechNarrationStage(SpeechStage):
    """Speaks each narration with one voice."""

    silent_s = 2.0
    """Its picture is looked at meanwhile."""

    def make_item(self, work: Work) -> ItemResult:
        """Speak one narration, or conform its recording, and time it."""
        setting, params = _setting(work), cast(SpeechNarrationParams, work.params)
        if OWN in work.inputs:
            return _brought(work, params.language, setting)
        if setting.is_silent:
            text = _read_text(work.inputs["narration"])
            shown = in_silence(text, params.language, self.silent_s, setting.seconds)
            return written(work.scratch, shown, None, {"voice": "none"}, is_silent=True)
        return super().make_item(work)

    def _least_s(self, work: Work) -> float:
        return _setting(work).seconds or 0.0

    def _told(self, work: Work) -> Utterance:
        params = SpeechNarrationParams.model_validate(work.params)
        voice = resolve_voice(params.voice, params.language)
        return Utterance(_read_text(work.inputs["narration"]), voice, params.language)


def _brought(work: Work, language: str, setting: SpeechSetting) -> ItemResult:
    """The recording that the brief brings."""
    what = work.brought(OWN, "the recording")
    with decoded("recording", work.inputs[OWN], what, work.limits, rate_hz=RATE_HZ) as found:
        told, pcm = found.told, b"".join(found.data())
    samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
    narration = recorded(samples, _read_text(work.inputs["narration"]), language, what)
    return written(work.scratch, narration, None, {"voice": "brought", **told}, setting.seconds or 0.0)


def _setting(work: Work) -> SpeechSetting:
    told = work.inputs.get(SPEECH_SETTING)
    return model_in(SpeechSetting, told.read_bytes(), f"input {SPEECH_SETTING}") if told else SpeechSetting()


def _read_text(path: Path) -> str:
    try:
        return unicodedata.normalize("NFC", path.read_bytes().decode("utf-8")).strip()
    except UnicodeDecodeError as wrong:
        raise CorruptInput(f"input `narration` is not UTF-8 text: {wrong}") from wrong
