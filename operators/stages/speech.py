"""The speech stage as an Airflow operator."""

from __future__ import annotations

from include.contract.values import StageKind
from operators.stages.operator import StageOperator


class SpeechOperator(StageOperator):
    """Turns each scene's narration into speech."""

    kind = StageKind.SPEECH
    ui_color = "#d9f2d9"
