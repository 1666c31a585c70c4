from __future__ import annotations

import json

import pytest

from include.contract.artifacts import artifact_of
from include.contract.brief import Scene, Script
from include.contract.cards import ProductText
from include.contract.dialogue import Dialogue
from include.contract.fanout import choose_look, dialogue_outputs, product_outputs, script_outputs
from include.contract.look import Light, Look, Palette
from include.contract.manifests import ItemLine
from include.contract.registry import recipes


def script(scenes: int = 5, third: str = "They dance.") -> Script:
    told = [f"Scene {number} speaks." for number in range(1, scenes + 1)]
    if scenes >= 3:
        told[2] = third
    return Script(
        title="Über Bienen 蜜蜂",
        description="What bees do.",
        hashtags=("#Bees",),
        scenes=tuple(Scene(narration=text, image_prompt=f"bees, {text}") for text in told),
    )


def outputs(of: Script) -> dict[str, bytes]:
    return {name: content for name, content, _ in script_outputs(of, choose_look("bees", "en", 0))}


@pytest.mark.parametrize(
    ("topic", "language", "palette", "light"),
    [
        ("The sea at night", "en", Palette.SEA, Light.NIGHT),
        ("Strawberries at sunrise", "en-GB", Palette.BERRY, Light.DAWN),
        ("Der Mond über dem Nordmeer", "de", Palette.SEA, Light.NIGHT),
        ("Wildbienen im Herbst", "de", Palette.MEADOW, Light.GOLDEN),
        ("夜里的海", "zh-Hans", Palette.SEA, Light.NIGHT),
    ],
)
def test_the_topics_words_choose_palette_and_light(topic: str, language: str, palette: Palette, light: Light) -> None:
    look = choose_look(topic, language, 0)
    assert (look.palette, look.light, look.hero) == (palette, light, topic)


def test_a_word_counts_whole_and_not_inside_another() -> None:
    looks = [choose_look("Seasons and beekeepers", "en", seed) for seed in range(40)]
    assert len({look.palette for look in looks}) > 1


def test_an_unnamed_look_follows_from_topic_and_seed_and_is_never_night() -> None:
    looks = [choose_look("أهمية الرياضيات", "ar", seed) for seed in range(60)]
    assert {look.palette for look in looks} == set(Palette)
    assert {look.light for look in looks} == set(Light) - {Light.NIGHT}
    assert len({look.seed for look in looks}) == 60
    assert looks[7] == choose_look("أهمية الرياضيات", "ar", 7)


def test_a_look_stays_what_it_is() -> None:
    assert choose_look("Why honey bees matter", "en", 0) == Look(
        hero="Why honey bees matter", palette=Palette.MEADOW, light=Light.DAY, seed=7156510477533612428
    )


def test_every_output_has_the_name_and_the_form_that_the_stages_after_it_read() -> None:
    made = script_outputs(script(12), choose_look("bees", "en", 0))
    line = ItemLine(position=0, item="bees", outputs=tuple(artifact_of(*one) for one in made))
    assert [number for number, _ in line.family("narration")] == [f"{number:02d}" for number in range(1, 13)]
    declared = [each.name for each in recipes()["script.narrated"].outputs]
    assert all(name in declared or f"{name.split('/')[0]}/" in declared for name, _, _ in made)
    by_name = {name: content for name, content, _ in made}
    assert by_name["title"].decode() == "Über Bienen 蜜蜂"
    assert Script.model_validate_json(by_name["script"]) == script(12)
    assert Look.model_validate(json.loads(by_name["look"])) == choose_look("bees", "en", 0)


def test_editing_one_scene_changes_that_scene_and_the_script_only() -> None:
    before, after = outputs(script()), outputs(script(third="They sleep."))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"script", "narration/03", "image_prompt/03", "shot/03"}


def test_a_product_without_caption_is_its_name() -> None:
    bare = dict.fromkeys(("caption", "price_text", "price", "currency", "brand", "category", "description"))
    text = ProductText(name="Mug", language="en", image_prompt="Mug", **bare)
    found = {name: content for name, content, _ in product_outputs(text, choose_look("Mug", "en", 0))}
    assert found["caption"] == found["title"] == found["image_prompt/01"] == b"Mug"
    assert ProductText.model_validate_json(found["script"]) == text


def test_editing_a_line_changes_one_line_and_naming_a_chapter_none() -> None:
    def found(*lines: tuple[str, str | None]) -> dict[str, bytes]:
        told = [{"speaker": 1, "text": text, "chapter": chapter} for text, chapter in lines]
        whole = {"title": "Bees", "description": "Bees.", "speakers": ("A", "B"), "image_prompt": "bees"}
        dialogue = Dialogue.model_validate({**whole, "lines": told})
        return {name: body for name, body, _ in dialogue_outputs(dialogue, choose_look("bees", "en", 0))}

    def changed(other: dict[str, bytes]) -> set[str]:
        return {name for name in before if before[name] != other[name]}

    before = found(("Hello.", None), ("They hum.", None))
    assert before["line/02"] == b'{"speaker":1,"text":"They hum."}'
    assert changed(found(("Hello.", None), ("They dance.", None))) == {"script", "line/02"}
    assert changed(found(("Hello.", "Welcome"), ("They hum.", None))) == {"script"}


def test_each_scene_has_a_shot_of_its_own_whatever_the_others_ask_for() -> None:
    told = ("Bees hum.", "Bees fly.", "Bees rest.")
    alike = Script(
        **{**script(3).model_dump(), "scenes": [{"narration": text, "image_prompt": "bees"} for text in told]}
    )
    found = {name: content for name, content, _ in script_outputs(alike, choose_look("bees", "en", 0))}
    shots = [found[f"shot/{number:02d}"] for number in (1, 2, 3)]
    assert len(set(shots)) == 3
