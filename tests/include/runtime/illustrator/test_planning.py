from __future__ import annotations

import pytest

from include.contract.look import Light
from include.runtime.illustrator.planning import Plan, plan_shot
from include.runtime.illustrator.settings import Setting
from include.runtime.illustrator.vocabulary import Vocabulary
from tests.include.runtime.illustrator.parts import look


def plan(vocabulary: Vocabulary, prompt: str, hero: str, seed: int = 1) -> Plan:
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
        ("Ineffable", Setting.SHAPES),
        ("A beautiful sunrise", Setting.MEADOW),
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
    assert [role.thing for role in plan(vocabulary, "A rocket in space", "bees").roles] == ["🚀"]


def test_a_place_without_anybody_gets_company(vocabulary: Vocabulary) -> None:
    assert [role.thing for role in plan(vocabulary, "The sea", "the sea").roles] == ["⛵"]


def test_shots_of_one_film_differ(vocabulary: Vocabulary) -> None:
    shots = {(shot.distance, shot.angle) for shot in (plan(vocabulary, "A bee", "bees", seed) for seed in range(20))}
    assert len(shots) >= 6
