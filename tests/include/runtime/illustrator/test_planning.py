from __future__ import annotations

import pytest

from include.contract.look import Light, Palette
from include.runtime.illustrator.cast import Habit, alike, company_in, habit_of
from include.runtime.illustrator.pictograms import bare
from include.runtime.illustrator.planning import PicturePlan, Source, plan_shot
from include.runtime.illustrator.settings import Angle, Body, Landmark, Perch, Setting, Weather
from include.runtime.illustrator.vocabulary import Vocabulary
from tests.include.runtime.illustrator.parts import look


def plan(vocabulary: Vocabulary, prompt: str, hero: str, seed: int = 1) -> PicturePlan:
    return plan_shot(prompt, look(hero), "en", seed, vocabulary)


@pytest.mark.parametrize(
    ("prompt", "setting"),
    [
        ("A boat and a house", Setting.SEA),
        ("A scientist with a test tube", Setting.LAB),
        ("A cat in the library", Setting.LIBRARY),
        ("How democracy works", Setting.PAGE),
        ("A rocket and Saturn", Setting.SPACE),
        ("An octopus", Setting.UNDERWATER),
        ("Farmers pick apples from a tree", Setting.MEADOW),
        ("Snow at night", Setting.SNOW),
        ("A castle by the lake", Setting.LAKE),
        ("The harbour by the sea", Setting.HARBOUR),
        ("A village in a valley by a river", Setting.RIVER),
        ("A volcano under the water", Setting.MEADOW),
        ("Stars at night", Setting.NIGHT_SKY),
        ("The sky at midnight", Setting.NIGHT_SKY),
        ("Water", Setting.RIVER),
    ],
)
def test_the_prompt_says_where(vocabulary: Vocabulary, prompt: str, setting: Setting) -> None:
    assert plan(vocabulary, prompt, prompt).setting is setting


def test_the_prompt_overrides_the_looks_light(vocabulary: Vocabulary) -> None:
    assert plan(vocabulary, "A bee at night", "bees").light is Light.NIGHT
    assert plan(vocabulary, "A bee", "bees").light is Light.DAY


def test_the_hero_is_in_every_shot_of_its_film(vocabulary: Vocabulary) -> None:
    for prompt in (
        "A farmer at the hive",
        "Honey on bread",
        "Why the world needs them",
        "Ineffable",
        "Winter is coming",
    ):
        assert "🐝" in [role.thing for role in plan(vocabulary, prompt, "bees and honey").roles], prompt


def test_a_hero_stays_away_where_it_cannot_be(vocabulary: Vocabulary) -> None:
    for seed in range(10):
        things = [role.thing for role in plan(vocabulary, "A rocket in space", "bees", seed).roles]
        assert things[0] == "🚀"
        assert "🐝" not in things


def test_a_place_without_anybody_may_get_company_and_it_is_small(vocabulary: Vocabulary) -> None:
    shots = [plan(vocabulary, "The sea", "the sea", seed).roles for seed in range(30)]
    assert all(role.cameo and role.thing in company_in(Setting.SEA) for roles in shots for role in roles)
    assert {len(roles) for roles in shots} == {0, 1}
    assert len({role.thing for roles in shots for role in roles}) >= 3


@pytest.mark.parametrize(
    "prompt", ["An owl in the forest", "A swan on a lake", "A tree on a hill", "A castle by the sea", "Rain on a field"]
)
def test_what_the_prompt_names_gets_no_company(vocabulary: Vocabulary, prompt: str) -> None:
    named = set(vocabulary.find(prompt, "en").things)
    shown = {role.thing for seed in range(30) for role in plan(vocabulary, prompt, "Ineffable", seed).roles}
    assert shown <= named


def test_nobody_is_at_a_place_that_is_seen_from_far_above(vocabulary: Vocabulary) -> None:
    assert all(plan(vocabulary, "The sea from above", "the sea", seed).roles == () for seed in range(30))


def test_what_swims_is_company_at_the_water_alone() -> None:
    for place in Setting:
        swimmers = [one for one in company_in(place) if habit_of(one) in (Habit.FLOATS, Habit.SWIMS)]
        assert not swimmers or place.has_water or place.submerged, place


@pytest.mark.parametrize(
    ("prompt", "topic"), [("A tent on a meadow", "🏕️"), ("Cats in a garden", "🐱"), ("A ship", "⛵")]
)
def test_the_hero_is_not_shown_beside_its_like(vocabulary: Vocabulary, prompt: str, topic: str) -> None:
    things = [role.thing for role in plan(vocabulary, prompt, topic).roles]
    assert bare(topic) not in things or not any(alike(bare(topic), one) for one in things if one != bare(topic))


@pytest.mark.parametrize(
    ("prompt", "topic", "source"),
    [
        ("The river", "bees", Source.PROMPT),
        ("Water", "bees", Source.PROMPT),
        ("Why it matters", "bees", Source.TOPIC),
        ("Why it matters", "life on an island", Source.TOPIC),
        ("Ineffable", "Ineffable", Source.MOOD),
    ],
)
def test_a_plan_says_what_its_place_was_taken_from(
    vocabulary: Vocabulary, prompt: str, topic: str, source: Source
) -> None:
    assert plan(vocabulary, prompt, topic).source is source


def test_what_names_nothing_becomes_places_of_the_palette(vocabulary: Vocabulary) -> None:
    for palette in Palette:
        wanted = look("Ineffable", palette=palette)
        places = {plan_shot("Sublime", wanted, "en", seed, vocabulary).setting for seed in range(40)}
        assert len(places) >= 3
        assert not any(place.indoors for place in places)


