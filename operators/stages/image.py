"""The image stage as an Airflow operator."""

from __future__ import annotations

from include.contract.values import StageKind
from operators.stages.operator import StageOperator


class ImageOperator(StageOperator):
    """Turns each scene's description into a picture."""

    kind = StageKind.IMAGE
    ui_color = "#d5e8f5"
