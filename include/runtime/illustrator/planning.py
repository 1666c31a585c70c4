"""From a prompt and a look to the plan of one shot: where, in which light, who takes part, seen from how far."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from include.contract.look import Light, Look, Palette
from include.runtime.illustrator.cast import (
    Habit,
    alike,
    company_in,
    habit_of,
    home_of,
    is_at_work,
    is_head,
    kinds_of,
    metres_of,
    visits,
)
from include.runtime.illustrator.easel import dice
from include.runtime.illustrator.settings import Angle, Body, Distance, Landmark, Perch, Setting, Weather
from include.runtime.illustrator.vocabulary import Mentions, Vocabulary

_MOST_THINGS = 4
_OUTDOOR_PEOPLE = frozenset({Habit.WALKS, Habit.PEEKS, Habit.FLIES, Habit.GROWS, Habit.BLOSSOMS})
_MOODS = {
    Palette.MEADOW: (Setting.MEADOW, Setting.GARDEN, Setting.ROAD, Setting.RIVER),
    Palette.SEA: (Setting.SEA, Setting.BEACH, Setting.LAKE, Setting.SKY, Setting.CLIFF),
    Palette.DESERT: (Setting.DESERT, Setting.SAVANNA, Setting.CANYON, Setting.BEACH),
    Palette.FOREST: (Setting.FOREST, Setting.LAKE, Setting.RIVER, Setting.WATERFALL),
    Palette.BLOSSOM: (Setting.GARDEN, Setting.PARK, Setting.SKY, Setting.BRIDGE),
    Palette.SLATE: (Setting.MOUNTAINS, Setting.CITY, Setting.LAKE, Setting.RAILWAY),
    Palette.BERRY: (Setting.LAKE, Setting.SKY, Setting.MOUNTAINS, Setting.CLIFF),
    Palette.CITRUS: (Setting.FIELD, Setting.SAVANNA, Setting.MEADOW, Setting.ROAD),
}
"""Places that suit a palette, for prompts that name none."""
_LIKE = {
    Setting.MEADOW: (Setting.MEADOW, Setting.MEADOW, Setting.GARDEN, Setting.FIELD),
    Setting.UNDERWATER: (Setting.UNDERWATER, Setting.REEF),
}
"""By the place where a thing belongs, the places where it may be if the text does not say."""
_ALONE = 0.4
"""How often a place is drawn with nobody in it."""

_FIRE, _STOVE = "🔥", "stove"
"""A fire in a kitchen is in its stove."""
_NO_GROUND = frozenset({Setting.PAGE, Setting.SPACE, Setting.SKY})
_NO_RAILS = frozenset(
    {Setting.CITY, Setting.STREET, Setting.PAGE, Setting.SPACE, *(place for place in Setting if place.indoors)}
)
"""Places without a railway, where a train is drawn alone."""
_HIDES_THE_SKY = frozenset({Setting.FOREST, Setting.JUNGLE})
_LEAST_SITTER_METRES, _MOST_SITTER_METRES = 0.1, 1.0
_TOWERING = 4.0
"""A thing this many times as tall as the lead is not shown with it from close by."""


@dataclass(frozen=True)
class Participant:
    """One thing that takes part."""

    thing: str
    habit: Habit
    plural: bool
    cameo: bool = False
    """The film's hero in a scene about something else: small."""
    kinds: tuple[str, ...] = ()
    """What its copies may be if the prompt names no kind."""


class Source(StrEnum):
    """What a picture's place and things were taken from."""

    PROMPT = "prompt"
    """The prompt names a thing, a place, a light or a weather."""
    TOPIC = "topic"
    """The prompt names nothing that can be drawn; the topic does."""
    MOOD = "mood"
    """Neither does: the place is one that suits the look's palette."""


@dataclass(frozen=True)
class PicturePlan:
    """All that is decided before anything is placed."""

    setting: Setting
    landmark: Landmark | None
    light: Light
    weather: Weather | None
    source: Source
    roles: tuple[Participant, ...]
    distance: Distance
    angle: Angle
    bodies: frozenset[Body] = frozenset()
    """Which of sun, moon and stars the prompt names."""
    perch: Perch | None = None
    sitter: str | None = None
    """The role that sits on the perch."""
    unheard: tuple[str, ...] = ()
    """Things that the prompt names but one picture has no room for."""


@dataclass(frozen=True)
class _Place:
    """Where the roles have to find room."""

    setting: Setting
    landmark: Landmark | None
    angle: Angle


