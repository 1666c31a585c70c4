"""The built-in recipes, except those of films and those that publish. `registry` has all that a process knows."""

from __future__ import annotations

from include.contract.article import Article
from include.contract.brief import Script
from include.contract.cards import CardFormat, ProductText
from include.contract.dialogue import Dialogue, Line
from include.contract.film_recipes import CLIP_STILL, VIDEO_NARRATED
from include.contract.look import Look
from include.contract.model_cards import Backend
from include.contract.params import (
    ArticleSectionsParams,
    AudioPodcastParams,
    CaptionProductParams,
    ImageCardParams,
    ImageSceneParams,
    ImageUpscaleParams,
    PageArticleParams,
    ScriptDialogueParams,
    ScriptNarratedParams,
    SpeechDialogueParams,
    SpeechNarrationParams,
)
from include.contract.parts import parts_of_article, parts_of_dialogue, parts_of_product, parts_of_script
from include.contract.pictures import PICTURE_WIDTHS_PX, picture_family, picture_variants
from include.contract.ports import JSON_TYPE, TEXT_TYPE, OutputSpec, Port, Shape
from include.contract.publishing_recipes import (
    PUBLISH_ARTICLE,
    PUBLISH_CARDS,
    PUBLISH_FOLDER,
    PUBLISH_PODCAST,
    PUBLISH_VIDEO,
)
from include.contract.recipe import Recipe
from include.contract.recipe_ports import (
    IMAGE_TYPES,
    LABEL_OUTPUT,
    PICTURES_PORT,
    PROMPTS_PORT,
    SHOT_OUTPUTS,
    STAGES,
    WAV_TYPE,
    beside_script_port,
    json_output,
    of_brief_port,
    script_port,
    setting_port,
    speech_ports,
    text_output,
    written_outputs,
)
from include.contract.scene_settings import (
    IMAGE_SETTING,
    SETTINGS,
    SPEECH_SETTING,
    ImageSetting,
    SpeechSetting,
)
from include.contract.shots import SHOT, Shot
from include.contract.timing import Timing
from include.contract.unaided import Unaided
from include.contract.values import StageKind

_SPEECH = (OutputSpec("speech", WAV_TYPE), json_output("timing", Timing))

