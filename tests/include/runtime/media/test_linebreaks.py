from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.runtime.languages.widths import columns_of
from include.runtime.media.linebreaks import lines, pieces


def test_a_short_text_stays_on_one_line_and_a_longer_is_balanced() -> None:
    assert lines("Honey never spoils.", 42, "en") == ["Honey never spoils."]
    text = "Its secret is a lack of water, and a touch of acid that bees add."
    first, second = lines(text, 42, "und") or ["", ""]
    assert f"{first} {second}" == text
    assert first.endswith("water,")


def test_two_lines_are_not_enough_for_a_long_text() -> None:
    assert lines("word " * 30, 42, "en") is None


@pytest.mark.parametrize(
    "text",
    [
        "因为它的含水量极低，细菌和霉菌都无法在里面生存。蜜蜂会加入一种酶，让蜂蜜变成弱酸性，这样它可以保存几千年之久。",
        "「蜂蜜」は何千年も腐りません。（水分が少なく、酸性だからです。）だから、ふたをしっかり閉めましょう。",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft und mehr " * 2,
        "ที่ทะเลสาบแห่งนี้มีปลาหลายร้อยชนิดอาศัยอยู่ร่วมกันมาเป็นเวลานานหลายพันปีโดยไม่มีใครรบกวนเลย",
    ],
)
def test_pieces_fit_lose_nothing_and_break_where_the_script_allows(text: str) -> None:
    made = pieces(text.strip(), 42, "und")
    assert "".join("".join(made).split()) == "".join(text.split())
    for piece in made:
        rows = lines(piece, 42, "und")
        assert rows is not None
        assert all(columns_of(row) <= 42 for row in rows)
        assert not any(row[0] in "，。、）」」." or row[-1] in "（「" for row in rows)


@pytest.mark.parametrize("units", [24, 34, 42])
def test_scripts_without_blanks_break_between_words_into_balanced_lines(units: int) -> None:
    marked = "สวัสดี|ครับ|วัน|นี้|เรา|จะ|มา|เรียน|รู้|เกี่ยว|กับ|การ|ทำ|อาหาร|ไทย|แบบ|ดั้งเดิม"
    words = marked.split("|")
    found = [row for piece in pieces("".join(words), units, "th") for row in lines(piece, units, "th") or ()]
    ends = {sum(map(len, words[: number + 1])) for number in range(len(words))}
    assert {sum(map(len, found[: number + 1])) for number in range(len(found))} <= ends
    assert min(map(columns_of, found)) >= max(map(columns_of, found)) / 2


def test_a_chinese_line_parts_no_word() -> None:
    assert lines("苹果公司在WWDC上发布了全新的MacBook Pro，", 24, "zh") == [
        "苹果公司在WWDC上发布了",
        "全新的MacBook Pro，",
    ]


def test_a_dot_that_ends_no_sentence_is_no_better_place_than_others() -> None:
    assert lines("We met Dr. Smith at the harbour of the town", 42, "en") == [
        "We met Dr. Smith at",
        "the harbour of the town",
    ]


def test_a_break_prefers_the_end_of_a_sentence() -> None:
    text = "This is the first sentence of two here. And the second one is a bit longer than the first, as it goes on."
    assert pieces(text, 40, "en")[0] == "This is the first sentence of two here."


@pytest.mark.parametrize("units", [24, 34, 42])
@pytest.mark.parametrize("letter", ["\u0915\u0940", "\u0e01\u0e33\u0301", "\u0b95\u0bca", "a\u0301\u0489"])
def test_a_word_longer_than_a_line_never_parts_a_letter_from_its_marks(letter: str, units: int) -> None:
    for before in range(3):
        word = "x" * before + letter * 200
        found = pieces(word, units, "und")
        assert "".join(found) == word
        assert [piece for piece in found if unicodedata.category(piece[0]).startswith("M")] == []


@given(
    word=st.text(st.sampled_from("\u0915\u0940\u0301\u200da蜂"), min_size=1, max_size=300),
    units=st.sampled_from([24, 42]),
)
def test_whatever_a_word_is_made_of_its_pieces_fit_and_lose_nothing(word: str, units: int) -> None:
    found = pieces(word, units, "und")
    assert "".join(found) == word
    assert all(lines(piece, units, "und") is not None for piece in found)
