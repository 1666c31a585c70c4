"""What a recipe is: kind, name, revision, parameters, what it reads and gives, what it promises (I1, I10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.labels import LABEL_PARAM
from include.contract.model_cards import Backend
from include.contract.ports import OutputSpec, Port, Shape
from include.contract.unaided import Unaided
from include.contract.values import Closed, Determinism, StageKind

Parts = Callable[[Brief], Mapping[str, int]]
"""How many a brief gets of each numbered output of a text recipe, as far as that is known before it is written."""


def no_parts_known(brief: Brief) -> Mapping[str, int]:
    """Only the text will say."""
    return {}


@dataclass(frozen=True)
class Recipe:
    """What a stage of one kind really does.

    A change that changes any output's bytes raises `revision`; the golden tests hold it to that.
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
    """What it reads of stages above, in the order in which it enters the fingerprint (I8)."""
    may_lack: frozenset[str] = frozenset()
    """Outputs that an item may be whole without, whatever its parameters."""
    chosen_by: str = ""
    """The parameter whose values name outputs, as `choices` has them: an item has those that it names alone."""
    choices: Mapping[str, str] = field(default_factory=dict)
    batch_size: int = 1
    """Items computed together unless the content type says another number."""
    parts: Parts = no_parts_known
    """Of a text recipe: how many numbered outputs a brief gets."""
    unaided: Unaided | None = None
    """Of a text recipe: what it writes of a topic alone; None where a brief always brings what there is to say."""
    summary: tuple[str, ...] = ()
    """Of a publishing recipe: fields of the text's `script` of which the first says in short what the piece is."""
    is_in_store: bool = True
    """Of a publishing recipe: whether its pieces lie under `published/` in the store, where others look for them."""
    brief_files: tuple[str, ...] = ()
    """Files of a brief that the recipe reads, resolved to blobs at the entrance (I9)."""
    claimed: bool = True
    """Whether an item is claimed before it is made, so that two runs that need it at once make it once (W8).
    Only an item that takes less than about a second is not worth the request."""
    determinism: Determinism = Determinism.BITWISE

    @property
    def fans_out(self) -> bool:
        """Whether one brief may give it several items, which shards can share out (W6)."""
        return any(port.shape in (Shape.SPLIT, Shape.EACH) for port in self.ports)

    @property
    def brief_fields(self) -> tuple[str, ...]:
        """The fields of a brief that it consumes: those that its parameters also have (I5)."""
        return tuple(name for name in self.params.model_fields if name in Brief.model_fields)

    @property
    def own_params(self) -> tuple[str, ...]:
        """The parameters that a content type sets for a stage: no brief does, nor it for all stages at once."""
        return tuple(name for name in self.params.model_fields if name not in (*self.brief_fields, LABEL_PARAM))

    @property
    def publishes_outside(self) -> bool:
        """Whether it puts pieces in a place outside of the store."""
        return self.kind is StageKind.PUBLISH and not self.is_in_store

    @property
    def is_memoised(self) -> bool:
        """Whether what it makes is kept in `items/` and `stages/`, and found there; an effect never is (W10)."""
        return self.determinism is not Determinism.EFFECT

    def output_named(self, name: str) -> OutputSpec | None:
        """What it declares of the output called `name`, such as `image` or `narration/03`; None if nothing."""
        family, slash, _ = name.partition("/")
        return next((each for each in self.outputs if each.name == f"{family}{slash}"), None)

    def asks_a_model(self, params: object) -> bool:
        """Whether an item with these parameters, as JSON has them, is made by a model at all; as far as is known."""
        return self.unaided is None or not isinstance(params, Mapping) or self.unaided.is_asked(params)

    def lacks(self, outputs: Iterable[Artifact], params: Mapping[str, JsonValue]) -> str:
        """The first output that an item with these canonical `params` is not whole without; empty when it has all."""
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
