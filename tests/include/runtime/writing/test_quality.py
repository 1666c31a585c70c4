"""The flawed texts are what the model really wrote, here or in other answers of its kind."""

from __future__ import annotations

import pytest

from include.runtime.writing.quality import narration_flaws, roughness
from include.runtime.writing.subject import subject_of

GOOD = (
    "Honey bees matter because they help plants grow. They carry pollen from flower to flower, and gather nectar "
    "for their honey."
)


def flaws(text: str, earlier: tuple[str, ...] = ()) -> str:
    return "; ".join(narration_flaws(text, "Why honey bees matter", "honey bees", earlier))


def test_a_good_narration_has_no_flaw() -> None:
    assert flaws(GOOD) == ""


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", "is empty"),
        ("... !", "is empty"),
        ("Honey bees.", "has 2 words"),
        ("Honey bees " + "fly and sing and dance over green hills " * 7 + ".", "words; allowed"),
        ("Honey bees are small insects that live in a hive and they gather nectar from", "breaks off"),
        ("I'm sorry, but I cannot write a narration about honey bees for this film.", "refuses"),
        ("As an AI language model, I do not know how honey bees feel about flowers.", "refuses"),
        ("Sure! Here is a short text about honey bees and the flowers that they visit.", "talks about itself"),
        ("In this scene we learn how honey bees gather nectar from many flowers.", "talks about itself"),
        ("Well, my friend, honey bees gather nectar from many flowers in the meadow.", "talks about itself"),
        ("**Honey bees** gather nectar from many flowers, and then they fly home.", "has markup"),
        ("Honey bees were made by Théophile LaÃ¨re, who had a fine garden of flowers.", "has odd characters"),
        ("Honey bees fly to the hive and fly to the hive with nectar all day long.", "repeats 'fly to the'"),
        ("Honey bees gather nectar. The nectar nectar is sweet, so they take it home.", "stutters"),
        ("Rivers flow from one place to another, and then they end in the blue sea.", "names nothing of the topic"),
        ("Honey bees are bees that fly from flower to flower and then come home.", "goes in a circle"),
        ("Honey bees live in a hive with many others. They are bees that fly far.", "goes in a circle"),
        ("So when you see honey bees, remember that they matter because of them.", "says nothing"),
        ("Honey bees were first kept by Sir Isaac Newton in his garden near a farm.", "makes up the name 'Sir'"),
        ("Honey bees make honey, which is used to make medicines for people.", "claims what it cannot know"),
        ("Honey bees help plants grow on the land. On the land, honey bees help plants grow.", "says again"),
    ],
)
def test_degenerate_output_is_named(text: str, flaw: str) -> None:
    assert flaw in flaws(text)


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("Salt & pepper", "Salt & pepper are put on food all over the world, and both were dear once."),
        ("Why 50% of all bees live alone", "Of all bees 50% live alone because each one digs her own small nest."),
        ("C# for beginners", "C# is a language in which people tell computers what they shall do for them."),
        ("Meals for $1", "Meals for $1 are cooked with beans, rice and what grows in the garden nearby."),
        ("The first 5 °C of spring", "Spring begins at 5 °C when the first green leaves come out of the soil."),
        ("Using List<String> well", "A List<String> keeps words in their order, so that nothing of them gets lost."),
        ("The history of war", "War is older than writing, and its history is told on walls of stone and clay."),
        ("How a camera works", "The camera catches light through a small round hole and keeps what it has seen."),
        ("AT&T and the phone", "AT&T laid wires from town to town, so that people could phone each other at home."),
    ],
)
def test_what_the_topic_itself_says_is_no_flaw_of_the_text_about_it(topic: str, text: str) -> None:
    assert narration_flaws(text, topic, subject_of(topic).name, ()) == []
    assert narration_flaws(f"{text} | ~", topic, "", ()) != []


def test_signs_and_claims_of_others_stay_flaws() -> None:
    text = "Salt is put on food & sold for money all over the world, in every town."
    found = "; ".join(narration_flaws(text, "Salt", "salt", ()))
    assert "has odd characters: '&'" in found
    assert "claims what it cannot know: 'money'" in found


def test_what_an_earlier_scene_said_is_not_said_again() -> None:
    assert "says again" in flaws(GOOD, earlier=("Honey bees matter because they help plants grow.",))
    assert "of an earlier scene" in flaws(
        "Summer comes, and honey bees carry pollen from flower to flower, and home.", earlier=(GOOD,)
    )


def test_empty_praise_is_rougher_than_plain_words() -> None:
    praise = "Honey bees are great and important, they are wonderful, and you are part of their beautiful world today."
    assert roughness(praise) > roughness(GOOD) + 1
