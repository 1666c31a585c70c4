"""What a clip is made of: the recipe's inputs, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from include.contract.clips import ClipCue, SubtitleLook, View
from include.contract.digital_source import DigitalSource, made_of
from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.contract.params import ClipStillParams
from include.contract.parsing import Model, model_in
from include.contract.ports import Place
from include.contract.scene_settings import CLIP_SETTING, IMAGE_SETTING, ClipSetting, ImageSetting
from include.contract.timing import Timing
from include.contract.values import Fit, SubtitleStyle, Transition, clean_text
from include.runtime.composition.camera import Move, plan_move
from include.runtime.composition.captions import line_units
from include.runtime.composition.footage import Footage
from include.runtime.composition.planes import Picture, Still, cover, load_rgb, still_shape
from include.runtime.composition.subtitles import SubtitleCue, make_cues
from include.runtime.composition.timeline import Slot, slot_of
from include.runtime.labels.reading import picture_source, text_source
from include.runtime.languages.breaks import has_words_unknown
from include.runtime.media.speech import read_timing
from include.runtime.pictures.background import background_of
from include.runtime.scratch import file_digest

VIEWS_PER_S = 2
"""So many are told of a camera's move; between them it is as good as even."""
_DIGITS = 6
"""A thousandth of a pixel."""

OWN = "own"
"""The input that is the clip that the brief brings."""


@dataclass(frozen=True)
class Brought:
    """What is known of the files that people bring, besides what is in them."""

    limits: MediaLimits = field(default_factory=MediaLimits)
    named: Callable[[str, str], str] = lambda name, what: what
    """Of an input and what it is, the words for it in messages."""


