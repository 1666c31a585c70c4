"""What runs leave in the store, without their work: records, stage contents and manifests of made-up outputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from include.contract.artifacts import Artifact, ModelIdentity, artifact_of
from include.contract.brief import Brief
from include.contract.conclusion import concluded, content_of, manifest_of
from include.contract.content_types import ContentStage, ContentType
from include.contract.errors import Cause
from include.contract.keys import blob_key, manifest_key, record_key, stage_key
from include.contract.manifests import ItemLine, Manifest, Outcome, Provenance, Record, RunRef, unpack_lines
from include.contract.model_cards import is_reference, read_reference
from include.contract.models import ModelRegistry
from include.contract.recipe import Recipe
from include.contract.requests import StageRequest, UpstreamRef, order_of, stage_identity
from include.contract.resolving import WantedItem, resolved
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store
from operators.configuration import registered_everywhere

DEVICE_S = {StageKind.TEXT: 2.0, StageKind.IMAGE: 4.0, StageKind.SPEECH: 1.0, StageKind.VIDEO: 10.0}


@dataclass
class Archive:
    """Makes runs of one content type in `store`."""

    store: Store
    content_type: ContentType
    models: ModelRegistry = field(default_factory=registered_everywhere)
    has_blobs: bool = False
    """Whether the outputs are in the store too, as runs want them and plans do not."""
    lines: int = 2
    """Of each conversation."""

    def make(
        self, briefs: Sequence[Brief], run_id: str = "manual__1", stages: Sequence[str] = (), fail: str = ""
    ) -> dict[str, Manifest]:
        """One run of `briefs`; only the stages that are named when any are. The item `fail` fails."""
        made: dict[str, Manifest] = {}
        for stage in self.content_type.content_stages:
            if stage.recipe.is_memoised and stage.name in (stages or (stage.name,)):
                made[stage.name] = self._stage(stage, briefs, run_id, made, fail)
        return made

    def _stage(
        self,
        stage: ContentStage,
        briefs: Sequence[Brief],
        run_id: str,
        made: dict[str, Manifest],
        fail: str,
    ) -> Manifest:
        settings, recipe, read = stage.settings, stage.recipe, stage.wiring.read
        orders = tuple(order_of(stage.name, recipe, brief, settings.params) for brief in briefs)
        upstreams = tuple(
            UpstreamRef(
                stage=source,
                kind=StageKind(made[source].kind),
                ports=tuple(port for port in read if read[port] == source),
                task_id=source,
                manifest="",
                content_digest=made[source].content_digest,
            )
            for source in dict.fromkeys(read.values())
        )
        model = self._model(settings.model or recipe.model, recipe)
        request = StageRequest(
            kind=recipe.kind,
            recipe=recipe.name,
            revision=recipe.revision,
            model=model,
            stage_fingerprint=stage_identity(recipe, model, orders, upstreams)[1],
            run=RunRef(dag_id=self.content_type.name, run_id=run_id, task_id=stage.name),
            orders=orders,
            upstreams=upstreams,
        )
        lines = sorted(self._lines(request, recipe, made, fail), key=lambda line: line.position)
        conclusion = concluded(lines, self.store.put_blob, is_whole=True)
        manifest = manifest_of(request, request.sha256(), conclusion, wall_s=1.0, attempt=1)
        if conclusion.is_complete:
            key = stage_key(recipe.kind, request.stage_fingerprint)
            self.store.put(key, content_of(request, conclusion).model_dump_json().encode())
        self.store.put(manifest_key(request.run, request.sha256()), manifest.model_dump_json().encode())
        return manifest

    def _model(self, name: str, recipe: Recipe) -> ModelIdentity:
        if not is_reference(name):
            return self.models.identity(name)
        reference = read_reference(name)
        return reference.identity(Models(self.store).chosen(reference, recipe.kind, recipe.backends))

    def _lines(self, request: StageRequest, recipe: Recipe, made: dict[str, Manifest], fail: str) -> Iterator[ItemLine]:
        meant = resolved(request, {ref.stage: self._read(made[ref.stage]) for ref in request.upstreams})
        yield from meant.skipped
        for each in meant.wanted:
            if each.item == fail:
                for position, item in each.places:
                    yield ItemLine(
                        position=position, item=item, outcome=Outcome.FAILED, cause=Cause.REJECTED_CONTENT, message="no"
                    )
                continue
            record, outcome = self._record(request, recipe, each)
            for position, item in each.places:
                yield ItemLine(
                    position=position,
                    item=item,
                    fingerprint=each.fingerprint,
                    outcome=outcome,
                    outputs=record.outputs,
                    device_s=record.device_s,
                )

    def _record(self, request: StageRequest, recipe: Recipe, wanted: WantedItem) -> tuple[Record, Outcome]:
        key = record_key(recipe.kind, wanted.fingerprint)
        found = self.store.get(key)
        if found is not None:
            return Record.model_validate_json(found), Outcome.REUSED
        record = Record(
            preimage=wanted.preimage,
            outputs=tuple(self._outputs(recipe, wanted)),
            provenance=Provenance(made_by=request.run, made_at="2026-11-25T06:00:00Z", device="cpu"),
            device_s=DEVICE_S.get(recipe.kind, 1.0),
        )
        self.store.put(key, record.model_dump_json().encode())
        return record, Outcome.MADE

    def _outputs(self, recipe: Recipe, wanted: WantedItem) -> Iterator[Artifact]:
        for name in (output.name for output in recipe.outputs):
            names = (
                [f"{name}{n:02d}" for n in range(1, self._parts(name, wanted) + 1)] if name.endswith("/") else [name]
            )
            for each in names:
                body = f"{wanted.fingerprint} {each}".encode()
                artifact = artifact_of(each, body, "text/plain")
                if self.has_blobs:
                    self.store.put_blob(body, artifact)
                yield artifact

    def _parts(self, family: str, wanted: WantedItem) -> int:
        if family == "line/":
            return self.lines
        return getattr(wanted.order.params, "scenes", None) or getattr(wanted.order.params, "sections", None) or 1

    def _read(self, manifest: Manifest) -> dict[str, ItemLine]:
        blobs = (self.store.get(blob_key(part.sha256)) for part in manifest.parts)
        return {line.item: line for blob in blobs if blob for line in unpack_lines(blob)}
