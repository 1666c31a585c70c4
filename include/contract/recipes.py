"""The built-in recipes, except those that publish. `registry` has all that a process knows."""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel

from include.contract.article import Article
from include.contract.brief import Script
from include.contract.cards import CardFormat, ProductText
from include.contract.clips import ClipFacts
from include.contract.dialogue import Dialogue, Line
from include.contract.labels import PieceLabel
from include.contract.look import Look
from include.contract.model_cards import Backend
from include.contract.own_media import LOGO
from include.contract.params import (
    ArticleSectionsParams,
    AudioPodcastParams,
    CaptionProductParams,
    ClipStillParams,
    ImageCardParams,
    ImageSceneParams,
    ImageUpscaleParams,
    PageArticleParams,
    ScriptDialogueParams,
    ScriptNarratedParams,
    SpeechDialogueParams,
    SpeechNarrationParams,
    VideoNarratedParams,
)
from include.contract.parts import parts_of_article, parts_of_dialogue, parts_of_product, parts_of_script
from include.contract.pictures import PICTURE_WIDTHS_PX, picture_family, picture_variants
from include.contract.ports import JSON_TYPE, TEXT_TYPE, OutputSpec, Place, Port, Shape
from include.contract.publishing_recipes import (
    PUBLISH_ARTICLE,
    PUBLISH_CARDS,
    PUBLISH_FOLDER,
    PUBLISH_PODCAST,
    PUBLISH_VIDEO,
)
from include.contract.recipe import Recipe
from include.contract.scene_settings import (
    CLIP_SETTING,
    IMAGE_SETTING,
    SETTINGS,
    SPEECH_SETTING,
    ClipSetting,
    ImageSetting,
    SpeechSetting,
)
from include.contract.shots import SHOT, Shot
from include.contract.timing import Timing
from include.contract.unaided import Unaided
from include.contract.values import StageKind

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp")
"""Pictures that the built-in recipes open."""
WAV_TYPE = "audio/wav"
MP4_TYPE = "video/mp4"
ZIP_TYPE = "application/zip"
_STAGES = "include.runtime.stages"


def _text(name: str) -> OutputSpec:
    return OutputSpec(name, TEXT_TYPE)


def _json(name: str, document: type[BaseModel]) -> OutputSpec:
    return OutputSpec(name, JSON_TYPE, document)


def _written(document: type[BaseModel], *more: OutputSpec) -> tuple[OutputSpec, ...]:
    """What every text recipe gives: all of it as `script`, its title, the piece's look, what wrote it, and prompts."""
    whole = (_json("script", document), _text("title"), _json("look", Look), _text("digital_source"))
    return (*whole, *more, _text("image_prompt/"))


_LABEL = _json("label", PieceLabel)
_SHOTS = _json(f"{SHOT}/", Shot)
_PROMPTS = Port("image_prompt", Shape.FAMILY, media_types=(TEXT_TYPE,), is_hashed=False, beside="digital_source")
"""Counts the pictures of a piece."""
_PICTURES = Port("image", Shape.PARTS, media_types=IMAGE_TYPES, counted_by="image_prompt")


def _spoken(counted_by: str) -> tuple[Port, ...]:
    """The speech of each part, with its timing."""
    return (
        Port("speech", Shape.PARTS, media_types=(WAV_TYPE,), counted_by=counted_by),
        Port("timing", Shape.PARTS, media_types=(JSON_TYPE,), document=Timing, counted_by=counted_by, beside="speech"),
    )


def _script(document: type[BaseModel]) -> Port:
    return Port("script", media_types=(JSON_TYPE,), document=document)


def _beside_script(name: str, document: type[BaseModel] | None = None) -> Port:
    return Port(name, media_types=(JSON_TYPE if document else TEXT_TYPE,), document=document, beside="script")


def _setting(name: str, document: type[BaseModel], beside: str) -> Port:
    """What a brief asks of the item's scene."""
    return Port(name, Shape.SPLIT, "", (JSON_TYPE,), document, is_optional=True, beside=beside)


def _of_brief(name: str, file: str) -> Port:
    """A file that the brief brings for the item's scene, under the name of its field."""
    return Port(name, Shape.SPLIT, file, is_optional=True, of_brief=True)


_SPEECH = (OutputSpec("speech", WAV_TYPE), _json("timing", Timing))

