"""A desk to test the runner from: puts requests into a real store and runs them on stages that just write words.

The stand-in is the model alone: `WordsStage` and its registry entry. Requests, records, manifests, store and runner
are the real ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from include.contract.artifacts import ModelIdentity
from include.contract.brief import Brief, Scene, Script
from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError
from include.contract.fanout import choose_look, script_outputs, source_output
from include.contract.keys import Domain, manifest_key, record_key, request_key
from include.contract.manifests import ItemLine, Manifest, Record, RunRef, unpack_lines
from include.contract.models import ModelRegistry
from include.contract.registry import recipes
from include.contract.requests import Execution, StageRequest, UpstreamRef, order_of, stage_identity
from include.contract.values import StageKind
from include.runtime import runner
from include.runtime.logs import LogBuffer
from include.runtime.models.asked import AskedModel, RegisteredModels, asked_model
from include.runtime.report import Reporter
from include.runtime.stage import ItemResult, Output, Stage, Work
from include.store.connection import Connection
from include.store.store import Store
from tests.wiring import ref_to

HONEY = Brief(topic="Honey bees")
LOOK = choose_look("Words", "en", 0)
REGISTRY = ModelRegistry.model_validate(
    {"test/words": {"kind": "text", "revision": "1", "licence": "MIT", "files": {}}}
)


class WordsStage(Stage):
    """Writes a script's outputs for a text item, and the prompt in capitals for an image item."""

    def __init__(self, scenes: int = 3, before: Callable[[Sequence[Work]], None] = lambda batch: None) -> None:
        self.scenes, self.before = scenes, before
        self.made: list[str] = []

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        self.before(batch)
        self.made += [work.item for work in batch]
        return [self.image(work) if "image_prompt" in work.inputs else self.script(work) for work in batch]

    def script(self, work: Work) -> ItemResult:
        topic = work.params.topic  # type: ignore[attr-defined]
        scenes = [
            Scene(narration=f"Say {number}", image_prompt=self.prompt(number, topic))
            for number in range(1, self.scenes + 1)
        ]
        script = Script.model_construct(title=topic, description="Words.", hashtags=(), scenes=tuple(scenes))
        contents = [*script_outputs(script, LOOK), source_output(DigitalSource.ALGORITHMIC)]
        return ItemResult(tuple(_output(work, *content) for content in contents), {"words": len(contents)})

    def prompt(self, number: int, topic: str) -> str:
        return f"draw {number}"

    def image(self, work: Work) -> ItemResult:
        prompt = work.inputs["image_prompt"].read_text()
        return ItemResult((_output(work, "image", f"{prompt.upper()} {work.seed(0)}".encode(), "image/jpeg"),))


class OwnPromptsStage(WordsStage):
    """Each script's prompts are others than those of any other topic."""

    def prompt(self, number: int, topic: str) -> str:
        return f"draw {number} of {topic}"


def _output(work: Work, name: str, content: bytes, media_type: str) -> Output:
    path = work.scratch / name.replace("/", "-")
    path.write_bytes(content)
    return Output(name, path, media_type)


@dataclass
class Desk:
    """Asks for stages and reads what came of them."""

    store: Store
    scratch: Path
    run_id: str = "run-1"
    stop: Event = field(default_factory=Event)
    attempt: int = 1
    model: ModelIdentity = field(default_factory=lambda: REGISTRY.identity("test/words"))

    def request(
        self, recipe_name: str, *briefs: Brief, upstreams: Sequence[StageRequest] = (), **execution: object
    ) -> StageRequest:
        """A request for `briefs`, reading the manifests of `upstreams`."""
        recipe = recipes()[recipe_name]
        orders = tuple(order_of(recipe.kind.value, recipe, brief, {}) for brief in briefs)
        refs = tuple(self._ref(recipe_name, upstream) for upstream in upstreams)
        _, stage_fingerprint = stage_identity(recipe, self.model, orders, refs)
        return StageRequest(
            kind=recipe.kind,
            recipe=recipe.name,
            revision=recipe.revision,
            model=self.model,
            stage_fingerprint=stage_fingerprint,
            run=RunRef(dag_id="d", run_id=self.run_id, task_id=recipe.kind.value),
            orders=orders,
            upstreams=refs,
            execution=Execution.model_validate(execution),
        )

    def run(self, request: StageRequest, stage: Stage | None = None) -> Manifest:
        """Run `request` in this process."""
        sha256 = request.sha256()
        self.store.put_if_absent(request_key(sha256), request.body())
        reporter = Reporter(self.store, request.run, sha256, self.attempt, LogBuffer())
        attempt = runner.Attempt(
            request,
            sha256,
            self.store,
            reporter,
            self.scratch,
            self.stop,
            self._model(request),
            lambda recipe: stage or WordsStage(),
            self.attempt,
        )
        try:
            runner.run(attempt)
        finally:
            reporter.close("done")
        return self.manifest(request)

    def _model(self, request: StageRequest) -> AskedModel:
        if request.execution.is_in_store:
            return asked_model(request, self.store)
        return RegisteredModels(request.model, REGISTRY, self.store)

    def manifest(self, request: StageRequest) -> Manifest:
        """The manifest that the run left."""
        stored = self.store.read(manifest_key(request.run, request.sha256()))
        assert stored is not None, "the run left no manifest"
        return Manifest.model_validate_json(stored.body)

    def lines(self, request: StageRequest) -> list[ItemLine]:
        """Every item of the manifest."""
        parts = (self.store.blob(part.sha256) for part in self.manifest(request).parts)
        return [line for part in parts for line in unpack_lines(part)]

    def record(self, kind: StageKind, fingerprint: str) -> Record:
        """One item's record."""
        stored = self.store.read(record_key(kind, fingerprint))
        assert stored is not None
        return Record.model_validate_json(stored.body)

    def records(self, kind: StageKind) -> list[str]:
        """Keys of all records of a kind."""
        return [each.key for each in self.store.listed(f"v1/items/{kind.value}/")]

    def _ref(self, recipe: str, upstream: StageRequest) -> UpstreamRef:
        manifest = manifest_key(upstream.run, upstream.sha256())
        return ref_to(recipe, upstream.run.task_id, manifest, self.manifest(upstream).content_digest, upstream.kind)


def desk_on(connection: Connection, bucket: str, scratch: Path) -> Desk:
    """A desk whose store is `bucket`."""
    return Desk(Store(Domain(bucket), connection), scratch)


def script_and_images(desk: Desk) -> tuple[StageRequest, StageRequest]:
    """The text of `HONEY`, made, and its three pictures, asked for."""
    text = desk.request("script.narrated", HONEY)
    desk.run(text)
    return text, desk.request("image.scene", HONEY, upstreams=[text], batch_size=2)


def eventually(condition: Callable[[], bool], within_s: float = 5.0) -> bool:
    """Whether `condition` comes to hold."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
