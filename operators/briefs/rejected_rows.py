"""The task that reports rows that make no brief, while all others are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from operators.briefs.operator import RETRIES, RETRY_DELAY_S, TIMEOUT, run_entries
from operators.refusing import told_in_words
from operators.retry import StageRetryPolicy
from operators.store import connected_store
from operators.task_ids import BRIEF_TASK, REFUSED_TASK

if TYPE_CHECKING:
    from airflow.sdk import Context

SHOWN_MISTAKES = 50


class RefusedRowsOperator(BaseOperator):
    """Fails if rows of the run's source were refused; the run's other tasks are not affected.

    :param deployment: where the store is.
    """

    ui_color = "#f4cccc"

    def __init__(self, *, deployment: Deployment, **kwargs: Any) -> None:
        policy = StageRetryPolicy(0, RETRY_DELAY_S, RETRIES)
        super().__init__(
            task_id=REFUSED_TASK, do_xcom_push=False, execution_timeout=TIMEOUT, **policy.arguments | kwargs
        )
        self.deployment = deployment

    def execute(self, context: Context) -> None:
        """Report what the first task refused.

        :raises Refused: a line for each row.
        """
        with told_in_words(self.log):
            self._tell(context)

    def _tell(self, context: Context) -> None:
        found = run_entries(context, connected_store(self.deployment.store))
        if not found.mistakes:
            return
        rows = list(found.mistakes[:SHOWN_MISTAKES])
        if len(found.mistakes) > SHOWN_MISTAKES:
            rows.append(f"and {len(found.mistakes) - SHOWN_MISTAKES} more, in the log of `{BRIEF_TASK}`")
        counted = "1 row makes" if len(found.mistakes) == 1 else f"{len(found.mistakes)} rows make"
        others = {0: ", and there is nothing else to make", 1: "; the other one is made"}
        rest = others.get(len(found.entries), f"; the other {len(found.entries)} are made")
        raise BadRequest(f"{counted} no brief{rest}:\n" + "\n".join(rows))
