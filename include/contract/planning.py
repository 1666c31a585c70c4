"""Which items a stage has and what each reads, from its ports: briefs split into scenes, scenes are gathered (I8).

Planning reads manifests only, never a blob, so both sides and every shard plan the same items.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from include.contract.artifacts import Artifact
from include.contract.manifests import ItemLine
from include.contract.ports import Port, Shape

INPUT_MISSING = "its input is missing: "
"""The beginning of the message of an item that is skipped because an input was not made."""
Upstreams = Mapping[str, Mapping[str, ItemLine]]
"""Items of each stage upstream, by the stage's name and the item's id."""


@dataclass(frozen=True)
class PlannedItem:
    """One item to make, or to skip if some of its inputs are `missing`."""

    item: str
    brief: str
    inputs: tuple[Artifact, ...] = ()
    """In the order in which they enter the fingerprint, under the names by which the stage knows them."""
    missing: tuple[str, ...] = ()


def planned(
    ports: Sequence[Port], briefs: Sequence[str], read: Mapping[str, str], upstreams: Upstreams
) -> list[PlannedItem]:
    """The items of a stage, in order.

    :param read: name of the stage that each port reads; an optional port that reads none is not in it.
    """
    wired = {port.name: port for port in ports if port.name in read}
    each = {read[port.name] for port in wired.values() if port.shape is Shape.EACH}
    by_brief = {stage: _by_brief(upstreams[stage]) for stage in each}
    plans = (_BriefPlan(brief, wired, read, upstreams, by_brief) for brief in briefs)
    return [item for plan in plans for item in plan.items()]


class _BriefPlan:
    """Plans what one brief gives a stage."""

    def __init__(
        self,
        brief: str,
        ports: Mapping[str, Port],
        read: Mapping[str, str],
        upstreams: Upstreams,
        by_brief: Mapping[str, Mapping[str, Sequence[str]]],
    ) -> None:
        self._brief, self._ports, self._read, self._upstreams = brief, ports, read, upstreams
        self._each = {
            name: by_brief[read[name]].get(brief, ()) for name, port in ports.items() if port.shape is Shape.EACH
        }
        """Ids of the items that are read one by one, by port."""
        self._families = {
            name: self._family(port) for name, port in ports.items() if port.shape in (Shape.FAMILY, Shape.SPLIT)
        }

    def items(self) -> Iterator[PlannedItem]:
        """Its items; one alone where what they have in common is missing."""
        missing = self._missing()
        if missing:
            yield PlannedItem(self._brief, self._brief, missing=missing)
            return
        ids = self._ids()
        for at, item in enumerate(ids):
            inputs: list[Artifact] = []
            lacking: list[str] = []
            for port in self._ports.values():
                if port.is_hashed and 0 <= at + port.step < len(ids):
                    self._add(port, ids[at + port.step], inputs, lacking)
            yield PlannedItem(item, self._brief, () if lacking else tuple(inputs), tuple(dict.fromkeys(lacking)))

    def _missing(self) -> tuple[str, ...]:
        """What was not made of the brief's own items that the ports read, or of items to be read one by one."""
        missing = [
            f"{self._read[name]} of {self._brief}"
            for name, port in self._ports.items()
            if (port.shape is Shape.EACH and not self._each[name])
            or (port.shape not in (Shape.EACH, Shape.PARTS) and self._line(port, self._brief) is None)
        ]
        return tuple(dict.fromkeys(missing))

    def _ids(self) -> Sequence[str]:
        for name, port in self._ports.items():
            if port.counts_items and port.shape is Shape.SPLIT:
                return [f"{self._brief}/{number}" for number in self._families[name]]
            if port.counts_items:
                return self._each[name]
        return [self._brief]

    def _add(self, port: Port, item: str, inputs: list[Artifact], lacking: list[str]) -> None:
        """What the item reads through `port`, to `inputs`, or what it misses there, to `lacking`."""
        if port.shape is Shape.FAMILY:
            family = self._families[port.name]
            inputs += [_named(artifact, f"{port.name}/{number}") for number, artifact in family.items()]
        elif port.shape is Shape.SPLIT:
            found = self._families[port.name].get(item.partition("/")[2])
            if found is not None:
                inputs.append(_named(found, port.name))
            elif not port.is_optional:
                lacking.append(f"`{port.takes}` of {item}")
        elif port.shape is Shape.PARTS:
            for number in self._families[port.counted_by]:
                self._add_one(port, f"{self._brief}/{number}", f"{port.name}/{number}", inputs, lacking)
        else:
            self._add_one(port, item if port.shape is Shape.EACH else self._brief, port.name, inputs, lacking)

    def _add_one(self, port: Port, source: str, name: str, inputs: list[Artifact], lacking: list[str]) -> None:
        line = self._line(port, source)
        if line is None:
            lacking.append(f"{self._read[port.name]} of {source}")
        elif not port.is_optional or any(artifact.name == port.takes for artifact in line.outputs):
            inputs.append(_named(line.output(port.takes), name))

    def _family(self, port: Port) -> dict[str, Artifact]:
        line = self._line(port, self._brief)
        return dict(line.family(port.takes.removesuffix("/"))) if line else {}

    def _line(self, port: Port, item: str) -> ItemLine | None:
        """What the stage that `port` reads made of `item`; None where it did not."""
        line = self._upstreams[self._read[port.name]].get(item)
        return line if line is not None and line.succeeded else None


def _by_brief(lines: Mapping[str, ItemLine]) -> dict[str, list[str]]:
    """Item ids by brief, in the stage's order."""
    found: dict[str, list[str]] = {}
    for line in sorted(lines.values(), key=lambda line: line.position):
        found.setdefault(line.item.partition("/")[0], []).append(line.item)
    return found


def _named(artifact: Artifact, name: str) -> Artifact:
    return artifact if artifact.name == name else artifact.model_copy(update={"name": name})
