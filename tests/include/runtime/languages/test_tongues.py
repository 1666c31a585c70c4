from __future__ import annotations

import pytest

from include.runtime.languages.tongues import otherwise_written, scripts_of

BEES = {
    "en": "Honey bees fly from flower to flower all day long. Without bees there would be few apples on our tables.",
    "de": "Bienen fliegen den ganzen Tag von Blüte zu Blüte. Ohne sie gäbe es kaum Äpfel auf unseren Tischen.",
    "fr": "Les abeilles volent toute la journée de fleur en fleur. Sans elles, il y aurait peu de pommes chez nous.",
    "es": "Las abejas vuelan todo el día de flor en flor. Sin ellas habría pocas manzanas en nuestras mesas.",
    "it": "Le api volano tutto il giorno di fiore in fiore. Senza di loro ci sarebbero poche mele sulle nostre tavole.",
    "pt": "As abelhas voam o dia todo de flor em flor. Sem elas haveria poucas maçãs em nossas mesas.",
    "nl": "Bijen vliegen de hele dag van bloem naar bloem. Zonder bijen zouden er weinig appels op onze tafels liggen.",
    "da": "Bierne flyver hele dagen fra blomst til blomst. Uden bier ville der være få æbler på vores borde.",
    "pl": "Pszczoły latają cały dzień od kwiatu do kwiatu. Bez nich na naszych stołach byłoby mało jabłek.",
    "vi": "Ong mật bay cả ngày từ hoa này sang hoa khác. Nếu không có ong, trên bàn ăn sẽ có ít táo.",
    "zh-Hans": "蜜蜂整天在花间飞舞，带着花粉。没有蜜蜂，我们的餐桌上就没有多少苹果。",
    "ja": "ミツバチは一日中、花から花へと飛び、花粉を運びます。ハチがいなければ、りんごも少なくなるでしょう。",
    "ko": "꿀벌은 하루 종일 꽃에서 꽃으로 날아다니며 꽃가루를 옮깁니다.",
    "ru": "Пчёлы весь день летают с цветка на цветок. Без них на наших столах было бы мало яблок.",
    "ar": "النحل صغير لكنه مهم. يطير من زهرة إلى زهرة طوال اليوم.",
}


@pytest.mark.parametrize("language", BEES)
def test_a_text_in_its_language_passes(language: str) -> None:
    assert otherwise_written(BEES[language], language) == ""


@pytest.mark.parametrize("language", [language for language in BEES if language != "en"])
def test_english_in_place_of_another_language_is_seen_and_the_other_way_round(language: str) -> None:
    assert otherwise_written(BEES["en"], language)
    assert otherwise_written(BEES[language], "en")


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        (BEES["de"], "fr", "`de`"),
        (BEES["es"], "pt-BR", "`es`"),
        (BEES["pl"], "en", "another language"),
        (BEES["ru"], "de", "the script Cyrillic"),
        (BEES["zh-Hans"], "ja", "Chinese characters alone"),
        (BEES["ja"], "zh", "the script Hiragana"),
        (BEES["ru"], "sr-Latn", "the script Cyrillic"),
    ],
)
def test_what_was_written_instead_is_named(text: str, language: str, found: str) -> None:
    assert otherwise_written(text, language) == found


@pytest.mark.parametrize(
    ("text", "language"),
    [("Audi A4 Avant", "ja"), ("Chat GPT und LLM", "de"), ("…", "zh"), ("1234567890 1234567890", "ru")],
)
def test_what_is_too_short_to_tell_passes(text: str, language: str) -> None:
    assert otherwise_written(text, language) == ""


def test_names_of_another_script_make_no_other_text() -> None:
    assert otherwise_written("東京のAppleストアで、新しいiPhoneを買いました。", "ja") == ""


@pytest.mark.parametrize(
    ("language", "scripts"),
    [
        ("zh-TW", {"Hani", "Bopo"}),
        ("sr", {"Cyrl"}),
        ("sr-Latn", {"Latn"}),
        ("en-Shaw", {"Shaw"}),
        ("es-419", {"Latn"}),
        ("xx", set()),
    ],
)
def test_scripts_are_those_that_cldr_has(language: str, scripts: set[str]) -> None:
    assert scripts_of(language) == scripts
