"""How things behave in a scene and where they belong, from the curated table."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from include.runtime.illustrator.data import load_table
from include.runtime.illustrator.pictograms import bare
from include.runtime.illustrator.settings import Setting


class Habit(StrEnum):
    """How a thing behaves in a scene."""

    FLIES = "flies"
    FLOATS = "floats"
    SWIMS = "swims"
    GROWS = "grows"
    BLOSSOMS = "blossoms"
    WALKS = "walks"
    PEEKS = "peeks"
    """Drawn without its lower part: something has to hide the cut."""
    BUILDS = "builds"
    ROLLS = "rolls"
    ORBITS = "orbits"
    HANGS = "hangs"
    THINKS = "thinks"
    """Stands for an idea."""
    WEATHER = "weather"
    LIES = "lies"
    """A small thing that lies on a table."""


_HOMES = {
    Habit.FLIES: Setting.MEADOW,
    Habit.FLOATS: Setting.SEA,
    Habit.SWIMS: Setting.UNDERWATER,
    Habit.GROWS: Setting.MEADOW,
    Habit.BLOSSOMS: Setting.MEADOW,
    Habit.WALKS: Setting.MEADOW,
    Habit.PEEKS: Setting.MEADOW,
    Habit.BUILDS: Setting.MEADOW,
    Habit.ROLLS: Setting.STREET,
    Habit.ORBITS: Setting.SPACE,
    Habit.HANGS: Setting.ROOM,
    Habit.THINKS: Setting.PAGE,
    Habit.WEATHER: Setting.MEADOW,
    Habit.LIES: Setting.ROOM,
}


_HABIT_METRES = {
    Habit.FLIES: 0.2,
    Habit.FLOATS: 1.0,
    Habit.SWIMS: 0.4,
    Habit.GROWS: 0.5,
    Habit.BLOSSOMS: 0.05,
    Habit.WALKS: 1.6,
    Habit.PEEKS: 1.6,
    Habit.BUILDS: 8.0,
    Habit.ROLLS: 2.5,
    Habit.ORBITS: 10.0,
    Habit.HANGS: 0.3,
    Habit.THINKS: 0.3,
    Habit.WEATHER: 10.0,
    Habit.LIES: 0.2,
}


@cache
def _habits() -> dict[str, Habit]:
    table = load_table("things.yaml")
    return {bare(thing): habit for habit in reversed(Habit) for thing in str(table.get(habit.value, "")).split()}


@cache
def _special_homes() -> dict[str, Setting]:
    homes = load_table("things.yaml")["homes"]
    return {bare(thing): Setting(name) for name, things in homes.items() for thing in things.split()}


@cache
def _metres() -> dict[str, float]:
    sizes = load_table("things.yaml")["metres"]
    return {bare(thing): float(metres) for metres, things in sizes.items() for thing in things.split()}


@cache
def _alike() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(bare, group.split())) for group in load_table("things.yaml")["alike"])


@cache
def _kinds() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(bare, group.split())) for group in load_table("things.yaml")["kinds"])


@cache
def _group(name: str) -> frozenset[str]:
    return frozenset(bare(thing) for thing in load_table("things.yaml")[name].split())


@cache
def _visits() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    pairs = load_table("things.yaml")["visits"]
    return tuple((frozenset(map(bare, a.split())), frozenset(map(bare, b.split()))) for a, b in pairs)


def habit_of(thing: str) -> Habit:
    """Return how `thing` behaves."""
    return _habits().get(thing, Habit.LIES)


def home_of(thing: str) -> Setting:
    """Return where `thing` belongs when nobody says where it is."""
    return _special_homes().get(thing, _HOMES[habit_of(thing)])


def faces_left(thing: str) -> bool:
    """Whether `thing` is drawn looking left, and may be mirrored."""
    return thing in _group("faces_left")


def company_in(setting: Setting) -> tuple[str, ...]:
    """Who may be in a place for which a prompt names nobody."""
    return tuple(bare(thing) for thing in load_table("things.yaml")["company"][setting.value].split())


def metres_of(thing: str) -> float:
    """Approximate height of `thing` in metres."""
    return _metres().get(thing, _HABIT_METRES[habit_of(thing)])


def alike(one: str, other: str) -> bool:
    """Whether two pictograms show the same thing."""
    return one == other or any(one in group and other in group for group in _alike())


def visits(guest: str, host: str) -> bool:
    """Whether `guest` is drawn at `host`: a bee at a flower."""
    return any(guest in guests and host in hosts for guests, hosts in _visits())


def is_head(thing: str) -> bool:
    """Whether `thing` is a head without shoulders."""
    return thing in _group("heads")


def is_at_work(thing: str) -> bool:
    """Whether `thing` is a person shown from the waist up, who can carry a scene."""
    return habit_of(thing) is Habit.PEEKS and not is_head(thing) and not is_furniture(thing)


def is_furniture(thing: str) -> bool:
    """Whether `thing` is furniture, which stands in a room, behind the table."""
    return thing in _group("furniture")


def kinds_of(thing: str) -> tuple[str, ...]:
    """Pictograms that may stand for `thing` if the prompt does not say which kind."""
    return next((kinds for kinds in _kinds() if kinds[0] == thing), (thing,))


def is_stemless(thing: str) -> bool:
    """Whether `thing` is a flower drawn without its stem."""
    return thing in _group("stemless")


def glows(thing: str) -> bool:
    """Whether `thing` has a light of its own."""
    return thing in _group("glows")
