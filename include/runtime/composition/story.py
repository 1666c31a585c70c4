"""What a film is joined from: the recipe's inputs, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from include.contract.clips import ClipFacts
from include.contract.digital_source import DigitalSource, made_of
from include.contract.errors import CorruptInput
from include.contract.parsing import model_in
from include.contract.ports import BROUGHT, Place
from include.contract.timing import TimedText
from include.runtime.labels.reading import text_source
from include.runtime.media.speech import TIMING_TOLERANCE_S, read_timing, speech_duration_s

_TRAINED = "_trained"
"""At the end of the names of what a clip gives for a piece that a trained model made some of."""


@dataclass(frozen=True)
class SpokenScene:
    """What is said in one scene."""

    number: str
    """Its input's suffix, for messages."""
    speech: Path
    speech_s: float
    segments: tuple[TimedText, ...]
    source: DigitalSource | None
    """What spoke it."""
    is_silent: bool = False
    """Whether nobody speaks, because that was asked for."""


@dataclass(frozen=True)
class Clip:
    """A clip as a stage above made it."""

    name: str
    """Its input's, for messages."""
    path: Path
    facts: ClipFacts
    """Of a film's inputs without subtitles and camera's moves: `FilmInputs.whole_facts` has them."""


@dataclass(frozen=True)
class FilmInputs:
    """All inputs of a film."""

    source: DigitalSource
    """What made it, all inputs together."""
    clips: tuple[Clip, ...]
    poster: Path
    scenes: tuple[SpokenScene, ...]
    music: Path | None
    pictures: tuple[Path | None, ...]
    """Each scene's still picture, where there is one."""
    facts: Mapping[str, Path]
    """Each clip's, by their input's name, in the clips' order."""

    def whole_facts(self) -> Iterator[ClipFacts]:
        """Each clip's facts, read again: the words of an hour's subtitles take 20 MiB, which is not for keeping."""
        return (_whole_facts(path, name) for name, path in self.facts.items())

    @property
    def heard(self) -> tuple[Clip, ...]:
        """Intro and outro, as far as they have sound."""
        return tuple(clip for clip in self.clips if clip.facts.place in BROUGHT and clip.facts.has_sound)


def read_story(inputs: Mapping[str, Path]) -> FilmInputs:
    """The story that `inputs` tells: `digital_source`, `clip/NN`, `facts/NN`, `poster/01`, `speech/NN`, `timing/NN`.

    There may be `music`, `image/NN`, and `clip_trained/01` and `poster_trained/01`. After an intro, which has the
    number 01, the title's is 02.

    :raises CorruptInput: naming the input that is missing or is not what its name says.
    """
    numbers = _numbers(inputs, "speech")
    scenes = tuple(_read_scene(inputs, number) for number in numbers)
    numbered = _numbers(inputs, "clip")
    paths = {f"facts/{number}": _input(inputs, f"facts/{number}") for number in numbered}
    facts = {number: _kept_facts(*told) for number, told in zip(numbered, paths.items(), strict=True)}
    parts = sum(each.place is Place.PART for each in facts.values())
    if not scenes or parts != len(scenes):
        raise CorruptInput(
            f"the film has {parts} scenes with a clip and {len(scenes)} with speech; each scene needs both"
        )
    told = [each.digital_source for each in facts.values()]
    source = made_of(text_source(inputs), *told, *(scene.source for scene in scenes))
    clips = tuple(_clip(inputs, number, each, source) for number, each in facts.items())
    title = next(clip for clip in clips if clip.facts.place is not Place.INTRO)
    poster = _as_of(inputs, f"poster/{title.name.partition('/')[2]}", title.facts.digital_source, source)
    pictures = tuple(inputs.get(f"image/{number}") for number in numbers)
    return FilmInputs(source, clips, poster, scenes, inputs.get("music"), pictures, paths)


def _numbers(inputs: Mapping[str, Path], family: str) -> list[str]:
    names = (name.partition("/") for name in inputs)
    return [number for name, _, number in names if name == family and number]


def _input(inputs: Mapping[str, Path], name: str) -> Path:
    if name not in inputs or not inputs[name].is_file():
        raise CorruptInput(f"input {name} is missing; a film needs all its clips with their facts, and all its speech")
    return inputs[name]


def _kept_facts(name: str, path: Path) -> ClipFacts:
    return _whole_facts(path, name).model_copy(update={"cues": (), "views": ()})


def _whole_facts(path: Path, name: str) -> ClipFacts:
    return model_in(ClipFacts, path.read_bytes(), f"input {name}, a clip's facts,")


def _clip(inputs: Mapping[str, Path], number: str, facts: ClipFacts, source: DigitalSource) -> Clip:
    says_how = facts.place is Place.OPENING
    name = f"clip/{number}"
    path = _as_of(inputs, name, facts.digital_source, source) if says_how else _input(inputs, name)
    return Clip(name, path, facts)


def _as_of(inputs: Mapping[str, Path], name: str, own: DigitalSource, whole: DigitalSource) -> Path:
    """The input `name` as it says what made the whole piece, where that is not what made the clip alone."""
    if own is whole:
        return _input(inputs, name)
    family, _, number = name.partition("/")
    return _input(inputs, f"{family}{_TRAINED}/{number}")


def _read_scene(inputs: Mapping[str, Path], number: str) -> SpokenScene:
    speech = _input(inputs, f"speech/{number}")
    speech_s = speech_duration_s(speech, f"speech/{number}")
    timing = read_timing(_input(inputs, f"timing/{number}"), f"timing/{number}", speech_s)
    if abs(timing.duration_s - speech_s) > TIMING_TOLERANCE_S:
        raise CorruptInput(
            f"input timing/{number} is of a speech of {timing.duration_s:.2f} s, but speech/{number} lasts "
            f"{speech_s:.2f} s; its clip is as long as the timing says"
        )
    return SpokenScene(number, speech, speech_s, timing.segments, timing.digital_source, timing.is_silent)
