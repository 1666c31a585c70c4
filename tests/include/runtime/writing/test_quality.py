"""The flawed texts are what the model really wrote, here or in other answers of its kind."""

from __future__ import annotations

import pytest

from include.runtime.writing.quality import narration_flaws, roughness

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


def test_what_an_earlier_scene_said_is_not_said_again() -> None:
    assert "says again" in flaws(GOOD, earlier=("Honey bees matter because they help plants grow.",))
    assert "of an earlier scene" in flaws(
        "Summer comes, and honey bees carry pollen from flower to flower, and home.", earlier=(GOOD,)
    )


def test_empty_praise_is_rougher_than_plain_words() -> None:
    praise = "Honey bees are great and important, they are wonderful, and you are part of their beautiful world today."
    assert roughness(praise) > roughness(GOOD) + 1
