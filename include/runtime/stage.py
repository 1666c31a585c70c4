"""The interface between the runner and a recipe: `setup(model) → process(batch) → teardown`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, JsonValue

from include.contract.errors import (
    AtelierError,
    CheckFailed,
    CorruptInput,
    ModelRefused,
    OutOfMemory,
    TransientError,
    UnknownModel,
)
from include.contract.media_limits import MediaLimits
from include.contract.model_cards import ModelCard
from include.contract.parsing import Model, model_in
from include.runtime.models.load_times import LoadTimes


@dataclass(frozen=True)
class ModelFiles:
    """A registered model on this machine's disk, its files already checked against their digests."""

    name: str
    variant: str
    files: Mapping[str, Path]
    """Short name of each file, as the registry has it, or its path in the card, to where it lies."""
    card: ModelCard | None = None
    """Of a model of one's own: what runs it, and how."""
    times: LoadTimes = field(default_factory=LoadTimes, compare=False)
    """Take note of how long it takes until it is ready."""
    revision: str = ""

    @property
    def reference(self) -> str:
        """Its whole name, as in `acme/qwen3-4b@1+int8`."""
        named = f"{self.name}@{self.revision}" if self.revision else self.name
        return f"{named}+{self.variant}" if self.variant else named


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
    say: Callable[[str], None] = lambda words: None
    """Says in words what is under way: what people read if the item is not finished in time."""
    limits: MediaLimits = MediaLimits()
    """Of what people bring."""
    called: Mapping[str, str] = field(default_factory=dict)
    """What people call the files that they bring, by input: for messages."""

    def brought(self, name: str, what: str) -> str:
        """The input `name`, which somebody brings, in words: `what` it is, such as `the picture`, and its name."""
        return f"{what} `{self.called[name]:.200}`" if name in self.called else f"{what} that the brief brings"


@dataclass(frozen=True)
class Output:
    """One file that an item produced."""

    name: str
    path: Path
    media_type: str


@dataclass(frozen=True)
class ItemResult:
    """Everything that one item produced."""

    outputs: tuple[Output, ...]
    attributes: Mapping[str, JsonValue] = field(default_factory=dict)
    """Facts for people (length, attempts, warnings); never read by another stage (I3)."""


class Stage(ABC):
    """One recipe. The runner fetches, looks up, uploads, records, reports; a stage only computes.

    Where the recipe says `at_once`, several threads call `process` at the same time, each with one item.

    `process` returns one result per item of the batch, in order: an `ItemResult`, or the `AtelierError` that
    fails only this item. What it raises fails the whole batch.
    """

    def setup(self, model: ModelFiles) -> None:
        """Load the model, once."""
        self.model = model

    @abstractmethod
    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """Make every item of `batch`, and check each finished file by opening it again."""

    def teardown(self) -> None:  # noqa: B027 - most stages hold nothing that the process's end does not free
        """Release what `setup` loaded."""


class ItemStage(Stage):
    """A stage that makes one item after the other; if one cannot be made, only that one fails.

    Errors that are not the item's end the attempt: those of the machine (`TransientError`, `OutOfMemory`) and of the
    model (`UnknownModel`, `ModelRefused`).
    """

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """Make every item of `batch`, in order."""
        return [self._result(work) for work in batch]

    @abstractmethod
    def make_item(self, work: Work) -> ItemResult:
        """Make one item, and check each finished file by opening it again.

        :raises AtelierError: it cannot be made; the others still are.
        """

    def _result(self, work: Work) -> ItemResult | AtelierError:
        try:
            return self.make_item(work)
        except (TransientError, OutOfMemory, UnknownModel, ModelRefused):
            raise
        except AtelierError as error:
            return error


def saved(contents: Iterable[tuple[str, bytes, str]], scratch: Path) -> tuple[Output, ...]:
    """Write each output, given by name, bytes and media type, to a file of its own with a safe name."""
    outputs = []
    for number, (name, content, media_type) in enumerate(contents):
        path = scratch / f"{number:03d}"
        path.write_bytes(content)
        outputs.append(Output(name, path, media_type))
    return tuple(outputs)


def read_back(model: type[Model], body: bytes, what: str) -> Model:
    """The `model` in the `body` of an output that was just written; `what` it is, for messages.

    :raises CheckFailed: it is not.
    """
    try:
        return model_in(model, body, f"the finished {what}")
    except CorruptInput as error:
        raise CheckFailed(str(error)) from error
