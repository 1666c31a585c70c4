"""The operator of each kind of stage: what it is called and how it looks in Airflow's UI."""

from __future__ import annotations

from collections.abc import Mapping

from include.contract.values import StageKind
from operators.stages.operator import StageOperator
from operators.stages.publish import PublishOperator


class TextOperator(StageOperator):
    """Writes the text of each brief."""

    ui_color = "#fdf1c7"


class ImageOperator(StageOperator):
    """Draws pictures, or makes others of them."""

    ui_color = "#d5e8f5"


class SpeechOperator(StageOperator):
    """Speaks each part."""

    ui_color = "#e3f3d3"


class ClipOperator(StageOperator):
    """Makes a moving picture of each part."""

    ui_color = "#d8dcf7"


class VideoOperator(StageOperator):
    """Cuts a film of each brief."""

    ui_color = "#e9d9f2"


class AudioOperator(StageOperator):
    """Mixes an episode of each brief."""

    ui_color = "#dcefe6"


class PageOperator(StageOperator):
    """Sets a page of each brief."""

    ui_color = "#f7e6d0"


class PostOperator(StageOperator):
    """Marks or improves something finished."""

    ui_color = "#ececec"


OPERATORS: Mapping[StageKind, type[StageOperator]] = {
    StageKind.TEXT: TextOperator,
    StageKind.IMAGE: ImageOperator,
    StageKind.SPEECH: SpeechOperator,
    StageKind.CLIP: ClipOperator,
    StageKind.VIDEO: VideoOperator,
    StageKind.AUDIO: AudioOperator,
    StageKind.PAGE: PageOperator,
    StageKind.POST: PostOperator,
    StageKind.PUBLISH: PublishOperator,
}