class ClipScene:
    """A picture and the slot in which it is seen: all that any clip with it knows of its scene."""

    def __init__(
        self,
        image: Path,
        timing: Path,
        suffix: str,
        params: ClipStillParams,
        setting: ClipSetting,
        fit: Fit = Fit.COVER,
    ) -> None:
        """:raises CorruptInput: not a picture, or not a timing file; names the input, which ends with `suffix`."""
        self._image, self._name = image, f"image{suffix}"
        self._camera = setting.camera or params.camera
        self.transition = setting.transition or params.transition
        """How what is before gives way to it."""
        self.asked_transition = setting.transition
        """What the brief asks for."""
        self.frame = params.aspect.frame_px(params.short_side_px)
        timed = read_timing(timing, f"timing{suffix}")
        self.params = _showable(timed, params)
        """Those of its clip; subtitles in lines where single words cannot be told apart."""
        self.slot: Slot = slot_of(timed.duration_s, params)
        self.source = made_of(picture_source(image, self._name), timed.digital_source)
        self._timing = timed
        self.fit = fit
        self.footage: Footage | None = None
        """What the brief brings for it: shown in place of its picture, whose clip it is the first picture of."""
        self.digest = file_digest(image)
        """SHA-256 of its picture's file."""

    @property
    def lead_frames(self) -> int:
        """Those of the transition to it, in which it is seen already."""
        return 0 if self.transition is Transition.CUT else self.slot.join_frames

    def bring(self, own: Path, what: str, limits: MediaLimits) -> None:
        """Show the clip `own`, called `what`, which begins with the transition to it and ends with its slot."""
        most, fps = self.lead_frames + self.slot.frames, self.params.fps
        background = background_of(self._image, f"input {self._name}")
        self.footage = Footage(own, what, self.frame, fps, self.fit, most, limits, background)

    @property
    def told(self) -> Iterator[str]:
        """What is to be said of its clip, once it was seen.

        :raises CorruptInput: it was cut short.
        """
        if self.footage is None or self.footage.lasts_s is None:
            return
        if self.footage.hdr is not None:
            yield f"{self.footage.what} {self.footage.hdr.told}"
        fps, shown = self.params.fps, self.lead_frames + self.slot.frames
        held, lasts_s = self.footage.held_from, self.footage.lasts_s
        if held is not None:
            self.footage.check_ends_after(held / fps)
            held_s = (shown - held) / fps
            yield f"{self.footage.what} ends after {held / fps:.1f} s; its last picture is held for {held_s:.1f} s"
        elif lasts_s > (shown + 1) / fps:
            yield f"{self.footage.what} lasts {lasts_s:.1f} s; its first {shown / fps:.1f} s are shown"

    @cached_property
    def cues(self) -> list[SubtitleCue]:
        """Its subtitles, in seconds from its first frame."""
        slot_s = self.slot.frames / self.params.fps
        cues = make_cues(self._timing, slot_s, line_units(self.params), self.params.language)
        is_lit = self.params.subtitle_style is not SubtitleStyle.WORD
        return [_unheard(cue) for cue in cues] if self._timing.is_silent and is_lit else cues

    @cached_property
    def picture(self) -> Picture:
        """Its picture, cropped and scaled for a camera to move over."""
        return cover(load_rgb(self._image, self._name), self.frame)

    def move(self, still: Still) -> Move:
        """The camera's over its picture, from the transition to it until the end of its slot."""
        return self._shown((still.width, still.height))

    def views(self) -> Iterator[View]:
        """What the camera sees from the transition to it until the end of its slot."""
        size, (left, top, width, height) = still_shape(self._image, self._name, self.frame)
        move, last = self._shown(size), self.slot.frames - 1
        for frame in (*range(-self.slot.join_frames, last, self.params.fps // VIEWS_PER_S), last):
            window = move.at(self.slot.progress(frame))
            seen_x, seen_y = self.frame[0] / window.zoom, self.frame[1] / window.zoom
            yield View(
                frame=frame,
                left=round(left + (window.centre_x - seen_x / 2) / size[0] * width, _DIGITS),
                top=round(top + (window.centre_y - seen_y / 2) / size[1] * height, _DIGITS),
                width=round(seen_x / size[0] * width, _DIGITS),
                height=round(seen_y / size[1] * height, _DIGITS),
            )

    def card_move(self, still: Still, frames: int) -> Move:
        """That of a card of so many frames with the picture behind its text."""
        return self._move((still.width, still.height), frames, self.digest[::-1])

    def _shown(self, size: tuple[float, float]) -> Move:
        return self._move(size, self.slot.frames + self.slot.join_frames, self.digest)

    def _move(self, size: tuple[float, float], frames: int, digest: str) -> Move:
        return plan_move(size, frames / self.params.fps, self.frame, self._camera, digest)


def _unheard(cue: SubtitleCue) -> SubtitleCue:
    """`cue` with words of which none is ever the one that is heard."""
    update = {"start_s": cue.end_s, "end_s": cue.end_s}
    return replace(cue, words=tuple(word.model_copy(update=update) for word in cue.words))


def _showable(timing: Timing, params: ClipStillParams) -> ClipStillParams:
    if not any(has_words_unknown(segment.text) for segment in timing.segments):
        return params
    return params.model_copy(update={"subtitle_style": SubtitleStyle.LINES})


@dataclass(frozen=True)
class ClipInputs:
    """All inputs of a clip, of which each kind has some."""

    place: Place
    before: ClipScene | None
    """The scene that is seen to its end."""
    scene: ClipScene | None
    """The scene that is seen from its beginning."""
    title: str
    source: DigitalSource
    """What made all of it."""

    def close(self) -> None:
        """End what decodes the clips that the brief brings."""
        for scene in (self.before, self.scene):
            if scene is not None and scene.footage is not None:
                scene.footage.close()

    @property
    def views(self) -> tuple[View, ...]:
        """The camera's move over the scene that it is the body of."""
        is_still = self.scene is not None and self.scene.footage is None
        return tuple(self.scene.views()) if self.scene and is_still and self.place is Place.PART else ()

    @property
    def cues(self) -> tuple[ClipCue, ...]:
        """The subtitles of the scene that it is the body of."""
        cues = self.scene.cues if self.scene and self.place is Place.PART else []
        return tuple(ClipCue(start_s=cue.start_s, end_s=cue.end_s, lines=cue.lines, words=cue.words) for cue in cues)

    @property
    def look(self) -> SubtitleLook:
        """Of its subtitles."""
        if not self.cues or not self.scene:
            return SubtitleLook()
        params = self.scene.params
        return SubtitleLook(
            style=params.subtitle_style,
            position=params.subtitle_position,
            size=params.subtitle_size,
            colour=params.subtitle_colour,
            highlight=params.subtitle_highlight,
            box=params.subtitle_box or None,
        )


def read_clip(inputs: Mapping[str, Path], params: ClipStillParams, brought: Brought | None = None) -> ClipInputs:
    """The clip that `inputs` are of: `image` and `timing`, those of the scene before, or a `title` with them.

    :raises CorruptInput: naming the input that is not what its name says.
    """
    before = _scene(inputs, "_before", params, brought or Brought())
    scene = _scene(inputs, "", params, brought or Brought())
    sources = [each.source for each in (before, scene) if each is not None]
    if "title" in inputs:
        place, sources = Place.OPENING, [text_source(inputs), *sources]
    elif before is not None:
        place = Place.BETWEEN if scene is not None else Place.ENDING
    else:
        place = Place.PART
    return ClipInputs(place, before, scene, _title(inputs), made_of(*sources))


def _scene(inputs: Mapping[str, Path], suffix: str, params: ClipStillParams, brought: Brought) -> ClipScene | None:
    names = [f"image{suffix}", f"timing{suffix}"]
    if not any(name in inputs for name in names):
        return None
    missing = [name for name in names if name not in inputs]
    if missing:
        raise CorruptInput(f"input {missing[0]} is missing; a scene's clip needs its picture and its timing")
    setting = _setting(ClipSetting, inputs, f"{CLIP_SETTING}{suffix}")
    fit = _setting(ImageSetting, inputs, f"{IMAGE_SETTING}{suffix}").fit
    scene = ClipScene(inputs[names[0]], inputs[names[1]], suffix, params, setting, fit)
    if f"{OWN}{suffix}" in inputs:
        scene.bring(inputs[f"{OWN}{suffix}"], brought.named(f"{OWN}{suffix}", "the clip"), brought.limits)
    return scene


def _setting(kind: type[Model], inputs: Mapping[str, Path], name: str) -> Model:
    return model_in(kind, inputs[name].read_bytes(), f"input {name}") if name in inputs else kind()


def _title(inputs: Mapping[str, Path]) -> str:
    if "title" not in inputs:
        return ""
    try:
        title = clean_text(inputs["title"].read_text(encoding="utf-8"))
    except ValueError as error:  # UnicodeDecodeError is one too
        raise CorruptInput(f"input title is not clean UTF-8 text: {error}") from error
    if not title.split():
        raise CorruptInput("input title is empty; allowed: text")
    return " ".join(title.split())
