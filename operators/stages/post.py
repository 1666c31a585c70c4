"""The post-processing stage as an Airflow operator."""

from __future__ import annotations

from include.contract.values import StageKind
from operators.stages.operator import StageOperator


class PostOperator(StageOperator):
    """Finishes what other stages made: mixes, pages, cards, enlarged and cropped pictures."""

    kind = StageKind.POST
    ui_color = "#d9ead3"
