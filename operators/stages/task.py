"""What all tasks of a stage have in common: its settings as plain values, and the stages upstream that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperator
from airflow.sdk.definitions._internal.contextmanager import TaskGroupContext

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.values import StageKind
from operators.configuration import deployment_here
from operators.dag_stages import check_dag, wiring_of
from operators.decisions import Reviews
from operators.pages.links import LINKS
from operators.retry import StageRetryPolicy
from operators.stages.arguments import default_args_of, settings_of, tries
from operators.task_ids import BRIEF_TASK, full_id, shards_task, stage_of_task

if TYPE_CHECKING:
    from airflow.sdk.definitions.mappedoperator import OperatorPartial


class StageTask(BaseOperator):
    """A task of a stage: the one that makes it, one of its shards, or their merge.

    Defaults are the same as in a content type; `docs/operators.md` describes each argument.

    :param task_id: name of the stage; for shards, followed by `_shards`.
    :param recipe: what the stage does, such as `image.scene`.
    :param deployment: engine, store and what each profile means; default: the installation's own.
    :param inputs: which stage a port of the recipe reads; for the others one is found upstream.
    :param recipe_params: parameters of the recipe that no brief sets.
    :param model: a name from the model registry.
    :param profile: resources, by the name under which the deployment knows them.
    :param pool: of Airflow; the profile's when left out.
    :param retries: tries after a failure of the work; those after one of its surroundings come on top.
    :param retry_delay: between them.
    :param retry_policy: made of these two and the deployment.
    :param timeout_s: seconds that a try may take.
    :param max_failed_share: of the items; if more fail, the stage fails.
    :param batch_size: items computed together, in a batch or side by side.
    :param shards: tasks that share out the items.
    :param shard: which of them this one is, from 0.
    :param reviews: those whose decisions say which briefs it makes.
    :raises BadRequest: an argument is wrong; all that are, a line each.
    """

    operator_extra_links = LINKS
    kinds: ClassVar[frozenset[StageKind]] = frozenset(StageKind) - {StageKind.PUBLISH}
    """Kinds of the recipes that it takes."""
    merges: ClassVar[bool] = False
    """Whether it merges what the shards made."""

    def __init__(
        self,
        *,
        task_id: str,
        recipe: str,
        deployment: Deployment | None = None,
        inputs: Mapping[str, str] | None = None,
        recipe_params: Mapping[str, Any] | None = None,
        model: str | None = None,
        profile: str | None = None,
        pool: str | None = None,
        retries: int | None = None,
        retry_delay: timedelta | float | None = None,
        retry_policy: StageRetryPolicy | None = None,
        timeout_s: float | None = None,
        max_failed_share: float | None = None,
        batch_size: int | None = None,
        shards: int | None = None,
        shard: int = 0,
        reviews: Reviews = Reviews(),  # noqa: B008 - frozen
        **kwargs: Any,
    ) -> None:
        deployment = deployment or deployment_here()
        settings = self.settings_of(full_id(task_id, kwargs), deployment, locals())
        super().__init__(
            task_id=task_id, do_xcom_push=False, **self.airflow_arguments(task_id, settings, deployment) | kwargs
        )
        self.settings = settings
        self.deployment = deployment
        self.shard = shard
        self.reviews = reviews

    @classmethod
    def partial(cls, *, task_id: str, **kwargs: Any) -> OperatorPartial:
        """Like Airflow's: for a stage with mapped shards, `expand(shard=[0, 1, 2])`. Checked like a single task."""
        group = kwargs.get("task_group") or TaskGroupContext.get_current(kwargs.get("dag"))
        told = {**default_args_of(kwargs, group), **kwargs}
        deployment = told.get("deployment") or deployment_here()
        settings = cls.settings_of(full_id(task_id, {"task_group": group}), deployment, told)
        own = {"map_index_template": "{{ task.label }}", **cls.airflow_arguments(task_id, settings, deployment)}
        return super().partial(task_id=task_id, **own | kwargs | tries(settings, deployment))

    @classmethod
    def settings_of(cls, task_id: str, deployment: Deployment, given: Mapping[str, Any]) -> StageSettings:
        """The stage's settings, from its task's arguments.

        :raises BadRequest: what is wrong, a line each, with what is allowed.
        """
        settings = settings_of(task_id, deployment, cls.kinds, given)
        stage = stage_of_task(task_id)
        name = shards_task(stage) if settings.shards > 1 and not cls.merges else stage
        if task_id != name:
            raise BadRequest(f"task `{task_id}`: with `shards: {settings.shards}` it has to be called `{name}`")
        return settings

    @classmethod
    def airflow_arguments(cls, task_id: str, settings: StageSettings, deployment: Deployment) -> dict[str, Any]:
        """The settings as Airflow's arguments."""
        return tries(settings, deployment)

    @property
    def stage(self) -> str:
        """Name of its stage."""
        return stage_of_task(self.task_id)

    @property
    def stands_for_stage(self) -> bool:
        """Whether others read the stage through it: it is the stage's only task, or merges its shards."""
        return self.merges or self.settings.shards == 1

    @property
    def read(self) -> Mapping[str, str]:
        """Name of the stage that each port reads.

        :raises BadRequest: its DAG gives a port nothing to read, or more than one stage.
        """
        has_dag = self.has_dag()  # type: ignore[no-untyped-call]
        return wiring_of(self.dag)[self.stage].read if has_dag else self.settings.inputs

    def resolve_template_files(self) -> None:
        """Airflow calls this for each task of a DAG that it has read completely.

        :raises BadRequest: the stages do not fit together.
        """
        super().resolve_template_files()
        if BRIEF_TASK not in self.dag.task_dict:  # which checks for all
            check_dag(self.dag)
