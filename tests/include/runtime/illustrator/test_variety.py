"""No composition comes twice in a piece, and a scene that is put in changes no other."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from include.contract.canonical import digest
from include.contract.look import Look
from include.contract.shots import shots_of
from include.runtime.illustrator.composition import compose
from include.runtime.illustrator.planning import plan_shot
from include.runtime.illustrator.vocabulary import Vocabulary
from tests.include.runtime.illustrator.parts import look

PROMPTS = st.sampled_from(
    ["a river", "the river", "A river from above", "a bee at a flower", "bees", "a castle by the lake", "the city",
     "Why it matters", "In the end", "democracy", "bread in the kitchen", "the sea at night", "stars"]
)  # fmt: skip
SCENES = st.lists(st.tuples(PROMPTS, st.sampled_from(["It is.", "It was.", "It will be."])), min_size=1, max_size=6)
TOPICS = st.sampled_from(["Why rivers bend", "Why bees matter", "Patience", "Serendipity", "Volcanoes"])


def seen(scenes: list[tuple[str, str]], wanted: Look, vocabulary: Vocabulary) -> list[str]:
    """What each scene's picture looks like, without its strokes: its seed comes from what it reads, as in I7."""
    pictures = []
    for (prompt, _), shot in zip(scenes, shots_of(scenes), strict=True):
        seed = int(digest([prompt, shot.model_dump_json(), wanted.model_dump_json()])[:15], 16)
        plan = plan_shot(prompt, wanted, "en", seed, vocabulary)
        scene = compose(plan, lambda thing: 1.1, 640, 360, seed)
        pictures.append(repr((plan, scene)))
    return pictures


@settings(max_examples=40)
@given(scenes=SCENES, topic=TOPICS)
def test_no_composition_comes_twice_in_a_piece(
    vocabulary: Vocabulary, scenes: list[tuple[str, str]], topic: str
) -> None:
    pictures = seen(scenes, look(topic), vocabulary)
    assert len(set(pictures)) == len(pictures)


@settings(max_examples=40)
@given(scenes=SCENES, topic=TOPICS, place=st.integers(0, 6))
def test_a_scene_put_in_changes_no_other(
    vocabulary: Vocabulary, scenes: list[tuple[str, str]], topic: str, place: int
) -> None:
    place = min(place, len(scenes))
    more = seen([*scenes[:place], ("a harbour", "Ships."), *scenes[place:]], look(topic), vocabulary)
    assert [*more[:place], *more[place + 1 :]] == seen(scenes, look(topic), vocabulary)


def test_one_prompt_asked_for_often_is_seen_in_many_ways(vocabulary: Vocabulary) -> None:
    for prompt in ("a river", "bees", "a castle", "Why it matters"):
        plans = [plan_shot(prompt, look("Why rivers bend"), "en", seed, vocabulary) for seed in range(60)]
        sides = [compose(plan, lambda thing: 1.1, 640, 360, seed).side for seed, plan in enumerate(plans)]
        assert {plan.distance for plan in plans} >= {"wide", "medium", "close"}
        assert len({plan.angle for plan in plans}) >= 3
        assert set(sides) == {-1, 1}

    for prompt in ("a river", "Why it matters"):
        assert len({plan_shot(prompt, look("Rivers"), "en", seed, vocabulary).roles for seed in range(60)}) >= 2