_TEXT_BACKENDS = (Backend.TRANSFORMERS, Backend.OPENVINO, Backend.OPENAI)
SCRIPT_NARRATED = Recipe(
    kind=StageKind.TEXT,
    name="script.narrated",
    revision=2,
    params=ScriptNarratedParams,
    backends=_TEXT_BACKENDS,
    stage=f"{_STAGES}.script_narrated:ScriptNarratedStage",
    model="builtin/smollm2-135m",
    outputs=_written(
        Script,
        _text("narration/"),
        _SHOTS,
        *(_json(f"{name}/", document) for name, document in SETTINGS.items()),
    ),
    may_lack=frozenset(f"{name}/" for name in SETTINGS),
    parts=parts_of_script,
    unaided=Unaided("scenes", "script", "scenes", "narration", most=10, prompt="image_prompt"),
)
ARTICLE_SECTIONS = Recipe(
    kind=StageKind.TEXT,
    name="article.sections",
    revision=2,
    params=ArticleSectionsParams,
    backends=_TEXT_BACKENDS,
    stage=f"{_STAGES}.article_sections:ArticleSectionsStage",
    model="builtin/smollm2-135m",
    outputs=_written(Article, _SHOTS),
    parts=parts_of_article,
    unaided=Unaided("sections", "article", "sections", "text", most=4, prompt="image_prompt"),
)
SCRIPT_DIALOGUE = Recipe(
    kind=StageKind.TEXT,
    name="script.dialogue",
    revision=2,
    params=ScriptDialogueParams,
    backends=_TEXT_BACKENDS,
    stage=f"{_STAGES}.script_dialogue:ScriptDialogueStage",
    model="builtin/smollm2-135m",
    outputs=_written(Dialogue, _json("line/", Line)),
    parts=parts_of_dialogue,
    unaided=Unaided("questions", "dialogue", "lines", "text", most=7),
)
CAPTION_PRODUCT = Recipe(
    kind=StageKind.TEXT,
    name="caption.product",
    revision=2,
    params=CaptionProductParams,
    backends=_TEXT_BACKENDS,
    stage=f"{_STAGES}.caption_product:CaptionProductStage",
    model="builtin/phrases",
    outputs=_written(ProductText, _text("caption")),
    parts=parts_of_product,
    batch_size=64,
    claimed=False,
)
IMAGE_SCENE = Recipe(
    kind=StageKind.IMAGE,
    name="image.scene",
    revision=2,
    params=ImageSceneParams,
    stage=f"{_STAGES}.image_scene:ImageSceneStage",
    model="builtin/sketch",
    outputs=(OutputSpec("image", "image/jpeg"),),
    ports=(
        Port("image_prompt", Shape.SPLIT, media_types=(TEXT_TYPE,)),
        Port(SHOT, Shape.SPLIT, media_types=(JSON_TYPE,), document=Shot, is_optional=True, beside="image_prompt"),
        Port("look", media_types=(JSON_TYPE,), document=Look, beside="image_prompt"),
        _setting(IMAGE_SETTING, ImageSetting, "image_prompt"),
        _of_brief("own", "image"),
        _of_brief("own_clip", "clip"),
    ),
)
IMAGE_UPSCALE = Recipe(
    kind=StageKind.IMAGE,
    name="image.upscale",
    revision=1,
    params=ImageUpscaleParams,
    stage=f"{_STAGES}.image_upscale:ImageUpscaleStage",
    model="builtin/upscaler",
    outputs=(OutputSpec("image", "image/jpeg"),),
    ports=(Port("image", Shape.EACH, media_types=IMAGE_TYPES),),
)
IMAGE_CARD = Recipe(
    kind=StageKind.IMAGE,
    name="image.card",
    revision=3,
    params=ImageCardParams,
    stage=f"{_STAGES}.image_card:ImageCardStage",
    model="builtin/cards",
    outputs=(
        *(OutputSpec(each.output, "image/jpeg") for each in CardFormat),
        OutputSpec("thumbnail", "image/webp"),
        _LABEL,
    ),
    ports=(_script(ProductText), _beside_script("digital_source"), _PROMPTS, _PICTURES),
    chosen_by="formats",
    choices={each.value: each.output for each in CardFormat},
    batch_size=4,
)
SPEECH_NARRATION = Recipe(
    kind=StageKind.SPEECH,
    name="speech.narration",
    revision=3,
    params=SpeechNarrationParams,
    stage=f"{_STAGES}.speech_narration:SpeechNarrationStage",
    model="builtin/voices",
    outputs=_SPEECH,
    ports=(
        Port("narration", Shape.SPLIT, media_types=(TEXT_TYPE,)),
        _setting(SPEECH_SETTING, SpeechSetting, "narration"),
        _of_brief("own", "voice"),
    ),
)
SPEECH_DIALOGUE = Recipe(
    kind=StageKind.SPEECH,
    name="speech.dialogue",
    revision=3,
    params=SpeechDialogueParams,
    stage=f"{_STAGES}.speech_dialogue:SpeechDialogueStage",
    model="builtin/voices",
    outputs=_SPEECH,
    ports=(Port("line", Shape.SPLIT, media_types=(JSON_TYPE,), document=Line),),
)


def _places_of_clips(params: ClipStillParams) -> frozenset[Place]:
    """Nothing lies between scenes that are cut, and after the last one only a card."""
    between = {Place.BETWEEN, Place.ENDING} if params.join_frames else set()
    ending = {Place.ENDING} if params.closing_text else set()
    return frozenset({Place.OPENING, Place.PART} | between | ending)


