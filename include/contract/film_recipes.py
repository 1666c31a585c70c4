"""The built-in recipes of films and their clips."""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel

from include.contract.clips import ClipFacts
from include.contract.own_media import INTRO, LOGO, OUTRO
from include.contract.params import (
    ClipStillParams,
    VideoNarratedParams,
)
from include.contract.ports import JSON_TYPE, TEXT_TYPE, OutputSpec, Place, Port, Shape
from include.contract.recipe import Recipe
from include.contract.recipe_ports import (
    IMAGE_TYPES,
    LABEL_OUTPUT,
    MP4_TYPE,
    PICTURES_PORT,
    PROMPTS_PORT,
    STAGES,
    ZIP_TYPE,
    json_output,
    of_brief_port,
    of_whole_port,
    setting_port,
    speech_ports,
)
from include.contract.scene_settings import (
    CLIP_SETTING,
    IMAGE_SETTING,
    ClipSetting,
    ImageSetting,
)
from include.contract.timing import Timing
from include.contract.values import StageKind


def _places_of_clips(params: ClipStillParams) -> frozenset[Place]:
    """Nothing lies between scenes that are cut, and after the last one only a card."""
    between = {Place.BETWEEN, Place.ENDING} if params.join_frames else set()
    ending = {Place.ENDING} if params.closing_text else set()
    return frozenset({Place.OPENING, Place.PART} | between | ending)


def _memory_of_clip(params: ClipStillParams) -> int:
    """Encoder, frames on their way and two stills, in MiB; measured at 1080 and 540 px, two at once."""
    width, height = params.aspect.frame_px(params.short_side_px)
    return 40 + width * height * 210 // 2**20


_DECODER_MIB = 350
"""Of the process that decodes a clip of 3840×2160 in HEVC with 10 bits; in H.264 it takes 180, at 1920×1080 115."""
_SHOWING = (Place.OPENING, Place.PART, Place.BETWEEN)
"""The clips in which a scene is seen from its beginning."""
_LEAVING = (Place.BETWEEN, Place.ENDING)
"""Those in which one is seen to its end."""
_OF_SCENES = (
    setting_port(CLIP_SETTING, ClipSetting, "title"),
    setting_port(IMAGE_SETTING, ImageSetting, "title"),
    of_brief_port("own", "clip", item_mib=_DECODER_MIB),
)
"""What a scene asks for, and the film that is brought for it."""
CLIP_STILL = Recipe(
    kind=StageKind.CLIP,
    name="clip.still",
    revision=7,
    params=ClipStillParams,
    stage=f"{STAGES}.clip_still:ClipStillStage",
    model="builtin/compositor",
    outputs=(
        OutputSpec("clip", MP4_TYPE),
        json_output("facts", ClipFacts),
        OutputSpec("poster", "image/jpeg"),
        OutputSpec("clip_trained", MP4_TYPE),
        OutputSpec("poster_trained", "image/jpeg"),
    ),
    ports=(
        Port("title", media_types=(TEXT_TYPE,), at=(Place.OPENING,)),
        Port("digital_source", media_types=(TEXT_TYPE,), beside="title", at=(Place.OPENING,)),
        Port("image", Shape.EACH, media_types=IMAGE_TYPES, at=_SHOWING),
        Port("timing", Shape.EACH, media_types=(JSON_TYPE,), document=Timing, at=_SHOWING),
        Port("image_before", Shape.EACH, "image", IMAGE_TYPES, step=-1, beside="image", at=_LEAVING),
        Port("timing_before", Shape.EACH, "timing", (JSON_TYPE,), Timing, step=-1, beside="timing", at=_LEAVING),
        *(replace(port, at=_SHOWING) for port in _OF_SCENES),
        *(
            replace(port, name=f"{port.name}_before", output=port.output or port.name, step=-1, at=_LEAVING)
            for port in _OF_SCENES
        ),
        of_whole_port(LOGO, *dict.fromkeys((*_SHOWING, *_LEAVING))),
        of_whole_port(INTRO, Place.INTRO, item_mib=_DECODER_MIB),
        of_whole_port(OUTRO, Place.OUTRO, item_mib=_DECODER_MIB),
    ),
    may_lack=frozenset({"poster", "clip_trained", "poster_trained"}),
    at_once=8,
    item_mib=_memory_of_clip,
    places=_places_of_clips,
)


def _of_all(output: str, media_type: str, document: type[BaseModel] | None = None, is_optional: bool = False) -> Port:
    """An output of a piece's clips, in their order."""
    beside = "" if output == "clip" else "clip"
    return Port(output, Shape.ALL, "", (media_type,), document, is_optional, counted_by="image_prompt", beside=beside)


VIDEO_NARRATED = Recipe(
    kind=StageKind.VIDEO,
    name="video.narrated",
    revision=7,
    params=VideoNarratedParams,
    stage=f"{STAGES}.video_narrated:VideoNarratedStage",
    model="builtin/compositor",
    outputs=(
        OutputSpec("video", MP4_TYPE),
        OutputSpec("poster", "image/jpeg"),
        OutputSpec("subtitles_srt", "application/x-subrip"),
        OutputSpec("subtitles_vtt", "text/vtt"),
        OutputSpec("subtitles_ass", "text/x-ssa"),
        LABEL_OUTPUT,
        OutputSpec("edit", ZIP_TYPE),
    ),
    ports=(
        Port("digital_source", media_types=(TEXT_TYPE,)),
        PROMPTS_PORT,
        _of_all("clip", MP4_TYPE),
        _of_all("facts", JSON_TYPE, ClipFacts),
        _of_all("poster", "image/jpeg", is_optional=True),
        _of_all("clip_trained", MP4_TYPE, is_optional=True),
        _of_all("poster_trained", "image/jpeg", is_optional=True),
        *speech_ports("image_prompt"),
        replace(PICTURES_PORT, is_optional=True, through="clip"),
    ),
    may_lack=frozenset({"edit"}),
    brief_files=("music",),
)
