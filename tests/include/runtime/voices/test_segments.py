from __future__ import annotations

import pytest

from include.runtime.languages.widths import columns_of
from include.runtime.voices.segments import MAX_WIDTH, sentences_of


def lines_of(narration: str, language: str = "und") -> list[str]:
    return [line for sentence in sentences_of(narration, language) for line in sentence.lines]


@pytest.mark.parametrize(
    ("narration", "lines"),
    [
        ("Hello there. How are you? Fine!", ["Hello there.", "How are you?", "Fine!"]),
        (
            "Dr. Smith met J. K. Rowling, e.g. in St. Louis. Good.",
            ["Dr. Smith met J. K. Rowling, e.g. in St. Louis.", "Good."],
        ),
        ("It costs $3.50. Version 1.2 is out.", ["It costs $3.50.", "Version 1.2 is out."]),
        ("Am 3. Mai kam z. B. Dr. Müller. Gut.", ["Am 3. Mai kam z. B. Dr. Müller.", "Gut."]),
        ("Das war 1989. Danach kam Ruhe.", ["Das war 1989.", "Danach kam Ruhe."]),
        ("你好。今天很好！真的吗？", ["你好。", "今天很好！", "真的吗？"]),
        ("彼は「はい。」と言った。次。", ["彼は「はい。」と言った。", "次。"]),
        ("He said “Stop.” Then he left.", ["He said “Stop.”", "Then he left."]),
        ("Wait… what? Well.", ["Wait… what?", "Well."]),
        ("First line\nsecond line", ["First line", "second line"]),
        ("नमस्ते। कैसे हो।", ["नमस्ते।", "कैसे हो।"]),
        ("   ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(narration: str, lines: list[str]) -> None:
    assert lines_of(narration) == lines


def test_a_blank_line_or_a_new_line_ends_a_paragraph() -> None:
    assert [sentence.ends_paragraph for sentence in sentences_of("One. Two.\n\nThree.", "en")] == [False, True, False]


def test_a_long_sentence_is_cut_at_its_clauses_near_the_middle() -> None:
    narration = (
        "The country exports a great deal of wheat every year, which is more than all of its neighbours "
        "together, although prices fell."
    )
    assert lines_of(narration) == [
        "The country exports a great deal of wheat every year,",
        "which is more than all of its neighbours together, although prices fell.",
    ]


@pytest.mark.parametrize(
    "narration",
    [
        "a" * 20_000,
        "word " * 400,
        "蜜蜂很重要" * 100,
        "สวัสดีชาวโลก" * 40,
        "नमस्ते " * 60,
        "It holds 3 kg, 4 kg, 5 kg " * 20,
        "🐝" * 300,
    ],
)
def test_no_line_is_too_wide_and_no_character_is_lost(narration: str) -> None:
    lines = lines_of(narration)
    assert "".join("".join(lines).split()) == "".join(narration.split())
    assert max(map(columns_of, lines)) <= MAX_WIDTH
    assert not any(line[-1].isdigit() and " " in line for line in lines)


def test_what_is_all_joined_is_cut_where_it_has_to_be() -> None:
    lines = lines_of("\u200d" * 2000)
    assert "".join(lines) == "\u200d" * 2000
    assert len(lines) <= 2000 // 80


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "th",
            "สวัสดี|ครับ|วันนี้|เรา|จะ|มา|เรียนรู้|เกี่ยว|กับ|การ|ทำ|อาหาร|ไทย|แบบ|ดั้งเดิม|ที่|บ้าน|ของ|คุณยาย|ใน|จังหวัด|เชียงใหม่|"
            "เรา|จะ|มา|เรียนรู้|เกี่ยว|กับ|การ|ทำ|อาหาร",
        ),
        (
            "zh",
            "我们|今天|一起|学习|怎样|制作|传统|中国|家常|豆腐|并且|了解|厨房|里|必须|准备|哪些|基本|调料|以及|新鲜|食材",
        ),
    ],
)
def test_a_long_sentence_without_blanks_is_cut_between_words(language: str, words: str) -> None:
    lines = lines_of(words.replace("|", ""), language)
    assert len(lines) == 2
    assert lines[0] in [words[:place].replace("|", "") for place in range(len(words)) if words[place] == "|"]
