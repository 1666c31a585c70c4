"""The operator of every stage: make a request, reuse what exists or run it, then push a reference to the manifest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk.bases.xcom import BaseXCom
from airflow.sdk.exceptions import AirflowTaskTimeout, TaskDeferralError, TaskDeferralTimeout

from include.contract import environment
from include.contract.content_types import StageSettings
from include.contract.deployments import ENGINES, Deployment, Profile
from include.contract.engines import COMMAND, Engine, Job, Suspension, TaskTry
from include.contract.entries import Entries
from include.contract.errors import AtelierError, Cause, PermanentError
from include.contract.failures import Failure, FailureClass
from include.contract.keys import manifest_key, request_key
from include.contract.manifests import Manifest, Shard
from include.contract.published import Publication
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.briefs.operator import run_entries
from operators.engines.selection import engine_of
from operators.model_server import access_variables, asks_server
from operators.pages.links import JobLink
from operators.retry import Remedy, StageFailed, StageRetryPolicy, failure_in
from operators.stages.arguments import of_engine
from operators.stages.executions_started import ExecutionsStarted
from operators.stages.failing import in_full, trigger_lost, trigger_timed_out
from operators.stages.request import as_left, keep_request, request_of
from operators.stages.resource_hints import BatchLimit, Lesson
from operators.stages.result import result_of
from operators.stages.reuse import (
    empty_share,
    existing_manifest,
    find_content,
    keep_or_adopt,
    manifest_of_reuse,
    read_manifest,
    was_made,
)
from operators.stages.shards import is_left_to_merge
from operators.stages.task import StageTask
from operators.stages.time_limit import with_limit
from operators.store import connected_store
from operators.task import MOST_OF_A_TITLE, run_ref
from operators.task_ids import stage_of_task

if TYPE_CHECKING:
    from airflow.sdk import Context


class StageOperator(StageTask, KubernetesPodOperator):
    """Hands one stage to the deployment's engine, unless its result exists already. `StageTask` has the arguments."""

    job_page = ""
    """Where people see what the engine has started, once it has."""
    _engine: Engine | None = None
    _is_asked_to_stop = False
    _makes = ""
    """What a shard makes part of; known when it executes."""

    @classmethod
    def airflow_arguments(cls, task_id: str, settings: StageSettings, deployment: Deployment) -> dict[str, Any]:
        """Its slots, its tries, and the pod that it may start."""
        own = {"name": stage_of_task(task_id), "cmds": ["python"], "arguments": [*COMMAND]}
        return super().airflow_arguments(task_id, settings, deployment) | of_engine(settings, deployment) | own

    @property
    def label(self) -> str:
        """Which of its stage's shards it is, as Airflow's UI names the mapped task."""
        place = f"{self.shard + 1} of {self.settings.shards}"
        return f"{self._makes}, {place}" if self._makes else place

    def execute(self, context: Context) -> None:
        """Make the stage's content exist, and push where its manifest is.

        :raises StageFailed: it was not made; says why and what follows.
        :raises TaskDeferred: it continues without a worker.
        """
        with self._failures(context):
            started = time.monotonic()
            store = connected_store(self.deployment.store)
            entries = run_entries(context, store)
            request, manifest = self._found(context, store, entries, started)
            if manifest is None:
                keep_request(store, request)
                ExecutionsStarted.begin(context)
                manifest = self._follow(context, store, request, None)
            elif ExecutionsStarted.found(context) is not None:
                # An earlier start may have been lost after its stage was done, and before what ran it was ended; even
                # under this try's number, since Airflow starts a task again when it takes a deferral for an end.
                self._engine_for(context, store, request).abandon()
            self._push(context, store, entries, manifest)

    def resume(self, context: Context, event: dict[str, Any]) -> None:
        """Continue after the trigger has fired."""
        with self._failures(context):
            store = connected_store(self.deployment.store)
            entries = run_entries(context, store)
            request = self._request(context, store, entries)
            self._push(context, store, entries, self._follow(context, store, request, event))

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context) -> Any:
        """Airflow's way back from the trigger; one that ended without an event is a failure like any other."""
        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except TaskDeferralTimeout as error:
            with self._failures(context):
                store = connected_store(self.deployment.store)
                request = self._request(context, store, run_entries(context, store))
                self._engine_for(context, store, request).abandon()
                raise self._failed(context, trigger_timed_out(error)) from error
        except TaskDeferralError as error:
            raise self._failed(context, trigger_lost(error)) from error

    def on_kill(self) -> None:
        """Ask the stage to stop, once there is one; called from a signal handler."""
        self._is_asked_to_stop = True
        if self._engine is not None:
            self._engine.stop()

    def _push(self, context: Context, store: Store, entries: Entries, manifest: Manifest) -> None:
        value = result_of(self, store, entries, manifest) | {"pods_started": ExecutionsStarted.of(context).number}
        context["ti"].xcom_push(key=BaseXCom.XCOM_RETURN_KEY, value=value)

    def _found(
        self, context: Context, store: Store, entries: Entries, started: float
    ) -> tuple[StageRequest, Manifest | None]:
        """What to ask for, and this run's manifest when nothing has to run.

        What XCom tells of the stages upstream is enough to find what was made of it. Their manifests are read where
        something may have to be made, since XCom is older than what a lost try's process has left.
        """
        told = self._request(context, store, entries, told=True)
        manifest = self._reused(context, store, told, started)
        if manifest is not None:
            return told, manifest
        request = as_left(context, store, told)
        return request, None if request is told else self._reused(context, store, request, started)

    def _request(self, context: Context, store: Store, entries: Entries, *, told: bool = False) -> StageRequest:
        """The same for all tries that run something."""
        shard = Shard(index=self.shard, count=self.settings.shards)
        if not shard.is_whole:
            self._makes = _in_short(entries)
        request = request_of(
            context,
            store,
            self.deployment,
            entries,
            stage=self.stage,
            settings=self.settings,
            inputs=self.read,
            shard=shard,
            publication=self._publication(entries),
            reviews=self.reviews,
            told=told,
        )
        return self._limited(context, store, request)

    def _limited(self, context: Context, store: Store, request: StageRequest) -> StageRequest:
        """As few together as was learnt before the first try; less than one is nothing."""
        if request.together == 1:
            return request
        limit = BatchLimit.found(context)
        if limit is None:
            limit = BatchLimit(batch_size=self._lesson(store, request).learnt().batch_size)
            limit.keep(context)
        return limit.on(request)

    def _publication(self, entries: Entries) -> Publication | None:
        """As what the stage publishes; None when it does not."""
        return None

    def _reused(self, context: Context, store: Store, request: StageRequest, started: float) -> Manifest | None:
        """This run's manifest when nothing has to run; None when something has."""
        content = find_content(store, request) or empty_share(store, request)
        if content is None:
            return None
        manifest = manifest_of_reuse(request, content, time.monotonic() - started, context["ti"].try_number)
        kept = keep_or_adopt(store, manifest)
        if kept is not manifest:
            self.log.info("This run has made the stage already: %s", _address(store, request))
            return kept
        self.log.info(
            "Reused all %d items (%g device seconds saved), no process started: %s",
            content.items,
            round(content.device_s, 3),
            _address(store, request),
        )
        return manifest

    def _follow(
        self, context: Context, store: Store, request: StageRequest, event: Mapping[str, Any] | None
    ) -> Manifest:
        """Run the stage, or go on with it after `event`, and read what it did."""
        self._engine = engine = self._engine_for(context, store, request)
        if self._is_asked_to_stop:
            engine.stop()
        job = Job(
            request_uri=store.domain.uri(request_key(request.sha256())),
            attempt=context["ti"].try_number,
            grace_s=request.execution.grace_s,
            environment=self._variables(store, request),
        )
        try:
            outcome = engine.run(job) if event is None else engine.resume(job, event)
        except AirflowTaskTimeout as error:
            engine.abandon()
            raise self._failed(context, failure_in(error), store, request) from error
        if isinstance(outcome, Suspension):
            self.defer(trigger=outcome.trigger, method_name="resume", timeout=self.execution_timeout)
        self._learn(store, request)
        if outcome is not None:
            failed = self._failed(context, outcome, store, request)
            if not is_left_to_merge(failed, request.execution.shard):
                raise failed
            self.log.warning("Left to the merge, which judges the stage as a whole: %s", outcome.message)
        return read_manifest(store, manifest_key(request.run, request.sha256()), self.task_id)

    def _variables(self, store: Store, request: StageRequest) -> dict[str, str]:
        """What the stage's process has to know besides its request, secrets among it."""
        served = access_variables(self.deployment) if asks_server(request, store) else {}
        return {**store.connection.environment(), environment.TIMEOUT: f"{self.settings.timeout_s:g}", **served}

    def _engine_for(self, context: Context, store: Store, request: StageRequest) -> Engine:
        """The engine that the deployment file names, for this try."""
        ti, policy, profile = context["ti"], self._policy(), self._profile
        spent = policy.tries_before(ti.try_number, ti.max_tries, context).infrastructure
        memory_mib = profile.memory_mib
        if self._gives_more_memory:
            memory_mib = self._lesson(store, request).learnt().memory_within(profile)
        task = TaskTry(
            operator=self,
            context=context,
            profile=profile,
            memory_mib=memory_mib,
            may_use_spot=spent < policy.infrastructure_retries,
            is_made=lambda attempt: was_made(store, request, attempt),
            count=lambda uid: ExecutionsStarted.of(context).count(uid, context),
            asks_server=asks_server(request, store),
            show=lambda address: self._show(context, address),
        )
        return engine_of(self.deployment, task)

    def _show(self, context: Context, address: str) -> None:
        """Have Airflow's UI lead there from now on, not only when the task has ended."""
        self.job_page = address
        context["ti"].xcom_push(key=JobLink().xcom_key, value=address)

    @property
    def _profile(self) -> Profile:
        return self.deployment.profile(self.settings.profile)

    @property
    def _gives_more_memory(self) -> bool:
        return ENGINES.named(self.deployment.engine).gives_more_memory

    @contextmanager
    def _failures(self, context: Context) -> Iterator[None]:
        """Whatever goes wrong, told by its cause and with what follows."""
        try:
            yield
        except StageFailed:
            raise
        except PermanentError as error:
            # The failure has its words; Airflow's traceback of both would say them again.
            raise self._failed(context, failure_in(error)) from None
        except (AtelierError, AirflowTaskTimeout) as error:
            raise self._failed(context, failure_in(error)) from error

    def _failed(
        self, context: Context, failure: Failure, store: Store | None = None, request: StageRequest | None = None
    ) -> StageFailed:
        ti, remedy = context["ti"], None
        failure = with_limit(failure, self.stage, self.settings, run_ref(context).dag_id)
        if store is not None and request is not None:
            failure = in_full(failure, store, request, ti.try_number)
            if failure.failure_class is FailureClass.OUT_OF_MEMORY:
                remedy = self._remedy(failure, store, request)
        return StageFailed(failure, self._policy().settle(failure, ti.try_number, ti.max_tries, context, remedy))

    def _remedy(self, failure: Failure, store: Store, request: StageRequest) -> Remedy | None:
        """More memory for the next try and for later runs, as far as the profile goes."""
        if failure.cause is not Cause.HOST_OUT_OF_MEMORY or not self._gives_more_memory:
            return None
        return self._lesson(store, request).more_memory(self._profile)

    def _learn(self, store: Store, request: StageRequest) -> None:
        """Have later runs begin with the batches that fitted the device in this one."""
        manifest = existing_manifest(store, request) if request.together > 1 else None
        if manifest is not None and manifest.fitting_batch_size is not None:
            self._lesson(store, request).fewer_at_once(manifest.fitting_batch_size)

    def _lesson(self, store: Store, request: StageRequest) -> Lesson:
        return Lesson.of(request, self.settings.profile, store)

    def _policy(self) -> StageRetryPolicy:
        return StageRetryPolicy(
            retries=self.settings.retries,
            retry_delay_s=self.settings.retry_delay_s,
            infrastructure_retries=self.deployment.infrastructure_retries,
        )


def _in_short(entries: Entries) -> str:
    """What a run makes: the piece's title where it is one."""
    if len(entries.entries) != 1:
        return f"{len(entries.entries)} pieces"
    return entries.entries[0].brief.title[:MOST_OF_A_TITLE]


def _address(store: Store, request: StageRequest) -> str:
    return store.domain.uri(manifest_key(request.run, request.sha256()))
