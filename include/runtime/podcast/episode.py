"""What an episode is made of: the recipe's inputs, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from include.contract.dialogue import Dialogue, DialogueLine
from include.contract.digital_source import DigitalSource, made_of
from include.contract.errors import CorruptInput
from include.contract.parsing import model_in
from include.contract.timing import TimedText
from include.runtime.labels.reading import text_source
from include.runtime.media.speech import read_timing, speech_duration_s


@dataclass(frozen=True)
class SpokenLine:
    """One line and its sound."""

    number: str
    """Its input's suffix, for messages."""
    line: DialogueLine
    speech: Path
    speech_s: float
    segments: tuple[TimedText, ...]
    source: DigitalSource | None
    """What spoke it; None if the input does not say."""
    language: str | None = None
    """Set if it differs from the episode's."""


@dataclass(frozen=True)
class Episode:
    """All inputs of an episode."""

    dialogue: Dialogue
    lines: tuple[SpokenLine, ...]
    image: Path
    music: Path | None
    text_source: DigitalSource
    """What wrote it."""

    @property
    def source(self) -> DigitalSource:
        """What wrote and spoke it, all inputs together."""
        return made_of(self.text_source, *(line.source for line in self.lines))


def read_episode(inputs: Mapping[str, Path]) -> Episode:
    """The episode of the inputs `script`, `digital_source`, `image/01`, `speech/NN`, `timing/NN`, and maybe `music`.

    :raises CorruptInput: naming the input that is missing or is not what its name says.
    """
    dialogue = _read_dialogue(_input(inputs, "script"))
    numbers = [name.partition("/")[2] for name in inputs if name.startswith("speech/")]
    if len(numbers) != len(dialogue.lines):
        raise CorruptInput(f"the conversation has {len(dialogue.lines)} lines and {len(numbers)} pieces of speech")
    lines = tuple(_read_line(inputs, *pair) for pair in zip(numbers, dialogue.lines, strict=True))
    return Episode(dialogue, lines, _input(inputs, "image/01"), inputs.get("music"), text_source(inputs))


def _input(inputs: Mapping[str, Path], name: str) -> Path:
    if name not in inputs:
        raise CorruptInput(f"input {name} is missing; an episode needs `script`, a picture, and speech for each line")
    return inputs[name]


def _read_dialogue(path: Path) -> Dialogue:
    return model_in(Dialogue, path.read_bytes(), "input script, a conversation,")


def _read_line(inputs: Mapping[str, Path], number: str, line: DialogueLine) -> SpokenLine:
    speech = _input(inputs, f"speech/{number}")
    speech_s = speech_duration_s(speech, f"speech/{number}")
    timing = read_timing(_input(inputs, f"timing/{number}"), f"timing/{number}", speech_s)
    return SpokenLine(number, line, speech, speech_s, timing.segments, timing.digital_source)
