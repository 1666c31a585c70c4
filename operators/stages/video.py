"""The video stage as an Airflow operator."""

from __future__ import annotations

from include.contract.values import StageKind
from operators.stages.operator import StageOperator


class VideoOperator(StageOperator):
    """Cuts pictures and speech into one film."""

    kind = StageKind.VIDEO
    ui_color = "#f5dcd5"
