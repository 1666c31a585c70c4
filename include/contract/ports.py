"""What a recipe gives and takes: outputs by name and type, and ports, through which it reads stages above (I2, I8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel

TEXT_TYPE = "text/plain"
"""UTF-8 without a byte order mark and without a newline at the end."""
JSON_TYPE = "application/json"


class Shape(StrEnum):
    """Which outputs of the stage that it reads are a port's inputs."""

    ONE = "one"
    """An output of the brief's own item."""
    FAMILY = "family"
    """All numbers of a numbered output of the brief's own item."""
    SPLIT = "split"
    """Of a numbered output of the brief's own item, the one with this item's number; there is an item for each."""
    EACH = "each"
    """An output of every item, whether of a brief or of its parts; there is an item for each."""
    PARTS = "parts"
    """An output of the items of all parts, numbered as they are."""
    ALL = "all"
    """An output of all items, those between parts included, numbered in their order."""


class Place(StrEnum):
    """Where an item stands in a stage that makes something of parts and of what lies between them."""

    INTRO = "intro"
    """Before all else: what a brief brings for there, and only then."""
    OPENING = "opening"
    """Before the first part."""
    PART = "part"
    BETWEEN = "between"
    """Between two neighbours."""
    ENDING = "ending"
    """After the last part."""
    OUTRO = "outro"
    """After all else: what a brief brings for there, and only then."""


BROUGHT = (Place.INTRO, Place.OUTRO)
"""Places of items that only a file of the brief makes."""


@dataclass(frozen=True)
class OutputSpec:
    """One output of a recipe's items, or a numbered family of them."""

    name: str
    """With a trailing `/` it is a numbered family, which has at least the number 01."""
    media_type: str
    document: type[BaseModel] | None = None
    """The class of a JSON document."""

    @property
    def type_name(self) -> str:
        """Its type in words."""
        return f"{self.document.__name__} as {self.media_type}" if self.document else self.media_type


@dataclass(frozen=True)
class Port:
    """One input of a recipe, under the name that enters the fingerprint."""

    name: str
    shape: Shape = Shape.ONE
    output: str = ""
    """Name of the output that it takes, if different; a family's without its trailing `/`."""
    media_types: tuple[str, ...] = ()
    """The media types that it takes; any if empty."""
    document: type[BaseModel] | None = None
    """The class of JSON document that it takes."""
    is_optional: bool = False
    """Whether a stage, or an item of one, may do without it."""
    counted_by: str = ""
    """For `parts` and `all`: the port of shape `family` that says which parts there are."""
    is_hashed: bool = True
    """Whether it is an input at all, or only counts parts."""
    beside: str = ""
    """The port whose stage it reads too, if several stages above may give it."""
    through: str = ""
    """For an optional one: the port whose stage has a port for the same output; it reads what that port reads."""
    step: int = 0
    """For `split` and `each`: reads the item so many places further on, -1 for the one before. The first or the last
    item lacks such a neighbour; another port says which items there are. What stands before a part counts as that
    part: it reads the part after it with 0, the one before it with -1."""
    of_brief: bool = False
    """For an optional one: takes a file of the brief in place of a stage's output. One of shape `split` takes that of
    the item's part (`image/03`), one of shape `one` that of the whole (`intro`)."""
    at: tuple[Place, ...] = (Place.PART,)
    """The items that read it, by their place."""
    item_mib: int = 0
    """MiB that reading through it takes while an item is made, besides the recipe's `item_mib`: such as a decoder's."""

    @cached_property
    def takes(self) -> str:
        """Name of the output, as its recipe declares it."""
        name = self.output or self.name
        return f"{name}/" if self.shape in (Shape.FAMILY, Shape.SPLIT) else name

    @property
    def type_name(self) -> str:
        """What it takes, in words."""
        types = " or ".join(self.media_types)
        return f"{self.document.__name__} as {types or JSON_TYPE}" if self.document else types or "of any type"

    @property
    def counts_items(self) -> bool:
        """Whether there is an item for each that it reads."""
        is_one_of_many = self.shape is Shape.EACH or (self.shape is Shape.SPLIT and not self.is_optional)
        return is_one_of_many and not self.step

    def takes_type_of(self, output: OutputSpec) -> bool:
        """Whether `output`, which has the right name, is of a type that it takes."""
        if self.media_types and output.media_type not in self.media_types:
            return False
        return self.document is None or self.document is output.document


def places_brought(ports: Iterable[Port], files: Collection[str]) -> frozenset[Place]:
    """Where a brief that brings `files`, by their names, has items beside those of its parts."""
    taken = [port for port in ports if port.of_brief and port.takes in files]
    return frozenset(place for port in taken for place in port.at if place in BROUGHT)
