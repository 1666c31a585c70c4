"""What items cost before: seconds of a device by recipe and model, from a bounded sample of what the store has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from pydantic import ValidationError

from include.contract.manifests import Record, StageContent
from include.contract.recipes import Recipe
from include.contract.values import Open, StageKind
from operators.store import Store

SAMPLED = 50
"""Objects that are read for each kind of stage."""
LISTED = 2000
"""Objects among which the newest are looked for. Keys are digests, so the first ones are a fair draw."""
MAX_SAMPLED_BYTES = 2**18
_Model = TypeVar("_Model", bound=Open)


@dataclass
class Sample:
    """What is known of the items of one recipe and model."""

    records: int = 0
    """Stages and items that were read."""
    briefs: int = 0
    items: int = 0
    device_s: float = 0.0

    @property
    def seconds_per_item(self) -> float | None:
        """None without any record."""
        return self.device_s / self.items if self.items else None

    @property
    def items_per_brief(self) -> float | None:
        """None where only single items were read."""
        return self.items / self.briefs if self.briefs else None


class History:
    """Samples by recipe and model; several threads may add to it."""

    def __init__(self) -> None:
        self._samples: dict[tuple[str, str], Sample] = defaultdict(Sample)
        self._lock = Lock()

    def of(self, recipe: Recipe, model: str) -> Sample:
        """The sample of `recipe` with the model called `model`."""
        return self._samples[recipe.name, model]

    def read(self, store: Store, wanted: Iterable[tuple[Recipe, str]], threads: Executor) -> None:
        """Sample the newest stages of each kind; single items where no stage of a recipe and model is among them."""
        by_kind: dict[StageKind, list[tuple[Recipe, str]]] = defaultdict(list)
        for recipe, model in wanted:
            by_kind[recipe.kind].append((recipe, model))
        for kind, pairs in by_kind.items():
            for content in _newest(store, f"v1/stages/{kind.value}/", StageContent, threads):
                self.add(content)
            if any(not self.of(*pair).items for pair in pairs):
                for record in _newest(store, f"v1/items/{kind.value}/", Record, threads):
                    self._add(record.preimage, briefs=0, items=1, device_s=record.device_s)

    def add(self, content: StageContent) -> None:
        """One complete stage."""
        orders = content.preimage.get("orders")
        briefs = len(orders) if isinstance(orders, list) else 0
        self._add(content.preimage, briefs=briefs, items=content.items, device_s=content.device_s)

    def _add(self, preimage: Mapping[str, object], briefs: int, items: int, device_s: float) -> None:
        model = preimage.get("model")
        key = (str(preimage.get("recipe")), str(model.get("name")) if isinstance(model, dict) else "")
        with self._lock:
            sample = self._samples[key]
            sample.records += 1
            sample.briefs += briefs
            sample.items += items
            sample.device_s += device_s


def _newest(store: Store, prefix: str, model: type[_Model], threads: Executor) -> list[_Model]:
    listed = [each for each in store.listed(prefix, LISTED) if each.bytes <= MAX_SAMPLED_BYTES]
    newest = sorted(listed, key=lambda each: each.modified_at, reverse=True)[:SAMPLED]
    bodies = threads.map(lambda each: store.get(each.key), newest)
    read = (read_or_none(model, body) for body in bodies)
    return [each for each in read if each is not None]


def read_or_none(model: type[_Model], body: bytes | None) -> _Model | None:
    """`body` as `model`; None where there is none, or it cannot be read and will be made again (W2)."""
    try:
        return None if body is None else model.model_validate_json(body)
    except ValidationError:
        return None
