"""The task that collects decisions for the stages downstream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.bases.xcom import BaseXCom
from airflow.sdk.exceptions import AirflowSkipException, DownstreamTasksSkipped

from include.contract.content_types import ContentType
from include.contract.decisions import Decision, Verdict, pack_decisions, piece_digest
from include.contract.deployments import Deployment
from include.contract.planning import PlannedItem
from include.store.connection import CONNECTIONS
from include.store.store import Store
from include.store.threads import daemon_threads
from operators.decisions import last_decision
from operators.handing_on import hand_on
from operators.review.looked_at import looked_at
from operators.review.points import ReviewPoint
from operators.store import connected_store
from operators.task import run_ref
from operators.task_ids import LIST, instances_of

if TYPE_CHECKING:
    from airflow.sdk import Context


class CollectOperator(BaseOperator):
    """Reads the last decision about each brief's content; only what was approved continues.

    :param content_type: what is reviewed.
    :param point: about what.
    :param deployment: where the store is.
    """

    ui_color = "#fdebd0"

    def __init__(self, *, content_type: ContentType, point: ReviewPoint, deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(do_xcom_push=False, **kwargs)
        self.content_type = content_type
        self.point = point
        self.deployment = deployment

    def execute(self, context: Context) -> None:
        """Push how many briefs got which verdict, and where the decisions are stored.

        :raises AirflowSkipException: the run has nothing to review.
        :raises DownstreamTasksSkipped: nothing was approved.
        """
        if context["ti"].xcom_pull(task_ids=self.point.task(LIST)) is None:
            raise AirflowSkipException("there was nothing to review")
        store = connected_store(self.deployment.store)
        items = [item for item in looked_at(context, store, self.content_type, self.point) if not item.missing]
        decisions = self._decisions(store, items)
        body = pack_decisions(decisions)
        sha256 = hand_on(store, run_ref(context), "decisions", body, "application/gzip")
        counts = {verdict.value: sum(each.verdict is verdict for each in decisions) for verdict in Verdict}
        self.log.info("Decided: %s", ", ".join(f"{number} {verdict}" for verdict, number in counts.items()))
        context["ti"].xcom_push(key=BaseXCom.XCOM_RETURN_KEY, value=counts | {"sha256": sha256})
        tasks = instances_of(self.downstream_task_ids, self.content_type)
        if tasks and not counts[Verdict.APPROVED.value]:
            self.log.info("Nothing was approved, so nothing goes on; the run ends here")
            raise DownstreamTasksSkipped(tasks=tasks)  # type: ignore[no-untyped-call]

    def _decisions(self, store: Store, items: list[PlannedItem]) -> list[Decision]:
        def last(item: PlannedItem) -> Decision | None:
            return last_decision(store, self.content_type.name, item.brief, piece_digest(item))

        with daemon_threads(CONNECTIONS, "decisions") as threads:
            return [decision for decision in threads.map(last, items) if decision is not None]
