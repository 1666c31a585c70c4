"""What installed distributions bring, by entry points: a recipe, a file of models, a source, a publisher, an engine.

What is built in is read first, by the same code, then what distributions bring. One that fails breaks nothing
else: what it brings is missing, and whoever names it is told which distribution failed, and why.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Generic, TypeVar

from include.contract.errors import BadRequest
from include.contract.messages import legible
from include.contract.names import allowed_names
from include.contract.values import Closed, TechnicalName

log = logging.getLogger(__name__)
Thing = TypeVar("Thing")

GROUPS = ("atelier.recipes", "atelier.models", "atelier.sources", "atelier.publishers", "atelier.engines")
_PREFIX = "atelier."
_POINTER = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
POINTER_FORM = "`package.module:Name`"


class Distribution(Closed):
    """An installed distribution, as pip lists it."""

    name: TechnicalName
    version: TechnicalName

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class EntryPoint:
    """One thing that a distribution brings."""

    distribution: Distribution
    name: str
    points_to: str


_groups: list[Group[Any]] = []


def read_all() -> None:
    """Load every group of this process, before the process forks."""
    for group in _groups:
        group.all()


def forget_all() -> None:
    """Have everything loaded again on next use, because distributions came or went while this process runs."""
    entry_points.cache_clear()
    for group in _groups:
        group.forget()


class Group(Generic[Thing]):
    """Everything of one kind that this process knows, by name; imported when it is first asked for."""

    def __init__(
        self,
        entry_points: str | tuple[str, ...],
        what: str,
        read: Callable[[str, object], Thing],
        built_in: Mapping[str, object],
        load: Callable[[EntryPoint], object] = lambda entry: pointed_at(entry.points_to),
        key: Callable[[EntryPoint], str] = lambda entry: entry.name,
    ) -> None:
        """A group that is empty until it is asked.

        :param entry_points: one of `GROUPS`, or several that bring the same.
        :param what: one of its things, in a word, such as `recipe`.
        :param read: checks what was found under a name; a BadRequest says what is wrong with it.
        :param built_in: what is there without any distribution: by name the thing itself, or the pointer to it.
        :param load: how what an entry point leads to is found.
        :param key: under which name; that of the entry point, unless nobody writes it.
        """
        self._entry_points = (entry_points,) if isinstance(entry_points, str) else entry_points
        self._what, self._read, self._built_in = what, read, built_in
        self._load, self._key = load, key
        _groups.append(self)

    def all(self) -> dict[str, Thing]:
        """Every one that can be used, the built-in ones first, then by the names of distributions."""
        return self._found.things

    def forget(self) -> None:
        """Have everything loaded again on next use."""
        vars(self).pop("_found", None)

    def built_in(self) -> dict[str, Thing]:
        """The built-in ones, which come with no distribution."""
        return {name: thing for name, thing in self.all().items() if self.distribution_of(name) is None}

    def named(self, name: str) -> Thing:
        """The one called `name`.

        :raises BadRequest: there is none, or the distribution that brings it cannot be used.
        """
        if name not in self.all():
            refused = f": {self._found.refused[name]}" if name in self._found.refused else ""
            raise BadRequest(f"{self._what} `{name}` is not known{refused}; {allowed_names(name, sorted(self.all()))}")
        return self.all()[name]

    def distribution_of(self, name: str) -> Distribution | None:
        """The distribution that brings `name`; None of what is built in."""
        return self._found.distributions.get(name)

    @property
    def refused(self) -> Mapping[str, str]:
        """What distributions bring but cannot be used, by name: which distribution, and what is wrong."""
        return self._found.refused

    @cached_property
    def _found(self) -> _Found[Thing]:
        found: _Found[Thing] = _Found()
        for name, value in self._built_in.items():
            found.things[name] = self._read(name, pointed_at(value) if isinstance(value, str) else value)
        by_name: dict[str, list[EntryPoint]] = defaultdict(list)
        brought = entry_points()
        for entry in (each for group in self._entry_points for each in brought[group]):
            by_name[self._key(entry)].append(entry)
        for name, entries in by_name.items():
            refusal = self._taken_up(found, name, entries)
            if refusal and name not in found.things:
                found.refused[name] = refusal
            if refusal:
                log.warning("%s `%s`: %s", self._what, name, refusal)
        return found

    def _taken_up(self, found: _Found[Thing], name: str, entries: Sequence[EntryPoint]) -> str:
        """Take up what `entries` bring under `name`; what is wrong with them, empty where nothing is."""
        bringing = " and ".join(str(entry.distribution) for entry in entries)
        if name in found.things:
            return f"{bringing} brings one with this name, but it is built in and cannot be replaced; rename the other"
        if len(entries) > 1:
            return f"{bringing} both bring it; uninstall all but one"
        (entry,) = entries
        try:
            found.things[name] = self._read(name, self._load(entry))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code may raise anything
            return f"it comes with {entry.distribution}, which cannot be used: {failure_in(error, entry.points_to)}"
        found.distributions[name] = entry.distribution
        return ""


@dataclass
class _Found(Generic[Thing]):
    things: dict[str, Thing] = field(default_factory=dict)
    distributions: dict[str, Distribution] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@cache
def entry_points() -> Mapping[str, list[EntryPoint]]:
    """Entry points of all installed distributions by group, in the order of the distributions' names."""
    brought: dict[str, list[tuple[str, EntryPoint]]] = {}
    for each in metadata.distributions():
        try:
            name, entries = _brought_by(each)
        except (OSError, KeyError, TypeError, ValueError) as error:
            words = legible(" ".join(str(error).split()))
            log.warning(
                "a distribution in %s is ignored: its metadata cannot be read: %.300s", each.locate_file(""), words
            )
        else:
            brought.setdefault(name, entries)
    found: dict[str, list[EntryPoint]] = {group: [] for group in GROUPS}
    for name in sorted(brought):
        for group, entry in brought[name]:
            found[group].append(entry)
    return found


