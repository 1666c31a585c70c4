from __future__ import annotations

import pytest

from include.runtime.writing.headings import description_of, hashtags_of, title_of


def test_a_title_is_the_topic_or_how_the_narration_begins() -> None:
    assert title_of("why honey bees matter.", ["x"], "en") == "Why honey bees matter"
    assert title_of(None, ["蜜蜂很小。它们采蜜。"], "zh") == "蜜蜂很小"
    assert title_of(None, ["..."], "en") == "..."
    assert len(title_of("bees and " * 33, ["x"], "en")) <= 80


@pytest.mark.parametrize(
    ("topic", "narration", "begins"),
    [
        (
            "Dr. Smith explains why the deep sea is still the least explored place on the whole planet",
            "",
            "Dr. Smith exp",
        ),
        (
            "U.S. inflation slows to 2.4% in October as energy prices fall for the third month now",
            "",
            "U.S. inflation s",
        ),
        (
            "Amazon.com opens a new warehouse with 1,500 robots near the old harbour of Hamburg in May",
            "",
            "Amazon.com ope",
        ),
        (
            "Python 3.14.2 released: free-threaded builds are now officially supported on all platforms",
            "",
            "Python 3.14.2",
        ),
        (None, "Mr. Fox lives in a den. He is red.", "Mr. Fox lives in a den"),
        (None, "Version 3.5 of the engine is out now, and it is fast.", "Version 3.5 of the engine is out now, and"),
        (None, "圆周率约等于3.14，是一个无理数。", "圆周率约等于3.14，是一个无理数"),
    ],
)
def test_a_title_is_cut_at_no_dot_that_ends_no_sentence(topic: str | None, narration: str, begins: str) -> None:
    title = title_of(topic, [narration], "zh" if narration and not narration.isascii() else "en")
    assert title.startswith(begins)
    assert len(title) <= 80
    assert title in (topic or narration)
    assert (topic or narration).removeprefix(title)[:1] in (" ", ".", "。")


def test_a_german_narration_gives_a_title_with_its_ordinal() -> None:
    assert title_of(None, ["Im 19. Jahrhundert begann die Industrie. Danach."], "de") == (
        "Im 19. Jahrhundert begann die Industrie"
    )


def test_a_description_is_how_the_piece_begins() -> None:
    assert description_of(["Bees fly. " * 60, "The end."], "en").endswith("Bees fly.")
    assert len(description_of(["Bees fly. " * 60], "en")) <= 400


def test_hashtags_join_the_topic_and_count_scenes_each_once() -> None:
    scenes = [["flowers", "hive"], ["Flowers", "bees"], ["pollen", "flowers"]]
    assert hashtags_of(["honey", "bees"], ["honey", "bees"], scenes) == (
        "#HoneyBees", "#Honey", "#Bees", "#Flowers", "#Hive", "#Pollen",
    )  # fmt: skip


def test_hashtags_hold_letters_only_and_fit() -> None:
    assert hashtags_of(["one"], ["x" * 60, "a-b c/../d"], []) == ("#Abcd",)
    assert hashtags_of([], ["蜜蜂", "花"], [["花蜜"]]) == ("#蜜蜂", "#花蜜")
