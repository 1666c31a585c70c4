"""The recipes, one file each, read top to bottom: what goes in, what is made, how it is checked.

Never here: S3, requests, records, other stages.
"""

from __future__ import annotations

from importlib import import_module

from include.runtime.stage import Stage

_CLASSES = {
    "script.narrated": ("script_narrated", "ScriptNarratedStage"),
    "image.scene": ("image_scene", "ImageSceneStage"),
    "speech.narration": ("speech_narration", "SpeechNarrationStage"),
    "video.narrated": ("video_narrated", "VideoNarratedStage"),
    "article.sections": ("article_sections", "ArticleSectionsStage"),
    "post.article": ("post_article", "PostArticleStage"),
    "script.dialogue": ("script_dialogue", "ScriptDialogueStage"),
    "speech.dialogue": ("speech_dialogue", "SpeechDialogueStage"),
    "post.podcast": ("post_podcast", "PostPodcastStage"),
    "caption.product": ("caption_product", "CaptionProductStage"),
    "post.card": ("post_card", "PostCardStage"),
}


def stage_of(recipe: str) -> Stage:
    """A fresh stage for `recipe`; only its own module is imported."""
    module, name = _CLASSES[recipe]
    stage: Stage = getattr(import_module(f"include.runtime.stages.{module}"), name)()
    return stage