def _brought_by(installed: metadata.Distribution) -> tuple[str, list[tuple[str, EntryPoint]]]:
    """The name of a distribution as pip compares it, and what it says that it brings; nothing of one that does not."""
    if f"[{_PREFIX}" not in (installed.read_text("entry_points.txt") or ""):
        return "", []
    distribution = Distribution(name=installed.name, version=installed.version)
    entries = [each for each in installed.entry_points if each.group.startswith(_PREFIX)]
    for group in sorted({each.group for each in entries} - set(GROUPS)):
        log.warning("%s: entry points `%s` mean nothing; %s", distribution, group, allowed_names(group, GROUPS))
    return re.sub(r"[-_.]+", "-", distribution.name).lower(), [
        (each.group, EntryPoint(distribution, each.name, each.value)) for each in entries if each.group in GROUPS
    ]


def pointed_at(pointer: str) -> object:
    """What `package.module:Name` names.

    :raises BadRequest: it is no such pointer, or the module has nothing of that name.
    """
    if not is_pointer(pointer):
        raise BadRequest(f"leads nowhere (found {pointer!r:.200}); allowed: {POINTER_FORM}")
    module_name, _, name = pointer.partition(":")
    module = import_module(module_name)
    if not hasattr(module, name):
        raise BadRequest(f"`{module_name}` has no `{name}`; {allowed_names(name, _public(module))}")
    return getattr(module, name)


def class_at(pointer: str, base: type[Thing]) -> type[Thing]:
    """The class that `pointer` names.

    :raises BadRequest: there is none, or it does not derive from `base`.
    """
    found = pointed_at(pointer)
    if not (isinstance(found, type) and issubclass(found, base)):
        raise BadRequest(f"is not a `{base.__name__}`; derive it from that class")
    return found


@contextmanager
def told_of(distribution: Distribution | None, what: str, pointer: str) -> Iterator[None]:
    """Tell what goes wrong with `what`, which `pointer` leads to, by the distribution that brings it.

    :raises BadRequest: whatever went wrong; what is built in raises by itself.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        if distribution is None:
            raise
        raise BadRequest(
            f"{what}, which comes with {distribution}, cannot be used in this image: {failure_in(error, pointer)}"
        ) from error


def is_pointer(text: str) -> bool:
    """Whether `text` has the form `package.module:Name`."""
    return _POINTER.fullmatch(text) is not None


def failure_in(error: BaseException, pointer: str) -> str:
    """What went wrong in foreign code, on one line: where in the package that `pointer` leads into, and what."""
    words = legible(" ".join(str(error.msg if isinstance(error, SyntaxError) else error).split()))
    if isinstance(error, BadRequest):
        return f"`{pointer}`: {words}"
    return f"{_place(error, pointer.partition(':')[0].partition('.')[0])}{type(error).__name__}: {words}"


def _place(error: BaseException, package: str) -> str:
    """File and line of the innermost call inside `package`, such as `haiku/recipes.py, line 3: `."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((error.filename, error.lineno))
    for file, line in reversed(frames):
        parts = Path(file).parts
        at = next((place for place, part in enumerate(parts) if part in (package, f"{package}.py")), None)
        if at is not None:
            return f"{'/'.join(parts[at:])}, line {line}: "
    return ""


def _public(module: object) -> list[str]:
    return sorted(name for name in vars(module) if not name.startswith("_"))
