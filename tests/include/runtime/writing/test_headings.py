from __future__ import annotations

from include.runtime.writing.headings import description_of, hashtags_of, title_of


def test_a_title_is_the_topic_or_how_the_narration_begins() -> None:
    assert title_of("why honey bees matter.", ["x"]) == "Why honey bees matter"
    assert title_of(None, ["蜜蜂很小。它们采蜜。"]) == "蜜蜂很小"
    assert title_of(None, ["..."]) == "..."
    assert len(title_of("bees and " * 33, ["x"])) <= 80


def test_a_description_is_how_the_piece_begins() -> None:
    assert description_of(["Bees fly. " * 60, "The end."]).endswith("Bees fly.")
    assert len(description_of(["Bees fly. " * 60])) <= 400


def test_hashtags_join_the_topic_and_count_scenes_each_once() -> None:
    scenes = [["flowers", "hive"], ["Flowers", "bees"], ["pollen", "flowers"]]
    assert hashtags_of(["honey", "bees"], ["honey", "bees"], scenes) == (
        "#HoneyBees", "#Honey", "#Bees", "#Flowers", "#Hive", "#Pollen",
    )  # fmt: skip


def test_hashtags_hold_letters_only_and_fit() -> None:
    assert hashtags_of(["one"], ["x" * 60, "a-b c/../d"], []) == ("#Abcd",)
    assert hashtags_of([], ["蜜蜂", "花"], [["花蜜"]]) == ("#蜜蜂", "#花蜜")
