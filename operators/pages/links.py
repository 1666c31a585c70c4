"""The buttons in Airflow's UI, on every stage, that lead to what was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperatorLink

from operators.pages.addresses import airflow_root, files_at, gallery_at, log_at, pieces_at
from operators.task import ref_of

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey


class PieceLink(BaseOperatorLink):
    """What the run has made so far."""

    name = "The piece"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of the piece, or of a list if there are several."""
        return f"{airflow_root()}{pieces_at(ti_key.dag_id, ti_key.run_id)}"


class FilesLink(BaseOperatorLink):
    """The files that the task made."""

    name = "Its files"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of a page where its files can be seen, heard and opened."""
        return f"{airflow_root()}{files_at(ref_of(ti_key))}"


class GalleryLink(BaseOperatorLink):
    """What the content type has published."""

    name = "Gallery"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of the gallery; empty if nothing is published."""
        place = _published_by(operator)
        return f"{airflow_root()}{gallery_at(place)}" if place else ""


def _published_by(operator: BaseOperator) -> str:
    """Where in the store the task publishes, else the first in its DAG that does; empty where none does."""
    tasks = (operator, *operator.dag.tasks)
    return next((place for task in tasks if (place := getattr(task, "place_in_store", ""))), "")


class LogLink(BaseOperatorLink):
    """All that the task's tries have logged, of which Airflow's own log may show but a part."""

    name = "Its whole log"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of a page with the parts of it."""
        return f"{airflow_root()}{log_at(ref_of(ti_key))}"


class JobLink(BaseOperatorLink):
    """What the engine has started for the newest try, such as a job in the dashboard of a Ray cluster."""

    name = "Its job"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of its page; empty if there is none."""
        return str(getattr(operator, "job_page", ""))


LINKS = (PieceLink(), FilesLink(), GalleryLink(), LogLink(), JobLink())
"""The links of every stage. Airflow shows no button for one whose address is empty."""