def _memory_of_clip(params: ClipStillParams) -> int:
    """Encoder, frames on their way and two stills, in MiB; measured at 1080 and 540 px, two at once."""
    width, height = params.aspect.frame_px(params.short_side_px)
    return 40 + width * height * 260 // 2**20


_SHOWING = (Place.OPENING, Place.PART, Place.BETWEEN)
"""The clips in which a scene is seen from its beginning."""
_LEAVING = (Place.BETWEEN, Place.ENDING)
"""Those in which one is seen to its end."""
_OF_SCENES = (
    _setting(CLIP_SETTING, ClipSetting, "title"),
    _setting(IMAGE_SETTING, ImageSetting, "title"),
    _of_brief("own", "clip"),
)
"""What a scene asks for, and the film that is brought for it."""
CLIP_STILL = Recipe(
    kind=StageKind.CLIP,
    name="clip.still",
    revision=4,
    params=ClipStillParams,
    stage=f"{_STAGES}.clip_still:ClipStillStage",
    model="builtin/compositor",
    outputs=(
        OutputSpec("clip", MP4_TYPE),
        _json("facts", ClipFacts),
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
    ),
    may_lack=frozenset({"poster", "clip_trained", "poster_trained"}),
    brief_files=(LOGO,),
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
    revision=4,
    params=VideoNarratedParams,
    stage=f"{_STAGES}.video_narrated:VideoNarratedStage",
    model="builtin/compositor",
    outputs=(
        OutputSpec("video", MP4_TYPE),
        OutputSpec("poster", "image/jpeg"),
        OutputSpec("subtitles_srt", "application/x-subrip"),
        OutputSpec("subtitles_vtt", "text/vtt"),
        OutputSpec("subtitles_ass", "text/x-ssa"),
        _LABEL,
        OutputSpec("edit", ZIP_TYPE),
    ),
    ports=(
        Port("digital_source", media_types=(TEXT_TYPE,)),
        _PROMPTS,
        _of_all("clip", MP4_TYPE),
        _of_all("facts", JSON_TYPE, ClipFacts),
        _of_all("poster", "image/jpeg", is_optional=True),
        _of_all("clip_trained", MP4_TYPE, is_optional=True),
        _of_all("poster_trained", "image/jpeg", is_optional=True),
        *_spoken("image_prompt"),
        replace(_PICTURES, is_optional=True, through="clip"),
    ),
    may_lack=frozenset({"edit"}),
    brief_files=("music",),
)
AUDIO_PODCAST = Recipe(
    kind=StageKind.AUDIO,
    name="audio.podcast",
    revision=3,
    params=AudioPodcastParams,
    stage=f"{_STAGES}.audio_podcast:AudioPodcastStage",
    model="builtin/mixer",
    outputs=(
        OutputSpec("audio_mp3", "audio/mpeg"),
        OutputSpec("audio_m4a", "audio/mp4"),
        OutputSpec("transcript_vtt", "text/vtt"),
        OutputSpec("transcript_html", "text/html"),
        OutputSpec("chapters", "application/json+chapters"),
        OutputSpec("cover", "image/jpeg"),
        _LABEL,
    ),
    ports=(
        _script(Dialogue),
        _beside_script("digital_source"),
        _PROMPTS,
        _PICTURES,
        Port("line", Shape.FAMILY, media_types=(JSON_TYPE,), document=Line, is_hashed=False, beside="script"),
        *_spoken("line"),
    ),
    brief_files=("music",),
)
PAGE_ARTICLE = Recipe(
    kind=StageKind.PAGE,
    name="page.article",
    revision=3,
    params=PageArticleParams,
    stage=f"{_STAGES}.page_article:PageArticleStage",
    model="builtin/pages",
    outputs=(
        OutputSpec("page", "text/html"),
        OutputSpec("page_linked", "text/html"),
        OutputSpec("markdown", "text/markdown"),
        _LABEL,
        *(OutputSpec(f"{picture_family(form, px)}/", form.media_type) for form, px in picture_variants()),
    ),
    ports=(
        _script(Article),
        _beside_script("look", Look),
        _beside_script("digital_source"),
        _PROMPTS,
        _PICTURES,
    ),
    may_lack=frozenset(
        f"{picture_family(form, px)}/" for form, px in picture_variants() if px > min(PICTURE_WIDTHS_PX)
    ),
)

BUILT_IN = (
    SCRIPT_NARRATED,
    IMAGE_SCENE,
    IMAGE_UPSCALE,
    SPEECH_NARRATION,
    CLIP_STILL,
    VIDEO_NARRATED,
    ARTICLE_SECTIONS,
    PAGE_ARTICLE,
    CAPTION_PRODUCT,
    IMAGE_CARD,
    SCRIPT_DIALOGUE,
    SPEECH_DIALOGUE,
    AUDIO_PODCAST,
    PUBLISH_VIDEO,
    PUBLISH_PODCAST,
    PUBLISH_ARTICLE,
    PUBLISH_CARDS,
    PUBLISH_FOLDER,
)
"""In the order in which forms and schemas list them."""
