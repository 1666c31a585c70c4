"""Which stage each port of a stage reads, and the order of a content type's stages.

A stage reads the stages above it. Of several that give what a port takes, the nearest is read if all others
are upstream of it, as the enlarged picture is of the drawn one; else the content type says which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from include.contract.mistakes import FieldMistake
from include.contract.names import allowed_names
from include.contract.ports import Port, Shape
from include.contract.recipe import Recipe
from include.contract.registry import recipes


@dataclass(frozen=True)
class NamedStage:
    """A stage as a content type names it."""

    name: str
    recipe: Recipe
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Port to stage, as far as the author chose."""
    behind: frozenset[str] | None = None
    """In a DAG by hand, the stages upstream, the only ones that it may read; None if it may read all above it."""

    @property
    def fans_out(self) -> bool:
        """Whether one brief may give it several items, according to its recipe."""
        return self.recipe.fans_out


@dataclass(frozen=True)
class WiredStage:
    """A stage and what it reads."""

    name: str
    recipe: Recipe
    read: Mapping[str, str]
    """The stage that each port reads, in the recipe's order; without the optional ones that read none."""
    counted_by: str
    """The stage whose numbered output determines its items; empty if each brief gives it one."""
    family: str
    """That output without its trailing `/`; likewise empty."""
    follows: tuple[str, ...]
    """The stages that it has to wait for, without those that these wait for themselves."""
    upstream: frozenset[str]
    """All that it depends on."""

    @property
    def fans_out(self) -> bool:
        """Whether one brief may give it several items."""
        return bool(self.family)


def wired(stages: Sequence[NamedStage], names: Sequence[str] = ()) -> tuple[list[WiredStage], list[FieldMistake]]:
    """The stages with what they read, and all mistakes; a stage with a mistake is not among them.

    :param names: of all stages, where some of them cannot be read.
    """
    done: dict[str, WiredStage] = {}
    mistakes: list[FieldMistake] = []
    names = names or [stage.name for stage in stages]
    for number, stage in enumerate(stages, 1):
        wiring = _Wiring(stage, done, stages[number:], names)
        read = wiring.read()
        mistakes += wiring.mistakes
        if not wiring.mistakes and all(port.name in read for port in stage.recipe.ports if not port.is_optional):
            done[stage.name] = _wired(stage, read, done)
    return list(done.values()), mistakes


def _wired(stage: NamedStage, read: Mapping[str, str], above: Mapping[str, WiredStage]) -> WiredStage:
    sources = dict.fromkeys(read.values())
    behind = {name for source in sources for name in above[source].upstream}
    counted_by, family = _counted(stage.recipe, read, above)
    return WiredStage(
        name=stage.name,
        recipe=stage.recipe,
        read=read,
        counted_by=counted_by,
        family=family,
        follows=tuple(name for name in sources if name not in behind),
        upstream=frozenset({*sources, *behind}),
    )


def _counted(recipe: Recipe, read: Mapping[str, str], above: Mapping[str, WiredStage]) -> tuple[str, str]:
    for port in recipe.ports:
        if port.counts_items and port.shape is Shape.SPLIT:
            return read[port.name], port.takes.removesuffix("/")
        if port.counts_items:
            source = above[read[port.name]]
            return source.counted_by, source.family
    return "", ""


