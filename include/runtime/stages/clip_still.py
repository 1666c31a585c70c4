"""`clip.still`: a picture becomes a clip as long as its speech; so do cards, what lies between scenes, and intros."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Lock, local
from typing import cast

from pydantic import JsonValue

from include.contract.clips import ClipFacts
from include.contract.digital_source import DigitalSource, made_of
from include.contract.params import ClipStillParams
from include.contract.ports import BROUGHT, JSON_TYPE, Place
from include.contract.values import LogoPlace, Transition
from include.runtime.composition.brought_clip import BroughtClip
from include.runtime.composition.checks import check_clip, check_clip_sound, check_picture
from include.runtime.composition.clip_inputs import Brought, ClipInputs, read_clip
from include.runtime.composition.encoder import keep_freed_memory, write_clip
from include.runtime.composition.film import Pictures, pictures_of
from include.runtime.composition.label_line import set_label
from include.runtime.composition.logo import LOGO, logo_overlay
from include.runtime.composition.overlays import Overlay
from include.runtime.composition.planes import Planes, compute_alike
from include.runtime.composition.poster import write_poster
from include.runtime.composition.stills import Stills
from include.runtime.composition.typefaces import typesetter_of
from include.runtime.labels.label import label_of
from include.runtime.languages.widths import columns_of
from include.runtime.media.typesetting import Typesetter
from include.runtime.scratch import file_digest
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Work

FASTEST_READ_COLUMNS_PER_S = 40.0
"""More than twice as fast as subtitles are usually read, and faster than any voice speaks."""
POSTER_SHARE = 0.6
"""When the poster is taken, as a share of the title card."""


class ClipStillStage(ItemStage):
    """Makes clips of still pictures; its model is the fonts that they may show."""

    def setup(self, model: ModelFiles) -> None:
        """Take the fonts, and what clips share."""
        super().setup(model)
        self._stills = Stills()
        self._logos: dict[tuple[str, str], Overlay] = {}
        self._logo_lock = Lock()
        self._own = local()
        keep_freed_memory()

    def _typesetter(self, language: str) -> Typesetter:
        """The calling thread's: Skia never gives back what a new one takes when it first sets text, 0.4 MiB."""
        kept: dict[str, Typesetter] = vars(self._own)
        if language not in kept:
            kept[language] = typesetter_of(self.model, language)
        return kept[language]

    def make_item(self, work: Work) -> ItemResult:
        """Make one clip."""
        compute_alike()
        params = cast(ClipStillParams, work.params)
        for place in BROUGHT:
            if place in work.inputs:
                return _brought(place, params, work)
        clip = read_clip(work.inputs, params, Brought(work.limits, work.brought))
        with closing(clip):
            return self._made(clip, params, work)

    def _made(self, clip: ClipInputs, params: ClipStillParams, work: Work) -> ItemResult:
        typesetter = self._typesetter(params.language)
        frame = params.aspect.frame_px(params.short_side_px)
        outputs: list[Output] = []
        warnings = [*_missing_glyphs(clip, params, typesetter), *_no_room(clip, params), *_subtitles(clip, params)]
        frames, logo = 0, self._logo(work, params)
        for source, suffix in _variants(clip):
            label = label_of(source, params.language, params.label)
            line = None
            if label.is_shown and clip.place is Place.OPENING:
                line = set_label(label, self._typesetter(label.language), frame)
            pictures = pictures_of(clip, params, typesetter, self._stills, line, logo)
            frames = pictures.frames
            if suffix and line is None:
                outputs.append(replace(outputs[0], name=f"clip{suffix}"))  # it shows the same
            else:
                outputs.append(_clip(pictures, params, work, suffix))
            if clip.place is Place.OPENING:
                outputs.append(_poster(pictures, frame, work.scratch, source, suffix))
        facts = ClipFacts(
            place=clip.place,
            width=frame[0],
            height=frame[1],
            fps=params.fps,
            frames=frames,
            digital_source=clip.source,
            cues=clip.cues,
            look=clip.look,
            shows_subtitles=params.subtitles,
            transition=clip.scene.transition if clip.place is Place.BETWEEN and clip.scene else None,
            views=clip.views,
        )
        warnings += clip.scene.told if clip.scene and clip.place is Place.PART else ()
        return _result(facts, outputs, warnings, work.scratch)

    def _logo(self, work: Work, params: ClipStillParams) -> Overlay | None:
        """The brief's, which all its clips show: decoded once."""
        if LOGO not in work.inputs:
            return None
        path, place = work.inputs[LOGO], params.logo or LogoPlace()
        frame = params.aspect.frame_px(params.short_side_px)
        key = file_digest(path), f"{place} {frame}"
        with self._logo_lock:
            if key not in self._logos:
                self._logos = {key: logo_overlay(path, place, frame, work.limits, work.brought(LOGO, "the logo"))}
            return self._logos[key]


