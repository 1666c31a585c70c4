"""The seam between the runner and a recipe: `setup(model) → process(batch) → teardown`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, JsonValue

from include.contract.errors import AtelierError, CheckFailed, CorruptInput
from include.contract.parsing import Model, model_in


@dataclass(frozen=True)
class ModelFiles:
    """A registered model on this machine's disk, its files already checked against their digests."""

    name: str
    variant: str
    files: Mapping[str, Path]
    """Short name of each file, as the registry has it, to where it lies."""


@dataclass(frozen=True)
class Work:
    """One item to compute."""

    item: str
    """For messages only: a result never depends on it."""
    params: BaseModel
    inputs: Mapping[str, Path]
    """Input name to a file whose digest was checked, in the request's order."""
    seed: Callable[[int], int]
    """Attempt inside the recipe, from 0, to a seed of 63 bits (I7)."""
    scratch: Path
    """An empty folder of this item's own; outputs are written here."""
    variation: int = 0
    """Which take of the same brief this is."""
    tell: Callable[[float], None] = lambda share: None
    """Says how much of the item is done, from 0 to 1, as often as one likes. Of what takes longer than some seconds."""


@dataclass(frozen=True)
class Output:
    """One file that an item produced."""

    name: str
    path: Path
    media_type: str


@dataclass(frozen=True)
class ItemResult:
    """All that one item produced."""

    outputs: tuple[Output, ...]
    attributes: Mapping[str, JsonValue] = field(default_factory=dict)
    """Facts for people (length, attempts, warnings); never read by another stage (I3)."""


class Stage(ABC):
    """One recipe. The runner fetches, looks up, uploads, records, reports; a stage only computes.

    `process` gives one result per item of the batch, in its order: a `ItemResult`, or the `AtelierError` that
    fails this item alone. What it raises fails the whole batch.
    """

    def setup(self, model: ModelFiles) -> None:
        """Load the model, once."""
        self.model = model

    @abstractmethod
    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """Make every item of `batch` and check each finished file by opening it again."""

    def teardown(self) -> None:  # noqa: B027 - most stages hold nothing that the process's end does not free
        """Free what `setup` took."""


def read_back(model: type[Model], body: bytes, what: str) -> Model:
    """The `model` in the `body` of an output that was just written; `what` it is, for messages.

    :raises CheckFailed: it is none.
    """
    try:
        return model_in(model, body, f"the finished {what}")
    except CorruptInput as error:
        raise CheckFailed(str(error)) from error
