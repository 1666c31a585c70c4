from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.runtime.languages.breaks import begins_letter, has_words_unknown, kept_together, word_breaks

WORDS = {
    "th": "สวัสดี|ครับ|วัน|นี้|เรา|จะ|มา|เรียน|รู้|เกี่ยว|กับ|การ|ทำ|อาหาร|ไทย|แบบ|ดั้งเดิม",
    "lo": "ສະບາຍດີ|ທຸກ|ທ່ານ|ມື້ນີ້|ພວກ|ເຮົາ|ຈະ|ມາ|ຮຽນຮູ້|ກ່ຽວກັບ|ອາຫານ|ລາວ",
    "km": "សួស្តី|ថ្ងៃនេះ|យើង|នឹង|រៀន|អំពី|ម្ហូប|ខ្មែរ",
    "my": "မင်္ဂလာ|ပါ|ဒီ|နေ့|ကျွန်တော်|တို့|မြန်မာ|အစားအစာ",
    "zh": "苹果|公司|在|WWDC|上|发布了|全新的|MacBook Pro，|性能|提升了50%，|房间|在|第3.14节。",
    "yue": "今日|我|學|傳統|廣東|菜",
    "ja": "今日は|伝統的な|日本料理の|作り方に|ついて|学びましょう。|彼は|「はい。」と|言った。",
}


@pytest.mark.parametrize(("language", "marked"), WORDS.items(), ids=WORDS)
def test_lines_break_between_words_in_scripts_without_blanks(language: str, marked: str) -> None:
    text = marked.replace("|", "")
    places = [0, *word_breaks(text, language), len(text)]
    assert "|".join(text[start:end] for start, end in zip(places, places[1:], strict=False)) == marked


@pytest.mark.parametrize("text", ["Honey never spoils.", "안녕하세요 여러분", "नमस्ते दुनिया", "", "漢字"])
def test_elsewhere_blanks_tell_and_a_word_is_whole(text: str) -> None:
    assert word_breaks(text, "und") == ()


def test_places_are_counted_in_characters_beyond_the_basic_plane_too() -> None:
    assert word_breaks("𠮷野🐝今日は料理の", "ja")[-1] == len("𠮷野🐝今日は")


def test_a_long_run_of_hiragana_breaks_within_and_kana_are_japanese_in_a_text_of_any_language() -> None:
    text = "わたしたちは|これから|おいしい|ごはんを|みんな|で|つくります"
    for language in ("ja", "und", "zh"):
        places = [0, *word_breaks(text.replace("|", ""), language), len(text.replace("|", ""))]
        found = [text.replace("|", "")[start:end] for start, end in zip(places, places[1:], strict=False)]
        assert "|".join(found) == text


def test_each_script_parts_as_its_own_language_does() -> None:
    words = ["曼谷的", "“ผึ้ง", "มี", "ความ", "สำคัญ”", "很", "重要"]
    text = "".join(words)
    places = [0, *word_breaks(text, "zh"), len(text)]
    assert [text[start:end] for start, end in zip(places, places[1:], strict=False)] == words


def test_words_are_kept_together_for_who_would_break_anywhere() -> None:
    assert kept_together("苹果公司 Pro", "zh") == "苹\u2060果公\u2060司 Pro"
    assert kept_together("สวัสดีครับ Honey", "th") == "สวัสดีครับ Honey"


@pytest.mark.parametrize("text", ["กี", "แก", "ແກ", "क\u094d", "a\u200d", "\u200da"])
def test_a_letter_is_one_with_its_marks_and_with_the_vowel_before_it(text: str) -> None:
    assert not begins_letter(text, 1)


@given(
    st.text(st.sampled_from("漢字カなาเกสသ្ក𠮷🐝 a1\n、。「」\ud83d\udc1d\0")),
    st.sampled_from(["th", "zh", "ja", "my", "km", "en", "und"]),
)
@example("字\ud800です", "ja")
def test_whatever_a_text_is_no_break_stands_at_its_edges_or_at_a_blank(text: str, language: str) -> None:
    for place in word_breaks(text, language):
        assert 0 < place < len(text)
        assert not text[place - 1].isspace()
        assert not text[place].isspace()
    assert kept_together(text, language).replace("\u2060", "") == text


def test_nothing_is_loaded_for_scripts_with_blanks() -> None:
    code = (
        "import sys; from include.runtime.languages.breaks import word_breaks; word_breaks('Honey.', 'en'); "
        "print({'icu4py.breakers', 'budoux'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("text", "unknown"), [("ສະບາຍດີ", True), ("မင်္ဂလာ", True), ("សួស្តី", True), ("สวัสดี", False), ("蜂", False)]
)
def test_words_of_lao_burmese_and_khmer_are_known_to_a_dictionary_alone(text: str, unknown: bool) -> None:
    assert has_words_unknown(text) is unknown
