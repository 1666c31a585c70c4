"""The operator of every stage: request, reuse what is there, else run, then the manifest's reference to XCom."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk.bases.xcom import BaseXCom

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import Cause, InputLost
from include.contract.failures import Failure
from include.contract.keys import blob_key, manifest_key, request_key
from include.contract.manifests import Manifest, RunRef
from include.contract.models import read_registry
from include.contract.recipes import recipe_named
from include.contract.requests import Execution, StageRequest, UpstreamRef, order_of, stage_identity
from include.contract.values import StageKind
from operators.engines import COMMAND, PROJECT_ROOT, Engine, Job, engine_of
from operators.entrance import BRIEF_TASK, read_entry
from operators.retry import StageFailed, next_step
from operators.reuse import existing_manifest, find_content, invalidate_broken, manifest_of_reuse, read_manifest
from operators.store import Store

if TYPE_CHECKING:
    from airflow.sdk import Context

MODELS = PROJECT_ROOT / "include" / "models.yaml"


class StageOperator(KubernetesPodOperator):
    """Hands one stage of a content type to the deployment's engine, unless its result exists already.

    :param settings: the stage in the content type: recipe, model, parameters, retries, limits.
    :param deployment: engine, store and what each profile means here.
    :param upstream: task id of each stage that the recipe reads, by its kind.
    """

    kind: ClassVar[StageKind]

    def __init__(
        self,
        *,
        settings: StageSettings,
        deployment: Deployment,
        upstream: Mapping[StageKind, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(cmds=["python"], arguments=[*COMMAND], do_xcom_push=False, **kwargs)
        self.settings = settings
        self.deployment = deployment
        self.upstream = upstream
        self._engine: Engine | None = None

    def execute(self, context: Context) -> None:
        """Make the stage's content exist, and push where its manifest is.

        :raises StageFailed: the stage's process ended without success.
        :raises AtelierError: it could not be asked for.
        """
        started = time.monotonic()
        store = Store.connect(self.deployment.store)
        request = self._request(context, store)
        manifest = self._reused(store, request, started) or self._run(context, store, request)
        context["ti"].xcom_push(key=BaseXCom.XCOM_RETURN_KEY, value=reference(manifest))

    def on_kill(self) -> None:
        """Ask the stage to stop; called from a signal handler."""
        if self._engine is not None:
            self._engine.stop()

    def _request(self, context: Context, store: Store) -> StageRequest:
        """What to ask for: the brief, the upstream manifests and this stage's settings, as one immutable object."""
        recipe = recipe_named(self.settings.recipe)
        entry = read_entry(context["ti"].xcom_pull(task_ids=BRIEF_TASK), store)
        orders = (order_of(recipe, entry.brief, self.settings.params, entry.files),)
        upstreams = tuple(self._upstream(context, store, kind) for kind in recipe.reads)
        model = read_registry(MODELS.read_text(), str(MODELS)).identity(self.settings.model or recipe.model)
        _, stage_fingerprint = stage_identity(recipe, model, orders, upstreams)
        return StageRequest(
            kind=recipe.kind,
            recipe=recipe.name,
            revision=recipe.revision,
            model=model,
            stage_fingerprint=stage_fingerprint,
            run=_run_ref(context),
            orders=orders,
            upstreams=upstreams,
            execution=Execution(batch_size=self.settings.batch_size, max_failed_share=self.settings.max_failed_share),
        )

    def _upstream(self, context: Context, store: Store, kind: StageKind) -> UpstreamRef:
        task_id = self.upstream[kind]
        found = context["ti"].xcom_pull(task_ids=task_id)
        if not isinstance(found, Mapping) or "manifest" not in found:
            raise InputLost(f"task `{task_id}` left no manifest in XCom (found {found!r:.80}); clear that task")
        key = str(found["manifest"])
        manifest = read_manifest(store, key, task_id)
        return UpstreamRef(kind=kind, task_id=task_id, manifest=key, content_digest=manifest.content_digest)

    def _reused(self, store: Store, request: StageRequest, started: float) -> Manifest | None:
        """This run's manifest when nothing has to run; None when something has."""
        content = find_content(store, request)
        if content is None:
            return None
        before = existing_manifest(store, request)
        if before is not None and before.content_digest == content.content_digest:
            self.log.info("This run has made the stage already: %s", _address(store, request))
            return before
        manifest = manifest_of_reuse(request, content, wall_s=time.monotonic() - started)
        store.put(manifest_key(request.run, request.sha256()), manifest.model_dump_json().encode())
        self.log.info(
            "Reused all %d items (%g device seconds saved), no process started: %s",
            content.items,
            round(content.device_s, 3),
            _address(store, request),
        )
        return manifest

    def _run(self, context: Context, store: Store, request: StageRequest) -> Manifest:
        """Run the stage and read what it did."""
        sha256 = request.sha256()
        store.put_if_absent(request_key(sha256), request.body())
        self._engine = engine_of(self.deployment)
        job = Job(
            request_uri=store.domain.uri(request_key(sha256)),
            attempt=context["ti"].try_number,
            grace_s=request.execution.grace_s,
            environment=store.environment,
        )
        failure = self._engine.run(job)
        if failure is not None:
            raise self._failed(context, store, request, failure)
        return read_manifest(store, manifest_key(request.run, sha256), self.task_id)

    def _failed(self, context: Context, store: Store, request: StageRequest, failure: Failure) -> StageFailed:
        if failure.cause is Cause.INPUT_LOST:
            failure = _naming_producers(failure, store, request)
        ti = context["ti"]
        delay_s = self.settings.retry_delay_s
        return StageFailed(failure, next_step(failure, ti.try_number, ti.max_tries, delay_s))


def reference(manifest: Manifest) -> dict[str, Any]:
    """What travels by XCom: where the manifest is and what it says in short, never content (W5)."""
    return {
        "manifest": manifest_key(manifest.run, manifest.request),
        "content_digest": manifest.content_digest,
        "counts": manifest.counts.model_dump(),
        "spent_s": round(manifest.spent_s, 3),
        "saved_s": round(manifest.saved_s, 3),
        "wall_s": round(manifest.wall_s, 3),
        "process_started": manifest.process_started,
    }


def _run_ref(context: Context) -> RunRef:
    ti = context["ti"]
    return RunRef(
        dag_id=ti.dag_id, run_id=ti.run_id, task_id=ti.task_id, map_index=-1 if ti.map_index is None else ti.map_index
    )


def _address(store: Store, request: StageRequest) -> str:
    return store.domain.uri(manifest_key(request.run, request.sha256()))


def _naming_producers(failure: Failure, store: Store, request: StageRequest) -> Failure:
    """The failure with the tasks to clear; their stage contents are invalidated, so that they make them again."""
    lost_files = [f for order in request.orders for f in order.files if store.size(blob_key(f.sha256)) != f.bytes]
    tasks = [BRIEF_TASK] if lost_files else invalidate_broken(store, request.upstreams)
    advice = f"Clear {' and '.join(f'`{task}`' for task in tasks)} with what follows: that makes it again."
    return failure.model_copy(update={"message": f"{failure.message}\n{advice}"})
