from __future__ import annotations

from collections.abc import Mapping

import pytest

from include.runtime.writing.whole.flaws import Judge, Length, Said

LENGTH = Length(5, 50)
CHINESE = (
    "蜜蜂整天在花间飞舞，带着花粉回到蜂巢。",
    "没有蜜蜂，我们的餐桌上就没有多少苹果。",
)
GOOD = {
    "en": ("Bees fly out at dawn to look for flowers.", "In winter they keep each other warm inside the hive."),
    "de": ("Bienen fliegen am Morgen aus und suchen Blüten.", "Im Winter wärmen sie sich gegenseitig im Stock."),
    "fr": ("Nous nous levons avec les abeilles du jardin.", "« Sans elles, pas de pommes ! », dit le vieux fermier."),
    "zh-Hans": CHINESE,
    "ja": ("ミツバチは一日中、花から花へと飛び回ります。", "冬には巣の中で互いに体を温め合います。"),
    "ar": ("النحل صغير لكنه مهم جدا للطبيعة.", "يطير من زهرة إلى زهرة طوال اليوم."),
    "hi": ("मधुमक्खियाँ सुबह फूलों की खोज में निकलती हैं।", "सर्दियों में वे छत्ते में एक-दूसरे को गर्म रखती हैं।"),
    "th": ("ผึ้งบินจากดอกไม้หนึ่งไปยังอีกดอกไม้หนึ่งตลอดทั้งวัน", "ในฤดูหนาวพวกมันให้ความอบอุ่นแก่กันในรัง"),
    "el": ("Οι μέλισσες πετούν όλη μέρα από λουλούδι σε λουλούδι.", "Τι θα κάναμε χωρίς αυτές κάθε άνοιξη;"),
    "vi": ("Ong mật bay cả ngày từ hoa này sang hoa khác.", "Mùa đông chúng giữ ấm cho nhau trong tổ."),
}


def judge(language: str = "en", about: str = "Bees", own: Mapping[str, bool] | None = None) -> Judge:
    return Judge(language, language, about, about, lambda part: own is None or own.get(part, True))


def flaws(*texts: str, language: str = "en", about: str = "Bees") -> list[str]:
    said = [Said(f"text/{number}", text, LENGTH) for number, text in enumerate(texts, start=1)]
    return judge(language, about).flaws(said, {})


@pytest.mark.parametrize("language", GOOD)
def test_good_texts_of_many_languages_have_no_flaws(language: str) -> None:
    assert flaws(*GOOD[language], language=language) == []


@pytest.mark.parametrize(
    ("language", "text", "flaw"),
    [
        ("en", "...", "has no words"),
        ("en", "Bees.", "has 1 words; allowed: 2 to 75"),
        ("en", "Bees\ufffd fly out at dawn to look for flowers.", r"U\+FFFD"),
        ("en", "Bees \ue000 fly out at dawn to look for flowers.", r"U\+E000"),
        ("en", "Bees fly out at dawn <b>to look</b> for flowers.", "has markup"),
        ("en", "Bees fly out at dawn, see https://bees.example.", "has markup: 'https:'"),
        ("en", "I'm sorry, but I cannot help with bees and flowers.", "refuses"),
        ("de", "Als KI kann ich leider nichts über die Bienen und ihre Blüten sagen.", "refuses: 'Als KI'"),
        ("zh", "作为一个人工智能，我不能谈论蜜蜂和它们的花。", "refuses"),
        ("en", "In this scene, bees fly out at dawn to look for flowers.", "speaks of itself"),
        ("en", "Bees fly and fly and fly and fly and fly and fly and fly and fly and fly.", "repeats"),
        ("zh", "蜜蜂飞呀飞呀" * 12 + "。", "repeats"),
        ("en", "Bees love bees near bees as bees help bees when bees need bees more.", "says 'bees' again and again"),
        ("de", "Bienen fliegen am Morgen aus und", "breaks off"),
        ("zh", "蜜蜂整天在花间飞舞，带着花粉回到", "breaks off"),
    ],
)
def test_each_flaw_says_what_was_found(language: str, text: str, flaw: str) -> None:
    with pytest.raises(AssertionError, match=flaw):
        raise AssertionError("; ".join(flaws(text, language=language, about="")))


@pytest.mark.parametrize("language", ["en", "de", "zh-Hans", "ja"])
def test_what_another_part_says_is_not_said_again(language: str) -> None:
    text = GOOD[language][0] + GOOD[language][1]
    assert any("text/2: repeats" in flaw and "text/1" in flaw for flaw in flaws(text, text, language=language))


def test_a_long_topic_may_be_named_in_every_part_and_twice_in_one() -> None:
    topic = "Why the North Sea has two high tides a day"
    texts = [
        f"People ask {topic[:1].lower()}{topic[1:]}, and they look at the moon.",
        f"To see {topic[:1].lower()}{topic[1:]}, turn a globe; to say {topic[:1].lower()}{topic[1:]}, draw one.",
    ]
    assert flaws(*texts, about=topic) == []
    assert len(flaws(*texts, about="Tides")) == 2


def test_another_order_of_the_same_words_says_the_same() -> None:
    found = flaws("Bees carry much pollen home each day.", "Each day bees carry home much pollen.")
    assert found == ["text/2: says again 'Each day bees carry home much pollen.', which text/1 says"]


def test_what_is_given_has_no_flaws_and_is_still_not_repeated() -> None:
    said = [
        Said("given", "# Bees fly out at dawn to look for flowers", LENGTH),
        Said("own", f"{GOOD['en'][0]}", LENGTH),
    ]
    found = judge(own={"given": False}).flaws(said, {})
    assert len(found) == 1
    assert found[0].startswith("own: repeats")


def test_image_prompts_are_judged_in_their_own_language() -> None:
    prompts = {
        "image_prompt/01": "Eine Biene sitzt auf einer gelben Sonnenblume im Garten",
        "image_prompt/02": "Ein alter Bauer steht mit seinen Bienen unter den Apfelbäumen",
    }
    assert Judge("zh", "de", "", "", lambda part: True).flaws([], prompts) == []
    (flaw,) = Judge("zh", "en", "", "", lambda part: True).flaws([], prompts)
    assert flaw == "image_prompt: is written in `de`; write it in English (en)"


def test_a_length_is_asked_for_in_words_or_in_characters_where_there_are_none() -> None:
    assert Length(20, 50).told("de") == "20 to 50 words"
    assert Length(20, 50).told("ja") == "40 to 100 characters"


def test_a_model_that_repeats_itself_for_ever_is_seen() -> None:
    assert any("repeats" in flaw for flaw in flaws("and then the bees " * 200))
    assert any("repeats" in flaw for flaw in flaws("蜜蜂" * 500, language="zh"))
    assert any("again and again" in flaw for flaw in flaws("bees, " * 300))
