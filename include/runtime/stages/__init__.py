"""The recipes, one file each, read top to bottom: what goes in, what is made, how it is checked.

Never here: S3, requests, records, other stages.
"""

from __future__ import annotations

from importlib import import_module

from include.runtime.stage import Stage

_CLASSES = {
    "script.narrated": ("script_narrated", "ScriptNarratedStage"),
    "image.scene": ("image_scene", "ImageSceneStage"),
    "image.upscale": ("image_upscale", "ImageUpscaleStage"),
    "speech.narration": ("speech_narration", "SpeechNarrationStage"),
    "video.narrated": ("video_narrated", "VideoNarratedStage"),
    "article.sections": ("article_sections", "ArticleSectionsStage"),
    "page.article": ("page_article", "PageArticleStage"),
    "script.dialogue": ("script_dialogue", "ScriptDialogueStage"),
    "speech.dialogue": ("speech_dialogue", "SpeechDialogueStage"),
    "audio.podcast": ("audio_podcast", "AudioPodcastStage"),
    "caption.product": ("caption_product", "CaptionProductStage"),
    "image.card": ("image_card", "ImageCardStage"),
}


def stage_of(recipe: str) -> Stage:
    """A fresh stage for `recipe`; only its own module is imported."""
    module, name = _CLASSES[recipe]
    stage: Stage = getattr(import_module(f"include.runtime.stages.{module}"), name)()
    return stage