_TEXT_BACKENDS = (Backend.TRANSFORMERS, Backend.OPENVINO, Backend.OPENAI)
SCRIPT_NARRATED = Recipe(
    kind=StageKind.TEXT,
    name="script.narrated",
    revision=2,
    params=ScriptNarratedParams,
    backends=_TEXT_BACKENDS,
    stage=f"{STAGES}.script_narrated:ScriptNarratedStage",
    model="builtin/smollm2-135m",
    outputs=written_outputs(
        Script,
        text_output("narration/"),
        SHOT_OUTPUTS,
        *(json_output(f"{name}/", document) for name, document in SETTINGS.items()),
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
    stage=f"{STAGES}.article_sections:ArticleSectionsStage",
    model="builtin/smollm2-135m",
    outputs=written_outputs(Article, SHOT_OUTPUTS),
    parts=parts_of_article,
    unaided=Unaided("sections", "article", "sections", "text", most=4, prompt="image_prompt"),
)
SCRIPT_DIALOGUE = Recipe(
    kind=StageKind.TEXT,
    name="script.dialogue",
    revision=2,
    params=ScriptDialogueParams,
    backends=_TEXT_BACKENDS,
    stage=f"{STAGES}.script_dialogue:ScriptDialogueStage",
    model="builtin/smollm2-135m",
    outputs=written_outputs(Dialogue, json_output("line/", Line)),
    parts=parts_of_dialogue,
    unaided=Unaided("questions", "dialogue", "lines", "text", most=7),
)
CAPTION_PRODUCT = Recipe(
    kind=StageKind.TEXT,
    name="caption.product",
    revision=2,
    params=CaptionProductParams,
    backends=_TEXT_BACKENDS,
    stage=f"{STAGES}.caption_product:CaptionProductStage",
    model="builtin/phrases",
    outputs=written_outputs(ProductText, text_output("caption")),
    parts=parts_of_product,
    batch_size=64,
    claimed=False,
)
IMAGE_SCENE = Recipe(
    kind=StageKind.IMAGE,
    name="image.scene",
    revision=2,
    params=ImageSceneParams,
    stage=f"{STAGES}.image_scene:ImageSceneStage",
    model="builtin/sketch",
    outputs=(OutputSpec("image", "image/jpeg"),),
    ports=(
        Port("image_prompt", Shape.SPLIT, media_types=(TEXT_TYPE,)),
        Port(SHOT, Shape.SPLIT, media_types=(JSON_TYPE,), document=Shot, is_optional=True, beside="image_prompt"),
        Port("look", media_types=(JSON_TYPE,), document=Look, beside="image_prompt"),
        setting_port(IMAGE_SETTING, ImageSetting, "image_prompt"),
        of_brief_port("own", "image"),
        of_brief_port("own_clip", "clip"),
    ),
)
IMAGE_UPSCALE = Recipe(
    kind=StageKind.IMAGE,
    name="image.upscale",
    revision=1,
    params=ImageUpscaleParams,
    stage=f"{STAGES}.image_upscale:ImageUpscaleStage",
    model="builtin/upscaler",
    outputs=(OutputSpec("image", "image/jpeg"),),
    ports=(Port("image", Shape.EACH, media_types=IMAGE_TYPES),),
)
IMAGE_CARD = Recipe(
    kind=StageKind.IMAGE,
    name="image.card",
    revision=3,
    params=ImageCardParams,
    stage=f"{STAGES}.image_card:ImageCardStage",
    model="builtin/cards",
    outputs=(
        *(OutputSpec(each.output, "image/jpeg") for each in CardFormat),
        OutputSpec("thumbnail", "image/webp"),
        LABEL_OUTPUT,
    ),
    ports=(script_port(ProductText), beside_script_port("digital_source"), PROMPTS_PORT, PICTURES_PORT),
    chosen_by="formats",
    choices={each.value: each.output for each in CardFormat},
    batch_size=4,
)
SPEECH_NARRATION = Recipe(
    kind=StageKind.SPEECH,
    name="speech.narration",
    revision=3,
    params=SpeechNarrationParams,
    stage=f"{STAGES}.speech_narration:SpeechNarrationStage",
    model="builtin/voices",
    outputs=_SPEECH,
    ports=(
        Port("narration", Shape.SPLIT, media_types=(TEXT_TYPE,)),
        setting_port(SPEECH_SETTING, SpeechSetting, "narration"),
        of_brief_port("own", "voice"),
    ),
)
SPEECH_DIALOGUE = Recipe(
    kind=StageKind.SPEECH,
    name="speech.dialogue",
    revision=3,
    params=SpeechDialogueParams,
    stage=f"{STAGES}.speech_dialogue:SpeechDialogueStage",
    model="builtin/voices",
    outputs=_SPEECH,
    ports=(Port("line", Shape.SPLIT, media_types=(JSON_TYPE,), document=Line),),
)


AUDIO_PODCAST = Recipe(
    kind=StageKind.AUDIO,
    name="audio.podcast",
    revision=3,
    params=AudioPodcastParams,
    stage=f"{STAGES}.audio_podcast:AudioPodcastStage",
    model="builtin/mixer",
    outputs=(
        OutputSpec("audio_mp3", "audio/mpeg"),
        OutputSpec("audio_m4a", "audio/mp4"),
        OutputSpec("transcript_vtt", "text/vtt"),
        OutputSpec("transcript_html", "text/html"),
        OutputSpec("chapters", "application/json+chapters"),
        OutputSpec("cover", "image/jpeg"),
        LABEL_OUTPUT,
    ),
    ports=(
        script_port(Dialogue),
        beside_script_port("digital_source"),
        PROMPTS_PORT,
        PICTURES_PORT,
        Port("line", Shape.FAMILY, media_types=(JSON_TYPE,), document=Line, is_hashed=False, beside="script"),
        *speech_ports("line"),
    ),
    brief_files=("music",),
)
PAGE_ARTICLE = Recipe(
    kind=StageKind.PAGE,
    name="page.article",
    revision=3,
    params=PageArticleParams,
    stage=f"{STAGES}.page_article:PageArticleStage",
    model="builtin/pages",
    outputs=(
        OutputSpec("page", "text/html"),
        OutputSpec("page_linked", "text/html"),
        OutputSpec("markdown", "text/markdown"),
        LABEL_OUTPUT,
        *(OutputSpec(f"{picture_family(form, px)}/", form.media_type) for form, px in picture_variants()),
    ),
    ports=(
        script_port(Article),
        beside_script_port("look", Look),
        beside_script_port("digital_source"),
        PROMPTS_PORT,
        PICTURES_PORT,
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
