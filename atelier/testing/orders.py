"""Samples as a stage's request in a store, with all that the stages above would have left there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atelier.testing.desk import ordered
from atelier.testing.s3 import S3
from atelier.testing.samples import Sample, bytes_of
from include.contract.artifacts import Artifact, artifact_of
from include.contract.fingerprint import content_digest
from include.contract.keys import Domain, manifest_key, request_key
from include.contract.manifests import (
    PART_MEDIA_TYPE,
    Counts,
    ItemLine,
    Manifest,
    ManifestPart,
    RunRef,
    pack_lines,
)
from include.contract.ports import TEXT_TYPE, Port, Shape
from include.contract.recipe import Recipe
from include.contract.requests import Execution, Order, StageRequest, UpstreamRef, read_params, stage_identity
from include.contract.values import StageKind
from include.runtime.models.files import registry
from include.store.store import Store

_DAG, _RUN = "atelier-testing", "run-1"
_FILE_TYPE = "application/octet-stream"


def store_of(s3: S3) -> Store:
    """The store of the bucket."""
    return Store(Domain(s3.bucket), s3.connection())


def ask_for(recipe: Recipe, samples: Sequence[Sample], store: Store, execution: Execution) -> StageRequest:
    """Put a request for the items that `samples` are into `store`: each is of a brief of its own."""
    briefs = {f"sample-{number}": sample for number, sample in enumerate(samples, 1)}
    model = registry().identity(recipe.model)
    orders = tuple(_order(recipe, brief, sample, store) for brief, sample in briefs.items())
    upstreams = tuple(
        _upstream(port, recipe, lines, store) for port in recipe.ports if (lines := _lines(port, recipe, briefs, store))
    )
    _, stage_fingerprint = stage_identity(recipe, model, orders, upstreams)
    request = StageRequest(
        kind=recipe.kind,
        recipe=recipe.name,
        revision=recipe.revision,
        model=model,
        stage_fingerprint=stage_fingerprint,
        run=RunRef(dag_id=_DAG, run_id=_RUN, task_id=recipe.kind.value),
        orders=orders,
        upstreams=upstreams,
        execution=execution,
    )
    store.put_if_absent(request_key(request.sha256()), request.body())
    return request


def _order(recipe: Recipe, brief: str, sample: Sample, store: Store) -> Order:
    return Order(
        brief=brief,
        params=read_params(recipe, sample.params).model_dump(mode="json"),
        variation=sample.variation,
        files=tuple(
            _kept(name, bytes_of(sample.inputs[name]), _FILE_TYPE, store)
            for name in recipe.brief_files
            if name in sample.inputs
        )
        + tuple(
            _kept(
                f"{port.takes}01" if port.shape is Shape.SPLIT else port.takes,
                bytes_of(sample.inputs[port.name]),
                _FILE_TYPE,
                store,
            )
            for port in recipe.ports
            if port.of_brief and port.name in sample.inputs
        ),
    )


def _lines(port: Port, recipe: Recipe, briefs: Mapping[str, Sample], store: Store) -> list[ItemLine]:
    """What the stage that `port` reads made of each brief."""
    made: dict[str, list[Artifact]] = {}
    if port.of_brief:
        return []
    for brief, sample in briefs.items():
        for item, artifact in _read_through(port, recipe, brief, sample, store):
            made.setdefault(item, []).append(artifact)
    return [
        ItemLine(position=position, item=item, outputs=tuple(outputs))
        for position, (item, outputs) in enumerate(made.items())
    ]


def _read_through(port: Port, recipe: Recipe, brief: str, sample: Sample, store: Store) -> list[tuple[str, Artifact]]:
    """Each output that one brief's item gets through `port`, with the item of the stage above that has it."""
    media_type = next(iter(port.media_types), _FILE_TYPE)
    if not port.is_hashed:
        numbers = _numbers_counted_by(port, recipe, sample)
        return [(brief, _kept(f"{port.takes}{number}", number.encode(), TEXT_TYPE, store)) for number in numbers]
    found = []
    for name in ordered(recipe, sample.inputs):
        own, _, number = name.partition("/")
        if own != port.name:
            continue
        item = f"{brief}/{number}" if port.shape in (Shape.PARTS, Shape.ALL) else brief
        output = {Shape.FAMILY: f"{port.takes}{number}", Shape.SPLIT: f"{port.takes}01"}.get(port.shape, port.takes)
        found.append((item, _kept(output, bytes_of(sample.inputs[name]), media_type, store)))
    return found


def _numbers_counted_by(port: Port, recipe: Recipe, sample: Sample) -> list[str]:
    """Of the parts that the sample has inputs of."""
    counted = {each.name for each in recipe.ports if each.counted_by == port.name and each.shape is Shape.PARTS}
    parts = (name.partition("/") for name in ordered(recipe, sample.inputs))
    return list(dict.fromkeys(number for name, _, number in parts if name in counted))


def _upstream(port: Port, recipe: Recipe, lines: Sequence[ItemLine], store: Store) -> UpstreamRef:
    """A finished stage above with these items, of which the store has a manifest."""
    stage = f"above-{port.name}".replace("_", "-")
    run = RunRef(dag_id=_DAG, run_id=_RUN, task_id=stage)
    part = pack_lines(lines)
    artifact = _kept("part", part, PART_MEDIA_TYPE, store)
    digest = content_digest((line.item, output.name, output.sha256) for line in lines for output in line.outputs)
    manifest = Manifest(
        run=run,
        kind=StageKind.TEXT,
        recipe=recipe.name,
        revision=1,
        model=registry().identity(recipe.model),
        request=artifact.sha256,
        stage_fingerprint=artifact.sha256,
        content_digest=digest,
        counts=Counts.of(lines),
        spent_s=0.0,
        saved_s=0.0,
        wall_s=0.0,
        process_started=False,
        parts=(ManifestPart(sha256=artifact.sha256, bytes=artifact.bytes, items=len(lines)),),
    )
    key = manifest_key(run, artifact.sha256)
    store.put(key, manifest.model_dump_json().encode())
    return UpstreamRef(
        stage=stage,
        kind=StageKind.TEXT,
        ports=(port.name,),
        task_id=stage,
        manifest=key,
        content_digest=digest,
    )


def _kept(name: str, content: bytes, media_type: str, store: Store) -> Artifact:
    artifact = artifact_of(name, content, media_type)
    store.put_blob(content, artifact)
    return artifact
