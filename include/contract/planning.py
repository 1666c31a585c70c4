"""Which items a stage has and what each reads, from its ports: briefs split into scenes, scenes are gathered (I8).

Planning reads manifests only, never a blob, so both sides and every shard plan the same items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from include.contract.artifacts import Artifact
from include.contract.manifests import ItemLine
from include.contract.ports import Place, Port, Shape, places_brought

INPUT_MISSING = "its input is missing: "
"""The beginning of the message of an item that is skipped because an input was not made."""
Upstreams = Mapping[str, Mapping[str, ItemLine]]
"""Items of each stage upstream, by the stage's name and the item's id."""
_PARTS_ALONE = frozenset({Place.PART})
_NAMES = {Place.INTRO: "intro", Place.OPENING: "title", Place.ENDING: "end", Place.OUTRO: "outro"}
"""What follows the brief in the ids of items that are neither parts nor between two."""


@dataclass(frozen=True)
class PlannedItem:
    """One item to make, or to skip if some of its inputs are `missing`."""

    item: str
    brief: str
    inputs: tuple[Artifact, ...] = ()
    """In the order in which they enter the fingerprint, under the names by which the stage knows them."""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Spot:
    """Where an item stands: at a part, counted from 0, or before it."""

    item: str
    at: int
    place: Place


def planned(
    ports: Sequence[Port],
    briefs: Sequence[str],
    read: Mapping[str, str],
    upstreams: Upstreams,
    places: Mapping[str, Collection[Place]] | None = None,
    files: Mapping[str, Sequence[Artifact]] | None = None,
) -> list[PlannedItem]:
    """The items of a stage, in order.

    :param read: name of the stage that each port reads; an optional port that reads none is not in it.
    :param places: where there are items, by brief; at the parts alone if left out. What a brief brings has its own.
    :param files: that each brief brings; none if left out.
    """
    wired = {port.name: port for port in ports if port.name in read or port.of_brief}
    each = {read[port.name] for port in wired.values() if port.shape in _ONE_BY_ONE}
    by_brief = {stage: _by_brief(upstreams[stage]) for stage in each}
    plans = (_BriefPlan(brief, wired, read, upstreams, by_brief, (files or {}).get(brief, ())) for brief in briefs)
    return [item for plan in plans for item in plan.items((places or {}).get(plan.brief, _PARTS_ALONE))]


_ONE_BY_ONE = (Shape.EACH, Shape.ALL)


class _BriefPlan:
    """Plans what one brief gives a stage."""

    def __init__(
        self,
        brief: str,
        ports: Mapping[str, Port],
        read: Mapping[str, str],
        upstreams: Upstreams,
        by_brief: Mapping[str, Mapping[str, Sequence[str]]],
        files: Sequence[Artifact],
    ) -> None:
        self._files = {file.name: file for file in files}
        self.brief, self._ports, self._read, self._upstreams = brief, ports, read, upstreams
        self._each = {
            name: by_brief[read[name]].get(brief, ()) for name, port in ports.items() if port.shape in _ONE_BY_ONE
        }
        """Ids of the items that are read one by one, by port."""
        self._families = {
            name: self._family(port) for name, port in ports.items() if port.shape in (Shape.FAMILY, Shape.SPLIT)
        }

    def items(self, places: Collection[Place]) -> Iterator[PlannedItem]:
        """Its items in these places; one alone where what they have in common is missing."""
        missing = self._missing()
        if missing:
            yield PlannedItem(self.brief, self.brief, missing=missing)
            return
        ids = self._ids()
        brought = places_brought(self._ports.values(), self._files)
        for spot in self._spots(ids, {*places, *brought}):
            inputs: list[Artifact] = []
            lacking: list[str] = []
            for port in self._ports.values():
                if port.is_hashed and spot.place in port.at and self._is_there(port, spot, len(ids)):
                    self._add(port, spot, ids, inputs, lacking)
            yield PlannedItem(spot.item, self.brief, () if lacking else tuple(inputs), tuple(dict.fromkeys(lacking)))

    def _spots(self, ids: Sequence[str], places: Collection[Place]) -> Iterator[_Spot]:
        """The items in order: before each part what opens or what lies between, after the last what ends."""
        yield from self._around(places, 0, Place.INTRO, Place.OPENING)
        for at, item in enumerate(ids):
            if at and Place.BETWEEN in places:
                yield _Spot(f"{ids[at - 1]}-{item.rpartition('/')[2]}", at, Place.BETWEEN)
            yield _Spot(item, at, Place.PART)
        yield from self._around(places, len(ids), Place.ENDING, Place.OUTRO)

    def _around(self, places: Collection[Place], at: int, *those: Place) -> Iterator[_Spot]:
        return (_Spot(f"{self.brief}/{_NAMES[place]}", at, place) for place in those if place in places)

    def _is_there(self, port: Port, spot: _Spot, parts: int) -> bool:
        """Whether the part that `port` reads is one of the brief's; what is read of the brief as a whole always is."""
        return port.shape not in (Shape.SPLIT, Shape.EACH) or 0 <= spot.at + port.step < parts

    def _missing(self) -> tuple[str, ...]:
        """What was not made of the brief's own items that the ports read, or of items to be read one by one."""
        missing = [
            f"{self._read[name]} of {self.brief}"
            for name, port in self._ports.items()
            if not port.of_brief
            and (
                (port.shape in _ONE_BY_ONE and not self._each[name])
                or (port.shape not in (*_ONE_BY_ONE, Shape.PARTS) and self._line(port, self.brief) is None)
            )
        ]
        return tuple(dict.fromkeys(missing))

    def _ids(self) -> Sequence[str]:
        for name, port in self._ports.items():
            if port.counts_items and port.shape is Shape.SPLIT:
                return [f"{self.brief}/{number}" for number in self._families[name]]
            if port.counts_items:
                return self._each[name]
        return [self.brief]

    def _add(self, port: Port, spot: _Spot, ids: Sequence[str], inputs: list[Artifact], lacking: list[str]) -> None:
        """What the item reads through `port`, to `inputs`, or what it misses there, to `lacking`."""
        if port.of_brief and port.shape is Shape.ONE:
            inputs += [_named(self._files[port.takes], port.name)] if port.takes in self._files else []
        elif port.shape is Shape.FAMILY:
            family = self._families[port.name]
            inputs += [_named(artifact, f"{port.name}/{number}") for number, artifact in family.items()]
        elif port.shape is Shape.SPLIT:
            item = ids[spot.at + port.step]
            found = self._families[port.name].get(item.partition("/")[2])
            if found is not None:
                inputs.append(_named(found, port.name))
            elif not port.is_optional:
                lacking.append(f"`{port.takes}` of {item}")
        elif port.shape is Shape.PARTS:
            for number in self._families[port.counted_by]:
                self._add_one(port, f"{self.brief}/{number}", f"{port.name}/{number}", inputs, lacking)
        elif port.shape is Shape.ALL:
            for at, each in enumerate(self._each[port.name], start=1):
                self._add_one(port, each, f"{port.name}/{at:02d}", inputs, lacking)
        else:
            source = ids[spot.at + port.step] if port.shape is Shape.EACH else self.brief
            self._add_one(port, source, port.name, inputs, lacking)

    def _add_one(self, port: Port, source: str, name: str, inputs: list[Artifact], lacking: list[str]) -> None:
        line = self._line(port, source)
        if line is None:
            lacking.append(f"{self._read[port.name]} of {source}")
        elif not port.is_optional or any(artifact.name == port.takes for artifact in line.outputs):
            inputs.append(_named(line.output(port.takes), name))

    def _family(self, port: Port) -> dict[str, Artifact]:
        if port.of_brief:
            named = ((file.name.partition("/"), file) for file in self._files.values())
            return {number: file for (family, slash, number), file in named if f"{family}{slash}" == port.takes}
        line = self._line(port, self.brief)
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
