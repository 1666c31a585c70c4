"""What earlier runs took: device seconds by recipe and model, and items per brief, from a bounded sample."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from pydantic import ValidationError

from include.contract.artifacts import ModelIdentity
from include.contract.errors import CorruptInput
from include.contract.keys import records_folder, runs_prefix, stages_folder
from include.contract.manifests import Manifest, Record, StageContent
from include.contract.parsing import model_in
from include.contract.recipe import Recipe
from include.contract.registry import recipes
from include.contract.values import Open, StageKind
from include.store.store import Store

SAMPLED = 50
"""The most objects that are read for each kind of stage."""
LISTED = 2000
"""Objects that the newest are chosen from. Keys are digests, so the first ones are a fair sample."""
MAX_SAMPLED_BYTES = 2**18
_Model = TypeVar("_Model", bound=Open)


@dataclass
class Sample:
    """What is known about the items of one recipe and model."""

    records: int = 0
    """Stages and items that were read."""
    briefs: int = 0
    items: int = 0
    device_s: float = 0.0

    @property
    def seconds_per_item(self) -> float | None:
        """None if there is no record."""
        return self.device_s / self.items if self.items else None

    @property
    def items_per_brief(self) -> float | None:
        """None if only single items were read."""
        return self.items / self.briefs if self.briefs else None


class History:
    """Samples by recipe and model; several threads may add to it."""

    def __init__(self) -> None:
        self._samples: dict[tuple[str, ModelIdentity | None, bool], Sample] = defaultdict(Sample)
        self._own: dict[str, Sample] = defaultdict(Sample)
        self._lock = Lock()

    def of(self, recipe: Recipe, model: ModelIdentity, is_asked: bool = True) -> Sample:
        """The sample of `recipe` with the model `model`; items that did not ask it have a sample of their own.

        What another revision or variant took, or other files under the same name, says nothing of this one.
        """
        return self._samples[recipe.name, model, is_asked]

    def read(self, store: Store, wanted: Iterable[tuple[Recipe, ModelIdentity, bool]], threads: Executor) -> None:
        """Sample the newest stages of each kind, and single items if nothing wanted is among them.

        :param wanted: recipes, models, and whether these are asked.
        """
        by_kind: dict[StageKind, list[tuple[Recipe, ModelIdentity, bool]]] = defaultdict(list)
        for recipe, model, is_asked in wanted:
            by_kind[recipe.kind].append((recipe, model, is_asked))
        for kind, samples in by_kind.items():
            for content in _newest(store, stages_folder(kind), StageContent, threads):
                self.add(content)
            if any(not self.of(*each).items for each in samples):
                for record in _newest(store, records_folder(kind), Record, threads):
                    self._add(record.preimage, briefs=0, items=1, device_s=record.device_s)

    def items_per_brief(self, recipe: Recipe, model: ModelIdentity) -> float:
        """From the content type's own runs, else from others with the same recipe and model; 1 as a last resort."""
        return self._own[recipe.name].items_per_brief or self.of(recipe, model).items_per_brief or 1.0

    def read_runs(self, store: Store, content_type: str, threads: Executor) -> None:
        """Learn from the newest runs of `content_type` how many items of each recipe a brief has."""
        runs: dict[str, list[Manifest]] = defaultdict(list)
        for manifest in _newest(store, runs_prefix(content_type), Manifest, threads, "/manifest.json"):
            runs[manifest.run.run_id].append(manifest)
        for manifests in runs.values():
            briefs = [_succeeded(each) for each in manifests if each.kind is StageKind.TEXT]
            for each in manifests:
                if briefs and each.shard.is_whole:
                    self._own[each.recipe].briefs += briefs[0]
                    self._own[each.recipe].items += each.counts.planned - each.counts.skipped

    def add(self, content: StageContent) -> None:
        """Add one complete stage."""
        orders = content.preimage.get("orders")
        briefs = len(orders) if isinstance(orders, list) else 0
        self._add(content.preimage, briefs=briefs, items=content.items, device_s=content.device_s)

    def _add(self, preimage: Mapping[str, object], briefs: int, items: int, device_s: float) -> None:
        model, recipe = _model_of(preimage), str(preimage.get("recipe"))
        key = (recipe, model, _asked(recipe, preimage, model))
        with self._lock:
            sample = self._samples[key]
            sample.records += 1
            sample.briefs += briefs
            sample.items += items
            sample.device_s += device_s


def _model_of(preimage: Mapping[str, object]) -> ModelIdentity | None:
    try:
        return ModelIdentity.model_validate(preimage.get("model"))
    except ValidationError:
        return None


def _asked(recipe: str, preimage: Mapping[str, object], model: ModelIdentity | None) -> bool:
    """Whether a model was asked for any of what an item, or a stage, is made of."""
    orders = preimage.get("orders", [preimage])
    params = [order.get("params") for order in orders if isinstance(order, dict)] if isinstance(orders, list) else []
    known = recipes().get(recipe)
    name = None if model is None else model.name
    return known is None or not params or any(known.asks_a_model(each, name) for each in params)


def _succeeded(manifest: Manifest) -> int:
    return manifest.counts.made + manifest.counts.reused


def _newest(store: Store, prefix: str, model: type[_Model], threads: Executor, suffix: str = ".json") -> list[_Model]:
    found = (each for each in store.listed(prefix, LISTED) if each.key.endswith(suffix))
    listed = [each for each in found if each.bytes <= MAX_SAMPLED_BYTES]
    newest = sorted(listed, key=lambda each: each.modified_at, reverse=True)[:SAMPLED]
    bodies = threads.map(lambda each: store.get(each.key), newest)
    read = (read_or_none(model, body) for body in bodies)
    return [each for each in read if each is not None]


def read_or_none(model: type[_Model], body: bytes | None) -> _Model | None:
    """`body` as `model`; None if there is none, or it cannot be read and will be made again (W2)."""
    try:
        return None if body is None else model_in(model, body, "what is stored")
    except CorruptInput:
        return None