def test_a_landmark_stands_where_it_can(vocabulary: Vocabulary) -> None:
    castle = plan(vocabulary, "A castle by the lake", "castles")
    assert (castle.setting, castle.landmark) == (Setting.LAKE, Landmark.CASTLE)
    assert plan(vocabulary, "A castle in the kitchen", "cooking").landmark is Landmark.CASTLE
    assert plan(vocabulary, "The knights", "a castle").landmark is Landmark.CASTLE
    assert plan(vocabulary, "The harbour", "a castle").landmark is None


@pytest.mark.parametrize(
    ("prompt", "light", "bodies"),
    [
        ("An owl under the moon", Light.NIGHT, {Body.MOON}),
        ("A tent under the stars", Light.NIGHT, {Body.STARS}),
        ("The sun over the sea", Light.DAY, {Body.SUN}),
        ("The moon at dusk", Light.DUSK, {Body.MOON}),
        ("A tent at night", Light.NIGHT, set()),
    ],
)
def test_what_stands_in_the_sky_is_named_and_can_be_seen(
    vocabulary: Vocabulary, prompt: str, light: Light, bodies: set[Body]
) -> None:
    for seed in range(12):
        found = plan(vocabulary, prompt, "Ineffable", seed)
        assert (found.light, set(found.bodies)) == (light, bodies)
        if bodies:
            assert found.angle in (Angle.LOW, Angle.EYE)
            assert found.setting not in (Setting.FOREST, Setting.JUNGLE)


@pytest.mark.parametrize(
    ("language", "prompt", "perch", "sitter"),
    [
        ("en", "an owl on a branch at night under the moon", Perch.BRANCH, "🦉"),
        ("de", "Eine Eule auf einem Ast", Perch.BRANCH, "🦉"),
        ("zh", "枝头的小鸟", Perch.BRANCH, "🐦"),
        ("en", "a robin on a fence in the snow", Perch.FENCE, "🐦"),
        ("en", "a cat on a garden wall", Perch.WALL, "🐈"),
        ("en", "a frog on a rock by the river", Perch.ROCK, "🐸"),
        ("en", "a fox on a fallen tree", Perch.LOG, "🦊"),
        ("en", "a fox on a branch", Perch.BRANCH, None),
        ("en", "a horse at a fence", Perch.FENCE, None),
        ("en", "a bicycle by a wall", Perch.WALL, None),
        ("en", "a cat at the wall of the kitchen", None, None),
    ],
)
def test_who_is_small_enough_sits_on_the_perch_that_is_named(
    vocabulary: Vocabulary, language: str, prompt: str, perch: Perch | None, sitter: str | None
) -> None:
    found = plan_shot(prompt, look("Ineffable"), language, 1, vocabulary)
    assert (found.perch, found.sitter) == (perch, sitter)


def test_what_is_too_much_for_one_picture_is_said(vocabulary: Vocabulary) -> None:
    assert plan(vocabulary, "A cow, a horse, a sheep, a pig and a goat", "farms").unheard == ("🐐",)


@pytest.mark.parametrize(
    ("prompt", "setting"),
    [
        ("A dog by the fireplace in winter", Setting.ROOM),
        ("A clock on a church tower", Setting.MEADOW),
        ("The milky way over a tent", Setting.NIGHT_SKY),
        ("A frog on a lily pad", Setting.LAKE),
        ("A steam train in the mountains", Setting.RAILWAY),
        ("A tent", Setting.MOUNTAINS),
        ("Palm trees", Setting.DESERT),
        ("A duck", Setting.LAKE),
        ("Stars", Setting.NIGHT_SKY),
        ("The sun", Setting.SKY),
    ],
)
def test_what_is_named_says_where_it_is(vocabulary: Vocabulary, prompt: str, setting: Setting) -> None:
    places = {plan(vocabulary, prompt, "Ineffable", seed).setting for seed in range(8)}
    assert setting in places
    assert len(places) == 1 or setting is Setting.MEADOW


def test_a_fire_in_a_kitchen_is_in_its_stove(vocabulary: Vocabulary) -> None:
    assert [role.thing for role in plan(vocabulary, "Bread and fire in the kitchen", "bread").roles] == ["🍞", "stove"]
    assert "🔥" in [role.thing for role in plan(vocabulary, "A fire on the beach", "camping").roles]


@pytest.mark.parametrize(
    ("language", "prompt", "light", "weather"),
    [
        ("ar", "نخلة، شروق", Light.DAWN, None),
        ("fr", "un château sous la pluie la nuit", Light.NIGHT, Weather.RAIN),
        ("es", "un faro en la niebla al amanecer", Light.DAWN, Weather.MIST),
        ("ru", "лес ночью под снегопадом", Light.NIGHT, Weather.SNOWFALL),
        ("ja", "夜の海", Light.NIGHT, None),
        ("tr", "gece deniz", Light.NIGHT, None),
    ],
)
def test_times_and_weather_are_known_in_the_languages_that_places_are(
    vocabulary: Vocabulary, language: str, prompt: str, light: Light, weather: Weather | None
) -> None:
    found = plan_shot(prompt, look("Ineffable"), language, 1, vocabulary)
    assert (found.light, found.weather) == (light, weather)


def test_shots_of_one_film_differ(vocabulary: Vocabulary) -> None:
    shots = {(shot.distance, shot.angle) for shot in (plan(vocabulary, "A bee", "bees", seed) for seed in range(20))}
    assert len(shots) >= 6
