"""The operator of each kind of stage: which recipes it takes, its name, and how it looks in Airflow's UI."""

from __future__ import annotations

from collections.abc import Mapping

from include.contract.values import StageKind
from operators.stages.operator import StageOperator
from operators.stages.publish import PublishOperator


class TextOperator(StageOperator):
    """Writes a text for each brief."""

    kinds = frozenset({StageKind.TEXT})
    ui_color = "#fdf1c7"


class ImageOperator(StageOperator):
    """Draws pictures, or makes other pictures from them."""

    kinds = frozenset({StageKind.IMAGE})
    ui_color = "#d5e8f5"


class SpeechOperator(StageOperator):
    """Speaks each part."""

    kinds = frozenset({StageKind.SPEECH})
    ui_color = "#e3f3d3"


class ClipOperator(StageOperator):
    """Makes a moving picture for each part."""

    kinds = frozenset({StageKind.CLIP})
    ui_color = "#d8dcf7"


class VideoOperator(StageOperator):
    """Cuts a film for each brief."""

    kinds = frozenset({StageKind.VIDEO})
    ui_color = "#e9d9f2"


class AudioOperator(StageOperator):
    """Mixes an episode for each brief."""

    kinds = frozenset({StageKind.AUDIO})
    ui_color = "#dcefe6"


class PageOperator(StageOperator):
    """Lays out a page for each brief."""

    kinds = frozenset({StageKind.PAGE})
    ui_color = "#f7e6d0"


class PostOperator(StageOperator):
    """Marks or improves something finished."""

    kinds = frozenset({StageKind.POST})
    ui_color = "#ececec"


OPERATORS: Mapping[StageKind, type[StageOperator]] = {
    kind: operator
    for operator in (
        TextOperator,
        ImageOperator,
        SpeechOperator,
        ClipOperator,
        VideoOperator,
        AudioOperator,
        PageOperator,
        PostOperator,
        PublishOperator,
    )
    for kind in operator.kinds
}
