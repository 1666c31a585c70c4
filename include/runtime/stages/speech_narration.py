"""`speech.narration`: a scene's narration becomes speech, and the time at which each line of it is heard."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from include.contract.errors import CorruptInput
from include.contract.params import SpeechNarrationParams
from include.contract.voices import resolve_voice
from include.runtime.speech_stage import SpeechStage, Utterance
from include.runtime.stage import Work


class SpeechNarrationStage(SpeechStage):
    """Speaks each narration with one voice."""

    silent_s = 2.0
    """Its picture is looked at meanwhile."""

    def _told(self, work: Work) -> Utterance:
        params = SpeechNarrationParams.model_validate(work.params)
        voice = resolve_voice(params.voice, params.language)
        return Utterance(_read_text(work.inputs["narration"]), voice, params.language)


def _read_text(path: Path) -> str:
    try:
        return unicodedata.normalize("NFC", path.read_bytes().decode("utf-8")).strip()
    except UnicodeDecodeError as wrong:
        raise CorruptInput(f"input `narration` is not UTF-8 text: {wrong}") from wrong