def plan_shot(prompt: str, look: Look, language: str, seed: int, vocabulary: Vocabulary) -> PicturePlan:
    """Decide what one picture shows. What the prompt says goes before what the look says."""
    spoken = vocabulary.find(prompt, language)
    topic = vocabulary.find(look.hero, language)
    rolls = dice(seed, "shot")
    hero = next((thing for thing in topic.things if habit_of(thing) is not Habit.WEATHER), None)
    heard = [thing for thing in spoken.things if habit_of(thing) is not Habit.WEATHER]
    named = heard[:_MOST_THINGS]
    light = spoken.light or _light_under(spoken.bodies, look.light)
    setting = _setting(spoken, named, topic, hero, look.palette, rolls)
    if light is Light.NIGHT and setting is Setting.SKY:
        setting = Setting.NIGHT_SKY
    landmark = _landmark(spoken, topic, setting)
    angle = _angle(setting, landmark, spoken.angle or rolls.choice(list(Angle)))
    if spoken.bodies and angle in (Angle.HIGH, Angle.ABOVE):
        angle = Angle.EYE
    named = [_STOVE if thing == _FIRE and setting is Setting.KITCHEN else thing for thing in named]
    roles = _roles(named, spoken, topic, hero, _Place(setting, landmark, angle), rolls)
    close = len(roles) <= 2 and not any(is_head(role.thing) or _towers(role, roles[0]) for role in roles)
    perch = spoken.perch if not (setting.indoors or setting.submerged or setting in _NO_GROUND) else None
    distance = rolls.choice([Distance.WIDE, Distance.MEDIUM] + ([Distance.CLOSE] if close else []))
    return PicturePlan(
        setting=setting,
        landmark=landmark,
        light=_light_of(setting, light),
        weather=spoken.weather,
        source=_source(spoken, topic, hero),
        roles=roles,
        distance=spoken.distance or distance,
        angle=angle,
        bodies=frozenset(spoken.bodies),
        perch=perch,
        sitter=next((role.thing for role in roles if perch and _sits(role, perch)), None),
        unheard=tuple(heard[_MOST_THINGS:]),
    )


def _light_under(bodies: set[Body], light: Light) -> Light:
    """The look's light, changed if the body that the prompt names could not be seen in it."""
    if bodies & {Body.MOON, Body.STARS}:
        return Light.NIGHT
    return Light.DAY if Body.SUN in bodies and light is Light.NIGHT else light


def _sits(role: Participant, perch: Perch) -> bool:
    """Whether it is small enough for a perch, and drawn whole; the rest of a head is imagined behind the perch."""
    small = _LEAST_SITTER_METRES < metres_of(role.thing) < _MOST_SITTER_METRES
    whole = role.habit in (Habit.FLIES, Habit.WALKS, Habit.FLOATS)
    return small and not role.cameo and (whole or (is_head(role.thing) and perch is not Perch.BRANCH))


def _angle(setting: Setting, landmark: Landmark | None, wanted: Angle) -> Angle:
    """The wanted angle, or a lower one if the place or its landmark would be lost from above."""
    if wanted is Angle.ABOVE and (landmark is not None or not setting.overlooked):
        return Angle.HIGH
    return wanted


def _light_of(setting: Setting, light: Light) -> Light:
    if setting is Setting.SPACE:
        return Light.DAY
    return Light.NIGHT if setting is Setting.NIGHT_SKY else light


def _source(spoken: Mentions, topic: Mentions, hero: str | None) -> Source:
    if not spoken.names_nothing or spoken.hint:
        return Source.PROMPT
    return Source.TOPIC if hero or topic.place or topic.hint else Source.MOOD


def _landmark(spoken: Mentions, topic: Mentions, setting: Setting) -> Landmark | None:
    """The landmark that the prompt names; the topic's if the prompt says nothing about the place."""
    landmark = spoken.landmark or (topic.landmark if spoken.place in (None, topic.place) else None)
    return landmark if landmark is not None and landmark.stands_in(setting) else None


