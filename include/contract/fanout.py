"""From a script to what the stages after it read: one output per scene and one look for the whole (I8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from include.contract.article import Article
from include.contract.brief import Script
from include.contract.canonical import canonical_bytes, canonical_tree, digest
from include.contract.cards import ProductText
from include.contract.dialogue import Dialogue
from include.contract.digital_source import DigitalSource
from include.contract.look import Light, Look, Palette
from include.contract.look_words import LIGHT_WORDS, PALETTE_WORDS, named_by
from include.contract.ports import JSON_TYPE, TEXT_TYPE
from include.contract.shots import shot_outputs

_Choice = TypeVar("_Choice")

_UNNAMED_LIGHTS = (Light.DAY, Light.GOLDEN, Light.DAWN, Light.DUSK)
"""Without night, which only comes if the topic names it."""


def choose_look(topic_words: str, language: str, seed: int) -> Look:
    """The look of a whole piece, from what it is about: never from a scene's text.

    :param topic_words: the topic, or what stands in for it; its words choose palette and light where they
        name one (`the sea at night`, `Bienen im Garten`, `夜空`), chance does where they do not.
    :param language: BCP 47 tag of `topic_words`.
    :param seed: another number gives another chance, such as the brief's variation.
    """
    chance = int(digest(["look", topic_words, language, seed])[:48], 16)
    light = named_by(LIGHT_WORDS, topic_words, language)
    palette = named_by(PALETTE_WORDS, topic_words, language)
    return Look(
        hero=topic_words,
        palette=palette or _one_of(tuple(Palette), chance >> 16),
        light=light or _one_of(_UNNAMED_LIGHTS, chance >> 32),
        seed=chance % 2**63,
    )


def script_outputs(script: Script, look: Look) -> list[tuple[str, bytes, str]]:
    """Name, bytes and media type of each output of a text stage.

    Each scene's narration and image prompt stand alone, so that editing one scene remakes that scene.
    """
    whole = [
        ("script", canonical_bytes(canonical_tree(script)), JSON_TYPE),
        ("title", script.title.encode(), TEXT_TYPE),
        ("look", canonical_bytes(canonical_tree(look)), JSON_TYPE),
    ]
    numbered = list(enumerate(script.scenes, start=1))
    narrations = [(f"narration/{number:02d}", scene.narration.encode(), TEXT_TYPE) for number, scene in numbered]
    prompts = [(f"image_prompt/{number:02d}", scene.image_prompt.encode(), TEXT_TYPE) for number, scene in numbered]
    shots = shot_outputs([(scene.image_prompt, scene.narration) for scene in script.scenes])
    return [*whole, *narrations, *prompts, *shots]


def article_outputs(article: Article, look: Look) -> list[tuple[str, bytes, str]]:
    """Name, bytes and media type of each output of a text stage that wrote an article.

    Each section's image prompt stands alone, so that editing a section's text leaves its picture as it is.
    """
    whole = [
        ("script", canonical_bytes(canonical_tree(article)), JSON_TYPE),
        ("title", article.title.encode(), TEXT_TYPE),
        ("look", canonical_bytes(canonical_tree(look)), JSON_TYPE),
    ]
    numbered = enumerate(article.sections, start=1)
    prompts = [(f"image_prompt/{number:02d}", one.image_prompt.encode(), TEXT_TYPE) for number, one in numbered]
    return [*whole, *prompts, *shot_outputs([(one.image_prompt, one.heading or "") for one in article.sections])]


def dialogue_outputs(dialogue: Dialogue, look: Look) -> list[tuple[str, bytes, str]]:
    """Name, bytes and media type of each output of a text stage that wrote a conversation.

    Each line stands alone with its speaker, so that editing one remakes the speech of one.
    """
    whole = [
        ("script", canonical_bytes(canonical_tree(dialogue)), JSON_TYPE),
        ("title", dialogue.title.encode(), TEXT_TYPE),
        ("look", canonical_bytes(canonical_tree(look)), JSON_TYPE),
        ("image_prompt/01", dialogue.image_prompt.encode(), TEXT_TYPE),
    ]
    numbered = enumerate(dialogue.lines, start=1)
    return whole + [
        (f"line/{number:02d}", canonical_bytes(canonical_tree(one.alone)), JSON_TYPE) for number, one in numbered
    ]


def product_outputs(text: ProductText, look: Look) -> list[tuple[str, bytes, str]]:
    """Name, bytes and media type of each output of a product's text stage. A product without caption is its name."""
    return [
        ("script", canonical_bytes(canonical_tree(text)), JSON_TYPE),
        ("title", text.name.encode(), TEXT_TYPE),
        ("caption", (text.caption or text.name).encode(), TEXT_TYPE),
        ("look", canonical_bytes(canonical_tree(look)), JSON_TYPE),
        ("image_prompt/01", text.image_prompt.encode(), TEXT_TYPE),
    ]


def source_output(source: DigitalSource) -> tuple[str, bytes, str]:
    """Name, bytes and media type of the output that says what wrote a text: the label of what is made of it follows."""
    return "digital_source", source.value.encode(), TEXT_TYPE


def _one_of(choices: Sequence[_Choice], chance: int) -> _Choice:
    return choices[chance % len(choices)]
