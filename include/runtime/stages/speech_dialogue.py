"""`speech.dialogue`: a line of a conversation becomes speech, in the voice of who says it."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from include.contract.dialogue import Line, Speaker
from include.contract.errors import CorruptInput
from include.contract.params import SpeechDialogueParams
from include.contract.voices import resolve_voice, second_voice
from include.runtime.speech_stage import SpeechStage, Told
from include.runtime.stage import Work


class SpeechDialogueStage(SpeechStage):
    """Speaks each line with its speaker's voice."""

    def _told(self, work: Work) -> Told:
        params = SpeechDialogueParams.model_validate(work.params)
        line = _read_line(work.inputs["line"])
        name = params.voice
        if line.speaker is Speaker.SECOND:
            name = second_voice(params.second_voice, params.voice, params.language)
        return Told(line.text, resolve_voice(name, params.language), params.language)


def _read_line(path: Path) -> Line:
    try:
        return Line.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise CorruptInput(f"input `line` is not a line of a conversation: {error}") from error
