"""What a film is made of: the recipe's inputs, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from include.contract.digital_source import DigitalSource, made_of
from include.contract.errors import CorruptInput
from include.contract.timing import TimedText
from include.contract.values import clean_text
from include.runtime.labels.reading import picture_source, text_source
from include.runtime.media.speech import read_timing, speech_duration_s


@dataclass(frozen=True)
class FilmScene:
    """One picture and what is said over it."""

    number: str
    """Its input's suffix, for messages."""
    image: Path
    speech: Path
    speech_s: float
    segments: tuple[TimedText, ...]
    source: DigitalSource
    """What drew it and spoke its words."""


@dataclass(frozen=True)
class FilmInputs:
    """All inputs of a film."""

    title: str
    source: DigitalSource
    """What made it, all inputs together."""
    scenes: tuple[FilmScene, ...]
    music: Path | None


def read_story(inputs: Mapping[str, Path]) -> FilmInputs:
    """The story that `inputs` tells: `title`, `digital_source`, `image/NN`, `speech/NN`, `timing/NN`, maybe `music`.

    :raises CorruptInput: naming the input that is missing or is not what its name says.
    """
    numbers = [name.partition("/")[2] for name in inputs if name.startswith("image/")]
    if not numbers:
        raise CorruptInput("the film has no input image/01; a film needs at least one picture with its speech")
    scenes = tuple(_read_scene(inputs, number) for number in numbers)
    source = made_of(text_source(inputs), *(scene.source for scene in scenes))
    return FilmInputs(title=_read_title(inputs), source=source, scenes=scenes, music=inputs.get("music"))


def _input(inputs: Mapping[str, Path], name: str) -> Path:
    if name not in inputs or not inputs[name].is_file():
        raise CorruptInput(f"input {name} is missing; every scene needs image, speech and timing of one number")
    return inputs[name]


def _read_title(inputs: Mapping[str, Path]) -> str:
    try:
        title = clean_text(_input(inputs, "title").read_text(encoding="utf-8"))
    except ValueError as error:  # UnicodeDecodeError is one too
        raise CorruptInput(f"input title is not clean UTF-8 text: {error}") from error
    return " ".join(title.split())


def _read_scene(inputs: Mapping[str, Path], number: str) -> FilmScene:
    speech = _input(inputs, f"speech/{number}")
    speech_s = speech_duration_s(speech, f"speech/{number}")
    timing = read_timing(_input(inputs, f"timing/{number}"), f"timing/{number}", speech_s)
    image = _input(inputs, f"image/{number}")
    return FilmScene(
        number=number,
        image=image,
        speech=speech,
        speech_s=speech_s,
        segments=timing.segments,
        source=made_of(picture_source(image, f"image/{number}"), timing.digital_source),
    )