class _Wiring:
    """Finds what the ports of one stage read."""

    def __init__(
        self, stage: NamedStage, above: Mapping[str, WiredStage], below: Sequence[NamedStage], names: Sequence[str]
    ) -> None:
        self._stage, self._above, self._below, self._names = stage, above, below, names
        self._ports = {port.name: port for port in stage.recipe.ports if not port.of_brief}
        self._read: dict[str, str] = {}
        """Stage by port; empty where it reads none."""
        self.mistakes: list[FieldMistake] = []

    def read(self) -> dict[str, str]:
        """The stage that each port reads."""
        for name in self._stage.inputs.keys() - self._ports.keys():
            self._mistake(name, f"`{self._stage.recipe.name}` has no such port; {allowed_names(name, self._ports)}")
        found = {name: self._source(port) for name, port in self._ports.items()}
        for port in self._ports.values():
            self._check_count(port)
        return {name: source for name, source in found.items() if source}

    def _source(self, port: Port) -> str:
        """The stage that `port` reads; empty where there is none."""
        if port.name not in self._read:
            self._read[port.name] = self._chosen(port) if port.name in self._stage.inputs else self._found(port)
        return self._read[port.name]

    def _chosen(self, port: Port) -> str:
        """The stage that the author chose for `port`; empty where it cannot be."""
        name = self._stage.inputs[port.name]
        able = [stage.name for stage in self._candidates(port)]
        if name in able:
            return name
        if name not in self._names:
            wrong = f"is not a stage here (found {name!r:.60})"
        elif not self._may_read(name):
            wrong = self._not_readable(name)
        else:
            wrong = f"`{name}` gives {_given(self._above[name], port)}; `{port.name}` takes {_taken(port)}"
        self._mistake(port.name, f"{wrong}; {allowed_names(name, able)}")
        return ""

    def _found(self, port: Port) -> str:
        """The stage that `port` reads by itself; empty where there is none."""
        candidates = self._candidates(port)
        if port.through:
            between = self._source(self._ports[port.through])
            source = self._above[between].read.get(port.takes, "") if between else ""
            return source if any(stage.name == source for stage in candidates) else ""
        if port.beside:
            beside = self._source(self._ports[port.beside])
            if not beside or any(stage.name == beside for stage in candidates):
                return beside
            candidates = [] if port.is_optional else candidates
        if not candidates:
            if not port.is_optional and not self._waits(port):
                where = "above" if self._stage.behind is None else "upstream of"
                self._mistake(
                    "",
                    f"reads {_taken(port)} through `{port.name}`, which no stage {where} it gives; {self._help(port)}",
                )
            return ""
        nearest = candidates[-1]
        if all(stage.name in nearest.upstream for stage in candidates[:-1]):
            return nearest.name
        several = " and ".join(f"`{stage.name}`" for stage in candidates)
        line = f"inputs: {{{port.name}: {nearest.name}}}"
        if self._stage.behind is not None:
            line = f'inputs={{"{port.name}": "{nearest.name}"}}'
        self._mistake("", f"may read `{port.name}` from {several}; say which, such as `{line}`")
        return ""

    def _help(self, port: Port) -> str:
        """How `port` gets something to read."""
        own = self._stage.name
        elsewhere = [stage.name for stage in self._above.values() if _gives(stage, port)]
        # One that comes after it cannot come before it.
        elsewhere += [stage.name for stage in self._below if _gives(stage, port) and own not in (stage.behind or ())]
        if elsewhere and self._stage.behind is None:
            return f"move {' or '.join(f'`{name}`' for name in elsewhere)} above it"
        if elsewhere:
            return f"write {' or '.join(f'`{name} >> {own}`' for name in elsewhere)}"
        return f"add one: {', '.join(recipes_giving(port)) or 'no recipe does'}"

    def _may_read(self, name: str) -> bool:
        return name in self._above and (self._stage.behind is None or name in self._stage.behind)

    def _not_readable(self, name: str) -> str:
        """What is said of a stage that it may not read."""
        own = self._stage.name
        if self._stage.behind is None:
            return f"`{name}` is not above `{own}`, or has a mistake itself"
        if name in self._stage.behind:
            return f"`{name}` has a mistake itself"
        return f"`{name}` is not upstream of `{own}`; write `{name} >> {own}`"

    def _waits(self, port: Port) -> bool:
        """Whether a stage above it that cannot be wired would have given it: one mistake is enough."""
        broken = [name for name in self._names if name not in self._above]
        return self._names.index(self._stage.name) > min(map(self._names.index, broken), default=len(self._names))

    def _candidates(self, port: Port) -> list[WiredStage]:
        return [stage for stage in self._above.values() if self._may_read(stage.name) and _gives(stage, port)]

    def _check_count(self, port: Port) -> None:
        """Parts and what counts them have to come from one text."""
        if port.shape not in (Shape.PARTS, Shape.ALL) or not self._read[port.name] or not self._read[port.counted_by]:
            return
        source, text = self._above[self._read[port.name]], self._read[port.counted_by]
        if source.counted_by != text:
            self._mistake(
                port.name,
                f"`{source.name}` has an item for each `{source.family}` of `{source.counted_by}`, while "
                f"`{port.counted_by}` counts those of `{text}`; both have to come from the same stage",
            )

    def _mistake(self, port: str, text: str) -> None:
        path = ("stages", self._stage.name, *(("inputs", port) if port in self._stage.inputs else ()))
        self.mistakes.append(FieldMistake(path, text))


def _gives(stage: WiredStage | NamedStage, port: Port) -> bool:
    output = stage.recipe.output_named(port.takes)
    if output is None or not port.takes_type_of(output):
        return False
    if port.shape is Shape.EACH:
        return True
    return stage.fans_out if port.shape in (Shape.PARTS, Shape.ALL) else not stage.fans_out


def _given(stage: WiredStage, port: Port) -> str:
    output = stage.recipe.output_named(port.takes)
    if output is None:
        return ", ".join(each.name for each in stage.recipe.outputs)
    return f"`{output.name}` ({output.type_name}) of each {'part' if stage.fans_out else 'brief'}"


def _taken(port: Port) -> str:
    whose = {Shape.PARTS: " of each part", Shape.ALL: " of each part", Shape.EACH: ""}.get(port.shape, " of each brief")
    return f"`{port.takes}` ({port.type_name}){whose}"


def recipes_giving(port: Port) -> list[str]:
    """Recipes that give what `port` takes."""
    found = ((recipe.name, recipe.output_named(port.takes)) for recipe in recipes().values())
    return sorted(name for name, output in found if output is not None and port.takes_type_of(output))
