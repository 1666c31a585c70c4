"""From a prompt and a look to the plan of one shot: where, in which light, who takes part, seen from how far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from include.contract.look import Light, Look
from include.runtime.illustrator.cast import Habit, company_in, habit_of, home_of, is_head
from include.runtime.illustrator.easel import dice
from include.runtime.illustrator.settings import Setting, Weather
from include.runtime.illustrator.vocabulary import Mentions, Vocabulary

_MOST_THINGS = 4
_OUTDOOR_PEOPLE = frozenset({Habit.WALKS, Habit.PEEKS, Habit.FLIES, Habit.GROWS, Habit.BLOSSOMS})


class Distance(StrEnum):
    """How far the camera stands."""

    WIDE = "wide"
    MEDIUM = "medium"
    CLOSE = "close"


class Angle(StrEnum):
    """How high the camera stands."""

    LOW = "low"
    EYE = "eye"
    HIGH = "high"


@dataclass(frozen=True)
class Role:
    """One thing that takes part."""

    thing: str
    habit: Habit
    plural: bool
    cameo: bool = False
    """The film's hero in a scene about something else: small."""


@dataclass(frozen=True)
class Plan:
    """All that is decided before anything has a place."""

    setting: Setting
    light: Light
    weather: Weather | None
    roles: tuple[Role, ...]
    distance: Distance
    angle: Angle


def plan_shot(prompt: str, look: Look, language: str, seed: int, vocabulary: Vocabulary) -> Plan:
    """Decide what one picture shows. What the prompt says goes before what the look says."""
    spoken = vocabulary.find(prompt, language)
    topic = vocabulary.find(look.hero, language)
    hero = next((thing for thing in topic.things if habit_of(thing) is not Habit.WEATHER), None)
    named = [thing for thing in spoken.things if habit_of(thing) is not Habit.WEATHER][:_MOST_THINGS]
    setting = _setting(spoken, named, topic, hero)
    named = _people_early(named)
    roles = [Role(thing, habit_of(thing), thing in spoken.plural) for thing in named]
    if hero is not None and hero not in named and _joins(hero, setting, roles):
        roles.append(Role(hero, habit_of(hero), hero in topic.plural, cameo=bool(roles)))
    rolls = dice(seed, "shot")
    if not roles and (company := company_in(setting)) is not None:
        roles.append(Role(company, habit_of(company), plural=False))
    close = len(roles) <= 2 and not any(is_head(role.thing) for role in roles)
    distances = [Distance.WIDE, Distance.MEDIUM] + ([Distance.CLOSE] if close else [])
    return Plan(
        setting=setting,
        light=Light.DAY if setting is Setting.SPACE else spoken.light or look.light,
        weather=spoken.weather,
        roles=tuple(roles),
        distance=rolls.choice(distances),
        angle=rolls.choice(list(Angle)),
    )


def _people_early(named: list[str]) -> list[str]:
    """People at work take the first or second place: they carry a scene."""
    people = [thing for thing in named if habit_of(thing) is Habit.PEEKS and not is_head(thing)]
    if not people or people[0] in named[:2]:
        return named
    return [named[0], people[0], *(thing for thing in named[1:] if thing != people[0])]


def _setting(spoken: Mentions, named: list[str], topic: Mentions, hero: str | None) -> Setting:
    if spoken.setting is not None:
        return spoken.setting
    film_home = topic.setting or (home_of(hero) if hero is not None else None)
    if named:
        return _common_home(named, film_home)
    if film_home is None and (spoken.light is not None or spoken.weather is not None):
        return Setting.MEADOW
    return film_home or Setting.SHAPES


def _common_home(named: list[str], film_home: Setting | None) -> Setting:
    """Where the named things meet: outdoors when one of them lives there, else at home with the first."""
    homes = [home_of(thing) for thing in named]
    if Setting.PAGE in homes and any(home is not Setting.PAGE for home in homes):
        homes = [home for home in homes if home is not Setting.PAGE]
    if Setting.SEA in homes and not any(home.indoors for home in homes):
        return Setting.SEA
    if film_home in homes:
        return film_home
    weights = [2 if habit_of(thing) is Habit.PEEKS and not is_head(thing) else 1 for thing in named]
    inside = sum(weight for home, weight in zip(homes, weights, strict=False) if home.indoors)
    outside = [home for home in homes if not home.indoors]
    if homes[0].indoors and len(outside) and sum(weights) - inside > inside:
        return outside[0]
    return homes[0]


def _joins(hero: str, setting: Setting, roles: list[Role]) -> bool:
    """Whether the hero can be in a scene that does not speak of it."""
    if len(roles) >= _MOST_THINGS - 1:
        return False
    home = home_of(hero)
    if setting in (home, Setting.PAGE, Setting.SHAPES) or not roles:
        return True
    if home in (Setting.UNDERWATER, Setting.SPACE) or setting in (Setting.UNDERWATER, Setting.SPACE):
        return False
    return habit_of(hero) in (Habit.FLIES, Habit.LIES) or (not setting.indoors and habit_of(hero) in _OUTDOOR_PEOPLE)
