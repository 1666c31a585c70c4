from __future__ import annotations

import pytest

from include.runtime.writing.words import key_words, shortened, without_full_stop


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Why the honey bees matter", "en", ["honey", "bees"]),
        ("Warum Honigbienen für die Wiese wichtig sind", "de", ["Honigbienen", "Wiese"]),
        ("蜜蜂为什么重要", "zh-Hans", ["蜜蜂"]),
        ("Пчёлы и мёд на лугу", "ru", ["Пчёлы"]),
        ("मधुमक्खी", "hi", ["मधुमक्खी"]),
    ],
)
def test_key_words_are_those_that_carry_meaning(text: str, language: str, found: list[str]) -> None:
    assert key_words(text, language) == found


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("Bees fly far. They come home.", 20, "Bees fly far."),
        ("Bees, flowers and the long summer", 14, "Bees, flowers"),
        ("蜜蜂在花间飞舞，采集花蜜。", 8, "蜜蜂在花间飞舞"),
        ("short", 20, "short"),
        ("x" * 50, 10, "x" * 10),
        ("A bottle of exactly 0.75 l. It is blue.", 23, "A bottle of exactly"),
        ("Amazon.com has 1,500 robots in it", 17, "Amazon.com has"),
        ("See www.nordic-clay.example for more", 20, "See"),
        ("free-threaded builds are here", 26, "free-threaded builds are"),
        ("เราจะมาเรียนรู้เกี่ยวกับการทำอาหาร", 19, "เราจะมาเรียนรู้"),
        ("苹果公司发布全新的笔记本电脑", 9, "苹果公司发布全新的"),
    ],
)
def test_a_text_is_shortened_where_it_pauses(text: str, most: int, short: str) -> None:
    assert shortened(text, most, "und") == short


def test_shortening_never_parts_a_letter_from_its_mark() -> None:
    text = "मधुमक्खियाँ" * 20
    for most in range(1, 60):
        assert text[len(shortened(text, most, "und"))] not in "ाि्ुँ" or len(shortened(text, most, "und")) == most


def test_a_heading_keeps_its_question_mark() -> None:
    assert without_full_stop("Why do bees dance?", "en") == "Why do bees dance?"
    assert without_full_stop("Bees dance.", "en") == "Bees dance"
    assert without_full_stop("Bees of the U.S.", "en") == "Bees of the U.S."