def _brought(place: Place, params: ClipStillParams, work: Work) -> ItemResult:
    """The intro or the outro that the brief brings."""
    frame, path = params.aspect.frame_px(params.short_side_px), work.scratch / "clip.mp4"
    what = work.brought(place, f"the {place}")
    with closing(BroughtClip(work.inputs[place], what, frame, params.fps, params.intro_fit, work.limits)) as pictures:
        sound = pictures.sound(work.scratch / "sound")
        write_clip(path, frame, params.fps, pictures, work.tell, sound)
        pictures.check()
    check_clip(path, frame, params.fps, pictures.frames)
    if sound is not None:
        check_clip_sound(path, params.fps, pictures.frames)
    facts = ClipFacts(
        place=place,
        width=frame[0],
        height=frame[1],
        fps=params.fps,
        frames=pictures.frames,
        digital_source=made_of(None),
        has_sound=sound is not None,
    )
    return _result(facts, [Output("clip", path, "video/mp4")], [*pictures.told], work.scratch)


def _result(facts: ClipFacts, outputs: Sequence[Output], warnings: Sequence[str], scratch: Path) -> ItemResult:
    path = scratch / "facts.json"
    path.write_text(facts.model_dump_json(), encoding="utf-8")
    attributes: dict[str, JsonValue] = {
        "width": facts.width,
        "height": facts.height,
        "fps": facts.fps,
        "duration_s": round(facts.frames / facts.fps, 3),
        "digital_source": facts.digital_source.value,
        "warnings": [*warnings],
    }
    return ItemResult((outputs[0], Output("facts", path, JSON_TYPE), *outputs[1:]), attributes)


def _variants(clip: ClipInputs) -> Iterator[tuple[DigitalSource, str]]:
    """What the clip may have to say of how the piece was made, and what follows its outputs' names then.

    A title card knows the text and the first scene alone. If no trained model made these, one may still have made
    another scene.
    """
    yield clip.source, ""
    if clip.place is Place.OPENING and clip.source is not DigitalSource.TRAINED:
        yield DigitalSource.TRAINED, "_trained"


def _clip(pictures: Pictures, params: ClipStillParams, work: Work, suffix: str) -> Output:
    path, frame = work.scratch / f"clip{suffix}.mp4", params.aspect.frame_px(params.short_side_px)
    write_clip(path, frame, params.fps, pictures, work.tell)
    check_clip(path, frame, params.fps, pictures.frames)
    return Output(f"clip{suffix}", path, "video/mp4")


def _poster(pictures: Pictures, frame: tuple[int, int], scratch: Path, source: DigitalSource, suffix: str) -> Output:
    planes, path = Planes.empty(*frame), scratch / f"poster{suffix}.jpg"
    pictures.paint(round(pictures.frames * POSTER_SHARE), planes)
    write_poster(planes, path, source)
    check_picture(path, frame)
    return Output(f"poster{suffix}", path, "image/jpeg")


def _missing_glyphs(clip: ClipInputs, params: ClipStillParams, typesetter: Typesetter) -> Iterator[str]:
    said = [line for cue in clip.cues for line in cue.lines]
    closing = params.closing_text if clip.place is Place.ENDING else ""
    for one in typesetter.missing("".join([clip.title, closing, *said]))[:20]:
        yield f"no font draws U+{ord(one):04X}; it shows as an empty box"


def _no_room(clip: ClipInputs, params: ClipStillParams) -> Iterator[str]:
    asked = clip.scene.asked_transition if clip.scene and clip.place is Place.PART else None
    if asked not in (None, Transition.CUT) and not params.join_frames:
        yield f"the scene asks for `{asked}`, but in films of this content type scenes are cut"
    if clip.place is Place.OPENING and params.transition is not Transition.CUT and not params.join_frames:
        yield f"a pause of {params.scene_pause_s} s leaves no room for `{params.transition}`; scenes are cut"


def _subtitles(clip: ClipInputs, params: ClipStillParams) -> Iterator[str]:
    if clip.place is not Place.PART or not clip.scene or not clip.cues:
        return
    if clip.scene.params.subtitle_style is not params.subtitle_style:
        yield f"subtitles are in lines, not `{params.subtitle_style}`: this script's words are not told apart"
    columns = sum(columns_of(line) for cue in clip.cues for line in cue.lines)
    slot_s = clip.scene.slot.frames / params.fps
    if columns > FASTEST_READ_COLUMNS_PER_S * slot_s:
        yield f"nobody reads subtitles of {columns} columns in {slot_s:.1f} s; give the scene less text or more time"
