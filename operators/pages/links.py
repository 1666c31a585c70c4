"""The buttons in Airflow's UI, on every stage, that lead to what was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperatorLink

from operators.pages.addresses import airflow_root, files_at, gallery_at, pieces_at
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
        place = _published_by(operator)
        return f"{airflow_root()}{gallery_at(place)}" if place else ""


def _published_by(operator: BaseOperator) -> str:
    """Where in the store the task publishes, else the first in its DAG that does; empty where none does."""
    tasks = (operator, *operator.dag.tasks)
    return next((place for task in tasks if (place := getattr(task, "place_in_store", ""))), "")


LINKS = (PieceLink(), FilesLink(), GalleryLink())
"""Of every stage."""
