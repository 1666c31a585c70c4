"""`speech.dialogue`: a line of a conversation becomes speech, in the voice of who says it."""

from __future__ import annotations

from pathlib import Path

from include.contract.dialogue import Line, Speaker
from include.contract.params import SpeechDialogueParams
from include.contract.parsing import model_in
from include.contract.voices import resolve_voice, second_voice
from include.runtime.speech_stage import SpeechStage, Utterance
from include.runtime.stage import Work


class SpeechDialogueStage(SpeechStage):
    """Speaks each line with its speaker's voice."""

    silent_s = 0.5

    def _told(self, work: Work) -> Utterance:
        params = SpeechDialogueParams.model_validate(work.params)
        line = _read_line(work.inputs["line"])
        name = params.voice
        if line.speaker is Speaker.SECOND:
            name = second_voice(params.second_voice, params.voice, params.language)
        return Utterance(line.text, resolve_voice(name, params.language), params.language)


def _read_line(path: Path) -> Line:
    return model_in(Line, path.read_bytes(), "input `line`, a line of a conversation,")