def _roles(
    named: list[str],
    spoken: Mentions,
    topic: Mentions,
    hero: str | None,
    place: _Place,
    rolls: random.Random,
) -> tuple[Participant, ...]:
    """Who takes part: what is named, the film's hero if it can be there, else whoever may be at such a place."""
    setting = place.setting
    named = _people_early(named)
    roles = [_role(thing, thing in spoken.plural, rolls) for thing in named]
    joins = hero is not None and not any(alike(hero, thing) for thing in named) and _joins(hero, setting, roles)
    if joins and hero is not None:
        cameo = bool(roles) or (spoken.place is not None and not setting.indoors and setting is not Setting.PAGE)
        roles.append(Participant(hero, habit_of(hero), hero in topic.plural, cameo=cameo))
    flat = setting.indoors or setting is Setting.PAGE
    if setting is Setting.PAGE and not named and roles and rolls.random() > _ALONE:
        aside = rolls.choice(company_in(setting))
        roles += [Participant(aside, habit_of(aside), plural=False)] if aside != hero else []
    company, chance = rolls.choice(company_in(setting)), rolls.random()
    if not roles and (flat or (chance > _ALONE and not spoken.bodies and _leaves_room(place, spoken.weather))):
        roles.append(Participant(company, habit_of(company), plural=False, cameo=not flat))
    return tuple(roles)


def _towers(one: Participant, lead: Participant) -> bool:
    """Whether `one` is too large beside the lead for both to be shown from close by."""
    if one.cameo or visits(lead.thing, one.thing):
        return False
    return metres_of(one.thing) > _TOWERING * metres_of(lead.thing)


def _leaves_room(place: _Place, weather: Weather | None) -> bool:
    """Whether an empty place may get company: fair weather, seen from the ground, no landmark to look at."""
    return place.landmark is None and place.angle is not Angle.ABOVE and weather in (None, Weather.RAINBOW)


def _role(thing: str, plural: bool, rolls: random.Random) -> Participant:
    """A thing that the prompt names; one of its kinds if it has any."""
    kind = rolls.choice(kinds_of(thing))
    return Participant(kind, habit_of(kind), plural, kinds=kinds_of(thing))


def _people_early(named: list[str]) -> list[str]:
    """`named` with people at work in first or second place, since they carry a scene."""
    people = [thing for thing in named if is_at_work(thing)]
    if not people or people[0] in named[:2]:
        return named
    return [named[0], people[0], *(thing for thing in named[1:] if thing != people[0])]


def _setting(
    spoken: Mentions, named: list[str], topic: Mentions, hero: str | None, palette: Palette, rolls: random.Random
) -> Setting:
    mood = rolls.choice(_MOODS[palette])
    if any(home_of(thing) is Setting.RAILWAY for thing in named) and spoken.place not in _NO_RAILS:
        return Setting.RAILWAY
    if spoken.place is not None:
        return spoken.place
    film_home = topic.place or (home_of(hero) if hero is not None else None)
    if named:
        home = _common_home(named, film_home)
        if spoken.bodies and home in _HIDES_THE_SKY:
            return Setting.MEADOW
    elif film_home is None and (spoken.light or _light_under(spoken.bodies, Light.DAY)) is Light.NIGHT:
        home = Setting.NIGHT_SKY
    else:
        hint = Setting.SKY if spoken.bodies else spoken.hint
        hint = hint if film_home is None or spoken.hint is Setting.SKY else None
        home = hint or film_home or topic.hint or mood
        if home is Setting.PAGE:
            home = rolls.choice((Setting.PAGE, mood))
    return home if home is topic.place else rolls.choice(_LIKE.get(home, (home,)))


def _common_home(named: list[str], film_home: Setting | None) -> Setting:
    """Where the named things meet: outdoors when one of them lives there, else at home with the first."""
    homes = [home_of(thing) for thing in named]
    if any(habit_of(thing) is Habit.BUILDS for thing in named):
        homes = [home for home in homes if not home.indoors] or homes
    homes = [home for home in homes if home is not Setting.PAGE] or homes
    outside = [home for home in homes if not home.indoors]
    if Setting.SEA in homes and len(outside) == len(homes):
        return Setting.SEA
    if film_home in homes:
        return film_home
    weights = [2 if is_at_work(thing) else 1 for thing in named]
    inside = sum(weight for home, weight in zip(homes, weights, strict=False) if home.indoors)
    return outside[0] if outside and sum(weights) - inside > inside else homes[0]


def _joins(hero: str, setting: Setting, roles: list[Participant]) -> bool:
    """Whether the hero can be in a scene that does not mention it."""
    if len(roles) >= _MOST_THINGS - 1:
        return False
    home = home_of(hero)
    if setting in (home, Setting.PAGE, *_LIKE.get(home, ())):
        return True
    if home is Setting.SPACE or setting is Setting.SPACE or home.submerged or setting.submerged:
        return False
    if setting.indoors:
        return habit_of(hero) in (Habit.FLIES, Habit.LIES)
    return habit_of(hero) in _OUTDOOR_PEOPLE
