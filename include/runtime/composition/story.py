"""What a film is made of: the recipe's inputs, read and checked."""

from __future__ import annotations

import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from include.contract.digital_source import DigitalSource, made_of
from include.contract.errors import CorruptInput
from include.contract.parsing import model_in
from include.contract.timing import TimedText, Timing
from include.contract.values import clean_text
from include.runtime.labels.reading import picture_source, text_source

TIMING_TOLERANCE_S = 0.25
"""How far a timing file may reach past its speech before the two cannot belong together."""


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
    """What drew and spoke it."""


@dataclass(frozen=True)
class FilmInputs:
    """All inputs of a film."""

    title: str
    source: DigitalSource
    """What made any of it."""
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


def read_timing(path: Path, name: str, speech_s: float) -> Timing:
    """The timing file of a speech of `speech_s` seconds.

    :raises CorruptInput: not such a file, or not of this speech; the message says `name`.
    """
    timing = model_in(Timing, path.read_bytes(), f"input {name}, a timing file,")
    last_end_s = max((segment.end_s for segment in timing.segments), default=0.0)
    if last_end_s > speech_s + TIMING_TOLERANCE_S:
        raise CorruptInput(f"input {name} times words up to {last_end_s:.2f} s, but its speech lasts {speech_s:.2f} s")
    if any(segment.start_s < 0 or segment.end_s < segment.start_s for segment in timing.segments):
        raise CorruptInput(f"input {name} has a segment that ends before it starts, or starts before 0")
    return timing
