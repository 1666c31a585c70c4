"""The text stage as an Airflow operator."""

from __future__ import annotations

from include.contract.values import StageKind
from operators.stages.operator import StageOperator


class TextOperator(StageOperator):
    """Turns a brief into a script, with a narration and a picture's description for each scene."""

    kind = StageKind.TEXT
    ui_color = "#e8d5f5"
