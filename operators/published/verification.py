"""Checking what is published, as a task."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from include.contract.deployments import Deployment

if TYPE_CHECKING:
    from airflow.sdk import Context

FIRST_DAY, LAST_DAY = "from", "to"
"""Names of the DAG's params."""
RECENT = timedelta(days=7)
ROUND_DAYS = 28
"""Nights that it takes to check everything once."""


class PublishedIsWrong(AirflowFailException):
    """Readers find something wrong; another try would find the same."""


class VerifyOperator(BaseOperator):
    """Reads what is published, and restores wrong files from their blobs.

    :param deployment: where the store is.
    """

    def __init__(self, *, deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.deployment = deployment

    def execute(self, context: Context) -> dict[str, int]:
        """Check the days in the params, or those whose turn it is; returns how much was checked.

        :raises PublishedIsWrong: something wrong could not be restored; the log says what, and what to do.
        """
        from operators.published.verifying import Verification
        from operators.store import connected_store

        verification = Verification(connected_store(self.deployment.store), self._is_due(context), mends=True)
        wrong = mended = 0
        for content_type in verification.content_types():
            for finding in verification.of(content_type):
                mended += finding.is_mended
                wrong += not finding.is_mended
                (self.log.warning if finding.is_mended else self.log.error)("%s", finding)
        looked = verification.looked
        self.log.info("%d pieces, %d files, %d bytes looked at", looked.pieces, looked.files, looked.bytes)
        if wrong:
            places = f"{wrong} {'place' if wrong == 1 else 'places'}"
            raise PublishedIsWrong(
                f"what readers find is wrong in {places}; this log has a line for each, which says what to do "
                f"({mended} more were put right)"
            )
        return {"pieces": looked.pieces, "files": looked.files, "bytes": looked.bytes, "mended": mended}

    def _is_due(self, context: Context) -> Callable[[date], bool]:
        first, last = context["params"][FIRST_DAY], context["params"][LAST_DAY]
        if first or last:
            start = date.fromisoformat(first) if first else date.min
            end = date.fromisoformat(last) if last else date.max
            return lambda day: start <= day <= end
        tonight = context["dag_run"].run_after.date()
        return lambda day: is_due(day, tonight)


def is_due(day: date, tonight: date) -> bool:
    """Whether the pieces of `day` are checked `tonight`: the recent ones, and a share of the others."""
    return tonight - day <= RECENT or (tonight - day).days % ROUND_DAYS == 0
