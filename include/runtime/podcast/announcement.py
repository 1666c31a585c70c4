"""The label as listeners hear it: spoken by the first speaker, before the first line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from include.contract.dialogue import DialogueLine, Speaker
from include.contract.errors import CheckFailed
from include.contract.timing import TimedText
from include.contract.voices import Voice, resolve_voice
from include.runtime.labels.label import Label
from include.runtime.podcast.episode import Episode, SpokenLine
from include.runtime.voices.audio import seconds, write_wav
from include.runtime.voices.english import EnglishVoice
from include.runtime.voices.espeak import EspeakVoice
from include.runtime.voices.narrator import Narrator

_NUMBER = "00"


class Announcer:
    """Speaks labels in the voices of the lines; the engines are loaded with the first label."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._espeak = EspeakVoice(files["espeak-library"], files["espeak-data"])

    @cached_property
    def narrator(self) -> Narrator:
        """What speaks the sentence; loaded at its first use."""
        return Narrator(EnglishVoice(self._files["hibari"]), self._espeak)

    def announced(self, episode: Episode, label: Label, voice: Voice, folder: Path) -> Episode:
        """`episode` with `label` as a new first line, which takes over the chapter that the old one opened.

        :raises CheckFailed: the label was not spoken.
        """
        is_foreign = voice.language.split("-")[0] != label.language.split("-")[0] == "en"
        if is_foreign:
            voice = resolve_voice(voice.name, label.language)
        narration = self.narrator.narrate(label.sentence, voice, label.language, seed=0, silent_s=0.0)
        if not narration.spoken_text:
            raise CheckFailed(f"the label {label.sentence!r} was not spoken by the voice {voice.name}")
        speech = folder / "label.wav"
        write_wav(speech, narration.samples)
        first, *rest = episode.lines
        said = SpokenLine(
            number=_NUMBER,
            line=DialogueLine(speaker=Speaker.FIRST, text=label.sentence, chapter=first.line.chapter),
            speech=speech,
            speech_s=seconds(narration.samples),
            segments=tuple(
                TimedText(text=one.text, start_s=one.start_s, end_s=one.end_s) for one in narration.segments
            ),
            source=voice.engine.digital_source,
            language=label.language if is_foreign else None,
        )
        bare = replace(first, line=first.line.model_copy(update={"chapter": None}))
        return replace(episode, lines=(said, bare, *rest))

    def close(self) -> None:
        """End espeak's process."""
        self._espeak.close()
