"""The buttons in Airflow's UI, on every stage, that lead to what was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperatorLink

from include.contract.values import StageKind
from operators.dags.page_addresses import airflow_root, files_at, gallery_at, pieces_at
from operators.task import ref_of

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey


class PieceLink(BaseOperatorLink):
    """What the run made, as far as it is."""

    name = "The piece"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Leads to the one piece, or to a list of them."""
        return f"{airflow_root()}{pieces_at(ti_key.dag_id, ti_key.run_id)}"


class FilesLink(BaseOperatorLink):
    """What the task made."""

    name = "Its files"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Leads to a page on which its files are seen, heard and opened."""
        return f"{airflow_root()}{files_at(ref_of(ti_key))}"


class GalleryLink(BaseOperatorLink):
    """What the content type has published."""

    name = "Gallery"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Leads to the gallery; empty where nothing is published."""
        publishes = StageKind.PUBLISH.value in operator.dag.task_ids
        return f"{airflow_root()}{gallery_at(ti_key.dag_id)}" if publishes else ""


LINKS = (PieceLink(), FilesLink(), GalleryLink())
"""Of every stage."""
