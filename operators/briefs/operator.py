"""The first task of every run: its briefs, checked and complete, before any stage starts (I4, I5, I9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.bases.xcom import BaseXCom
from airflow.sdk.exceptions import DownstreamTasksSkipped

from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.entries import BRIEFS, Entries, pack_entries, unpack_entries
from include.contract.keys import blob_key
from include.store.store import Store
from operators.briefs.brief_task import check_brief_task
from operators.briefs.dates import publication_day
from operators.briefs.own_media import BriefFiles
from operators.briefs.resolve import entries_of
from operators.configuration import deployment_here, unknown_models
from operators.dag_stages import check_dag, content_type_of, refuse
from operators.handing_on import hand_on, handed_on
from operators.refusing import told_in_words
from operators.retry import StageRetryPolicy
from operators.store import connected_store
from operators.task import run_ref
from operators.task_ids import BRIEF_TASK, REFUSED_TASK, full_id, instances_of

if TYPE_CHECKING:
    from airflow.sdk import Context

SHOWN_BRIEFS = 10
RETRIES = 3
"""Retries while the store or the source is away; a mistake fails at once."""
RETRY_DELAY_S = 5.0
TIMEOUT = timedelta(minutes=5)


class BriefOperator(BaseOperator):
    """Finds the run's briefs, checks them, resolves what they refer to, and stores all of it.

    A run whose conf has a brief makes that one; any other makes what `source` has for it, or otherwise `brief`.

    :param task_id: `brief`, where all stages look for their briefs.
    :param brief: for runs that bring none; rendered by Airflow: templates, or what a task upstream has returned.
    :param defaults: fields of a brief that hold where it leaves them out; not rendered, as what a conf or a source
        brings is not.
    :param source: where the briefs of a run come from that brings none, as in a content type.
    :param timezone: in which the day of a run is told.
    :param lead_days: between a run and the day whose rows of a calendar it makes.
    :param deployment: where the store is, and which files a brief may name; the installation's own when left out.
    :param retries: tries after a failure of the surroundings; a brief that is wrong fails at once.
    :param retry_delay: between them, in seconds or as a `timedelta`; doubled each time.
    :param execution_timeout: of one try.
    :raises BadRequest: an argument is wrong; all that are, a line each.
    """

    ui_color = "#f4ead5"
    template_fields = ("brief",)

    def __init__(
        self,
        *,
        task_id: str = BRIEF_TASK,
        brief: Mapping[str, Any] | None = None,
        defaults: Mapping[str, Any] | None = None,
        source: Mapping[str, Any] | None = None,
        timezone: str = "UTC",
        lead_days: int = 0,
        deployment: Deployment | None = None,
        retries: int = RETRIES,
        retry_delay: timedelta | float = RETRY_DELAY_S,
        execution_timeout: timedelta | None = TIMEOUT,
        **kwargs: Any,
    ) -> None:
        deployment = deployment or deployment_here()
        told = {"brief": defaults or {}, "source": source, "timezone": timezone, "lead_days": lead_days}
        check_brief_task(full_id(task_id, kwargs), brief, told)
        delay_s = retry_delay.total_seconds() if isinstance(retry_delay, timedelta) else retry_delay
        policy = StageRetryPolicy(0, delay_s, retries)
        super().__init__(
            task_id=task_id,
            do_xcom_push=False,
            execution_timeout=execution_timeout,
            **policy.arguments | kwargs,
        )
        self.brief = brief
        self.deployment = deployment
        self._told = told

    @property
    def content_type(self) -> ContentType:
        """What its DAG makes.

        :raises BadRequest: the DAG's tasks do not fit together.
        """
        return content_type_of(self.dag, **self._told)

    def resolve_template_files(self) -> None:
        """Airflow calls this for each task of a DAG that it has read completely.

        :raises BadRequest: the DAG's tasks do not fit together.
        """
        super().resolve_template_files()
        check_dag(self.dag)
        refuse(unknown_models(self.content_type.model_dump(mode="json"), self.deployment))

    def execute(self, context: Context) -> None:
        """Push how many briefs there are, how many rows were refused, and where all of it is stored.

        :raises Refused: one line per mistake: field, what was found, what is allowed.
        :raises DownstreamTasksSkipped: the source has nothing for this run.
        """
        with told_in_words(self.log):
            self._hand_on(context)

    def _hand_on(self, context: Context) -> None:
        store = connected_store(self.deployment.store)
        files = BriefFiles(self.deployment, store, keeps=True)
        content_type = self.content_type
        found = entries_of(context, content_type, self.deployment, store, files.entry_of, self.brief)
        entries = Entries(
            day=publication_day(context["dag_run"], content_type),
            entries=found.entries,
            mistakes=found.mistakes,
            left_out=found.left_out,
        )
        body = pack_entries(entries)
        sha256 = hand_on(store, run_ref(context), BRIEFS, body, "application/gzip")
        for mistake in entries.mistakes:
            self.log.error("%s", mistake)
        if entries.left_out:
            self.log.warning("%s", entries.left_out)
        self.log.info("%s: %s", _in_words(entries), store.domain.uri(blob_key(sha256)))
        value = {"briefs": len(entries.entries), "refused": len(entries.mistakes), "sha256": sha256}
        context["ti"].xcom_push(key=BaseXCom.XCOM_RETURN_KEY, value=value)
        if not entries.entries:
            raise DownstreamTasksSkipped(tasks=self._stages())  # type: ignore[no-untyped-call]

    def _stages(self) -> list[str | tuple[str, int]]:
        """The tasks after this one but the one that tells of refused rows; each shard of a stage by itself."""
        return instances_of(self.downstream_task_ids - {REFUSED_TASK}, self.content_type)


def run_entries(context: Context, store: Store) -> Entries:
    """What the first task of this run handed on.

    :raises InputLost: it is gone.
    """
    return read_entries(context["ti"].xcom_pull(task_ids=BRIEF_TASK), store)


def read_entries(found: Any, store: Store) -> Entries:
    """What the first task handed on in XCom and in the store.

    :raises InputLost: it is gone.
    """
    return handed_on(store, found, BRIEF_TASK, unpack_entries)


def _in_words(entries: Entries) -> str:
    names = [entry.brief.id for entry in entries.entries]
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN_BRIEFS])
    return f"{len(names)} briefs ({shown}{', …' if len(names) > SHOWN_BRIEFS else ''})"
