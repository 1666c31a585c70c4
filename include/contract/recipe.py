"""What a recipe is: kind, name, revision, parameters, what it reads and gives, what it promises (I1, I10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import JsonValue

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.labels import LABEL_PARAM
from include.contract.model_cards import Backend
from include.contract.ports import OutputSpec, Place, Port, Shape, places_brought
from include.contract.unaided import Unaided
from include.contract.values import Closed, Determinism, StageKind

Parts = Callable[[Brief], Mapping[str, int]]
"""How many of each numbered output a text recipe makes for a brief, as far as that is known in advance."""
ItemMemory = Callable[[Any], int]
"""MiB that an item with these parameters, those of its recipe, takes while it is made."""


Places = Callable[[Any], frozenset[Place]]
"""Where a stage has items, by its parameters: the recipe's own model of them."""


def no_parts_known(brief: Brief) -> Mapping[str, int]:
    """Only the text will say."""
    return {}


@dataclass(frozen=True)
class Recipe:
    """What a stage of one kind actually does.

    Whoever changes any output's bytes raises `revision`; the golden tests enforce that.
    """

    kind: StageKind
    name: str
    revision: int
    params: type[Closed]
    model: str
    """The built-in model: needs no download and no GPU."""
    outputs: tuple[OutputSpec, ...]
    backends: tuple[Backend, ...] = ()
    """Those of its users' own models that it can work with, besides its built-in one."""
    stage: str = ""
    """The class that makes its items, as `package.module:Class`, which only a stage's process ever imports: a `Stage`,
    or, of a recipe that publishes, a `Publisher`."""
    ports: tuple[Port, ...] = ()
    """What it reads from stages above, in the order in which it enters the fingerprint (I8)."""
    may_lack: frozenset[str] = frozenset()
    """Outputs that a complete item may do without, whatever its parameters."""
    chosen_by: str = ""
    """The parameter whose values choose outputs, as mapped by `choices`: an item has only the chosen ones."""
    choices: Mapping[str, str] = field(default_factory=dict)
    batch_size: int = 1
    """Items computed together, unless the content type sets another number."""
    at_once: int = 1
    """Items computed side by side instead, each by itself, unless the content type sets another `batch_size`: as many
    of them as processors and memory allow. The stage is then called by several threads."""
    item_mib: ItemMemory | None = None
    """What one of those takes beside the others, but for what its ports say."""
    parts: Parts = no_parts_known
    """For a text recipe: how many numbered outputs a brief gets."""
    places: Places | None = None
    """For a recipe that also has items between the parts, or at their ends; None if each part is an item alone."""
    unaided: Unaided | None = None
    """For a text recipe: what it can write from a topic alone; None if each brief brings what there is to say."""
    summary: tuple[str, ...] = ()
    """For a publishing recipe: fields of the text's `script`; the first one that is set summarises the piece."""
    is_in_store: bool = True
    """For a publishing recipe: whether its pieces are under `published/` in the store, where others look for them."""
    brief_files: tuple[str, ...] = ()
    """Files of a brief that all of its items read, resolved to blobs at the entrance (I9); ports `of_brief` read those
    that some of them do."""
    claimed: bool = True
    """Whether an item is claimed before it is made, so that two runs that need it at once make it once (W8).
    Only an item that takes less than about a second is not worth the request."""
    determinism: Determinism = Determinism.BITWISE

    @cached_property
    def fans_out(self) -> bool:
        """Whether one brief may give it several items, which can be split into shards (W6)."""
        return any(port.shape in (Shape.SPLIT, Shape.EACH) for port in self.ports)

    def places_of(self, params: Closed) -> frozenset[Place]:
        """Where a stage with these parameters has items."""
        return self.places(params) if self.places else frozenset({Place.PART})

    def items_for(self, parts: int, params: Closed, files: Collection[str] = ()) -> int:
        """How many items a stage with these parameters has for so many parts of a brief that brings `files`."""
        places = self.places_of(params) | places_brought(self.ports, files)
        between = parts - 1 if Place.BETWEEN in places else 0
        return parts + between + len(places - {Place.PART, Place.BETWEEN})

    def reads_file(self, name: str) -> bool:
        """Whether it reads the file of a brief that is called `name`, such as `music` or `image/03`."""
        family, slash, _ = name.partition("/")
        taken = [port.takes for port in self.ports if port.of_brief]
        return name in self.brief_files or f"{family}{slash}" in taken

    @property
    def whole_files(self) -> tuple[str, ...]:
        """Files of a brief as a whole that it reads, called after the brief's fields."""
        ports = (port.takes for port in self.ports if port.of_brief and port.shape is Shape.ONE)
        return (*self.brief_files, *ports)

    @cached_property
    def brief_fields(self) -> tuple[str, ...]:
        """The fields of a brief that it consumes: those that its parameters also have (I5)."""
        return tuple(name for name in self.params.model_fields if name in Brief.model_fields)

    @cached_property
    def own_params(self) -> tuple[str, ...]:
        """The parameters that a content type sets for one stage: not those of a brief, nor those for all stages."""
        return tuple(name for name in self.params.model_fields if name not in (*self.brief_fields, LABEL_PARAM))

    @property
    def publishes_outside(self) -> bool:
        """Whether it puts pieces in a place outside the store."""
        return self.kind is StageKind.PUBLISH and not self.is_in_store

    @property
    def is_memoised(self) -> bool:
        """Whether its results are kept in `items/` and `stages/` and found again; an effect never is (W10)."""
        return self.determinism is not Determinism.EFFECT

    def output_named(self, name: str) -> OutputSpec | None:
        """Its declaration of the output called `name`, such as `image` or `narration/03`; None if there is none."""
        family, slash, _ = name.partition("/")
        return self._declared.get(f"{family}{slash}")

    @cached_property
    def _declared(self) -> Mapping[str, OutputSpec]:
        return {each.name: each for each in self.outputs}

    def asks_a_model(self, params: object, model: object) -> bool:
        """Whether a model is used at all for an item with these parameters, given as JSON; as far as is known.

        :param model: name of the one that is; all but the recipe's own write whatever a brief lacks.
        """
        if self.unaided is None or not isinstance(params, Mapping):
            return True
        return self.unaided.is_asked(params) if model == self.model else not self.unaided.lacks_nothing(params)

    def lacks(self, outputs: Iterable[Artifact], params: Mapping[str, JsonValue]) -> str:
        """The first output that an item with these canonical `params` needs but lacks; empty if it is complete."""
        chosen = params.get(self.chosen_by)
        named = {output for value, output in self.choices.items() if isinstance(chosen, list) and value in chosen}
        may_lack = self.may_lack | (set(self.choices.values()) - named)
        names = {output.name for output in outputs}
        numbered = Counter(f"{name.partition('/')[0]}/" for name in names if "/" in name)
        for output in (each.name for each in self.outputs):
            if output in may_lack:
                continue
            numbers = range(1, max(1, numbered[output]) + 1)
            wanted = [f"{output}{number:02d}" for number in numbers] if output.endswith("/") else [output]
            missing = [name for name in wanted if name not in names]
            if missing:
                return missing[0]
        return ""
