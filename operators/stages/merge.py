"""The task that merges shards into one stage: their items in one list, their failures under one limit (W6)."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.xcom import BaseXCom

from include.contract.conclusion import Conclusion, concluded, manifest_of
from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import InputLost, ItemsRejected
from include.contract.keys import manifest_key, stage_key
from include.contract.manifests import Manifest, Shard
from include.contract.requests import StageRequest
from include.store.concluding import keep_content, keep_manifest
from include.store.store import Store
from operators.briefs.operator import run_entries
from operators.stages.request import keep_request, request_of
from operators.stages.result import result_of
from operators.stages.reuse import find_content, manifest_of_reuse, read_manifest
from operators.stages.shards import merged_lines
from operators.stages.task import StageTask
from operators.store import connected_store
from operators.task_ids import shards_task

if TYPE_CHECKING:
    from airflow.sdk import Context

TIMEOUT = timedelta(minutes=30)


class MergeOperator(StageTask):
    """Merges what the shards of a stage made; tasks downstream read it like a stage made by one task.

    It takes the same arguments as they do, but no resources and no slot of their pool.
    """

    ui_color = "#e8e4f2"
    merges = True

    @classmethod
    def airflow_arguments(cls, task_id: str, settings: StageSettings, deployment: Deployment) -> dict[str, Any]:
        """Its tries, and its own time limit."""
        return super().airflow_arguments(task_id, settings, deployment) | {"execution_timeout": TIMEOUT}

    def execute(self, context: Context) -> None:
        """Write the run's manifest and, if it is complete, the stage's content; push where the manifest is.

        :raises ItemsRejected: more items failed than `max_failed_share` allows.
        :raises InputLost: a shard left nothing, or what it left is gone.
        """
        started = time.monotonic()
        store = connected_store(self.deployment.store)
        entries = run_entries(context, store)
        request = request_of(
            context,
            store,
            self.deployment,
            entries,
            stage=self.task_id,
            settings=self.settings,
            inputs=self.read,
            shard=Shard(),
            reviews=self.reviews,
        )
        left, attempt = self._left(context), context["ti"].try_number
        shards = self._shards(store, request, left)
        if any(shard.counts.reused for shard in shards) and not any(shard.process_started for shard in shards):
            manifest = self._reused(store, request, attempt, started)
        else:
            manifest = self._merged(store, request, shards, attempt, started)
        value = result_of(self, store, entries, manifest) | {
            "pods_started": sum(int(each["pods_started"]) for each in left)
        }
        context["ti"].xcom_push(key=BaseXCom.XCOM_RETURN_KEY, value=value)

    def _left(self, context: Context) -> list[Mapping[str, Any]]:
        """What the shards left in XCom."""
        found = context["ti"].xcom_pull(task_ids=[self._shards_task])
        return [each for each in found if isinstance(each, Mapping) and "manifest" in each]

    def _shards(self, store: Store, request: StageRequest, left: Sequence[Mapping[str, Any]]) -> list[Manifest]:
        """The manifest of each shard, in order."""
        manifests = (read_manifest(store, str(each["manifest"]), self._shards_task) for each in left)
        by_shard = {each.shard: each for each in manifests if each.stage_fingerprint == request.stage_fingerprint}
        wanted = [Shard(index=index, count=self.settings.shards) for index in range(self.settings.shards)]
        lacking = [str(shard.index) for shard in wanted if shard not in by_shard]
        if lacking:
            raise InputLost(
                f"of the {len(wanted)} shards of this stage, {len(lacking)} left no manifest that belongs to it (map "
                f"index {', '.join(lacking[:10])}); clear `{self._shards_task}`, which makes what is missing"
            )
        return [by_shard[shard] for shard in wanted]

    def _reused(self, store: Store, request: StageRequest, attempt: int, started: float) -> Manifest:
        """The run's manifest when no shard had anything to do."""
        content = find_content(store, request)
        if content is None:
            uri = store.domain.uri(stage_key(request.kind, request.stage_fingerprint))
            raise InputLost(f"the stage content that the shards reused is gone: {uri}; clear `{self._shards_task}`")
        manifest = manifest_of_reuse(request, content, time.monotonic() - started, attempt)
        manifest = manifest.model_copy(update={"producer": self._shards_task})
        self._write(store, manifest)
        return manifest

    def _merged(
        self, store: Store, request: StageRequest, shards: Sequence[Manifest], attempt: int, started: float
    ) -> Manifest:
        keep_request(store, request)
        lines = merged_lines(store, shards)
        conclusion = concluded(lines, store.put_blob, is_whole=True)
        if conclusion.is_complete:
            keep_content(store, request, conclusion)
        wall_s = max(shard.wall_s for shard in shards) + time.monotonic() - started
        manifest = manifest_of(
            request,
            request.sha256(),
            conclusion,
            wall_s=wall_s,
            attempt=attempt,
            process_started=any(shard.process_started for shard in shards),
            fitting_batch_size=min((s.fitting_batch_size for s in shards if s.fitting_batch_size), default=None),
            producer=self._shards_task,
        )
        self._write(store, manifest)
        self._judge(conclusion)
        return manifest

    def _write(self, store: Store, manifest: Manifest) -> None:
        keep_manifest(store, manifest)
        counts = manifest.counts
        self.log.info(
            "%d items of %d shards: %d made, %d reused, %d failed, %d skipped: %s",
            counts.planned,
            self.settings.shards,
            counts.made,
            counts.reused,
            counts.failed,
            counts.skipped,
            store.domain.uri(manifest_key(manifest.run, manifest.request)),
        )

    def _judge(self, conclusion: Conclusion) -> None:
        refusal = conclusion.refusal(self.settings.max_failed_share)
        if refusal and conclusion.is_mendable:
            raise ItemsRejected(f"{refusal}\nClear `{self._shards_task}` to have just the failed items tried again.")
        if refusal:
            raise ItemsRejected(refusal)

    @property
    def _shards_task(self) -> str:
        return shards_task(self.task_id)
