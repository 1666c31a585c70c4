from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK
from include.runtime.voices.normalise import normalise


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "20 °C, e.g. 5 km at 10:30", "20 degrees Celsius, for example 5 kilometers at ten thirty"),
        ("en", "Write to info@example.com.", "Write to info at example dot com."),
        ("en", "𝐁𝐨𝐥𝐝 ﬁne &amp; **strong**", "Bold fine & strong"),
        ("en", "See [the hive](https://example.com/x).", "See the hive."),
        ("en", "No 1234567890123456.", "No 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6."),
        (
            "de",
            "Am 3. Mai 1989 kosteten 5 kg 12,50 €.",
            "Am dritten Mai neunzehnhundertneunundachtzig kosteten 5 Kilogramm 12,50 Euro.",
        ),
        ("de", "Am 2024-03-05, z. B. $5.", "Am fünften März 2024, zum Beispiel 5 Dollar."),
        ("de-AT", "80 km/h und 100 m²", "80 Kilometer pro Stunde und 100 Quadratmeter"),
        ("fr", "M. Dupont paie 12,50 €.", "monsieur Dupont paie 12,50 euros."),
        ("pt-BR", "R$ 9,99", "9,99 reais"),
        ("zh-Hans", "2024年，25°C，3.5%，￥100", "二〇二四年，25摄氏度，百分之3点五，一百元"),
        ("ja", "東京は12.5%です。", "トーキョーワ ジューニ テンゴパーセントデス。"),
        ("ru", "5 км за 100 руб.", "5 километров за 100 рублей"),
        ("sw", "Nyuki 3", "Nyuki 3"),
    ],
)
def test_what_is_written_short_is_said_in_full(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said
    assert not normalise(written, language).warnings


@pytest.mark.parametrize(
    ("written", "said", "warned"),
    [
        ("Busy 🐝🐝 bees 👩🏽‍🚀", "Busy bees", "emoji are not spoken: 🐝 👩🏽‍🚀"),
        ("<b>Bold</b> <script>x</script>", "Bold", "markup is not spoken: <b> </b> <script> </script>"),
        ("Go to https://user:pw@www.example.com/a?b=1.", "Go to example dot com.", "only example.com is spoken"),
        ("{{ var.value }}", "var.value", "signs are not spoken: { }"),
        ("$(rm -rf /) `x`", "$(rm -rf /) x", ""),
    ],
)
def test_what_cannot_be_said_is_left_out_and_named(written: str, said: str, warned: str) -> None:
    normalised = normalise(written, "en")
    assert warned in " ".join(normalised.warnings)
    assert normalised.text == said


ODD = [
    "",
    "🐝",
    "\u202e\u0007\u200b",
    "9" * 2000,
    "1" + ",1" * 300,
    "$$$ .. @ http://",
    "½ ² ₂ Ⅷ ٣٤ १२",
    "𠮟る",
    "<" * 500 + "[" * 500 + "-" * 99,
    "\ufffd\U0010ffff",
    "2024-99-99 99.99.9999 99:99 1/0",
    "²" * 5000,
    "x" + "²" * 5000 + "^" + "9" * 5000,
    "9" * 5000 + "½ €",
    "€" + "1 000" + " 000" * 2000,
    "0." + "1" * 5000 + "%",
    "₂" * 5000 + "/" + "3" * 5000,
    ".".join(["9" * 5000] * 3),
    "①⑳㊿ Ⅻ ൰ 𒐫" + "৪" * 5000,
    "9" * 5000 + "日 1." + "9" * 5000 + "年",
]


@pytest.mark.parametrize("language", ["en", "de", "zh", "ja", "ko", "ar", "th", "uk", "ta", "sw"])
@pytest.mark.parametrize("written", ODD)
def test_no_text_is_too_odd(written: str, language: str) -> None:
    assert all(character.isprintable() for character in normalise(written, language).text)


_PIECES = [
    *"0123456789 .,:/-–−+%€$'\"<>=~²½|",
    "km",
    "°C",
    "kr",
    "er",
    ".º",
    "-й",
    "XIVe",
    "10 000",
    "٣",
    "年",
    "C#",
    "\n",
]


@given(
    st.lists(st.sampled_from(_PIECES), max_size=14).map("".join), st.sampled_from([*SPOKEN_BY_ESPEAK, "de-CH", "en-CA"])
)
@example("h2,41,000", "lb")
@example("1 000 000 000 000 000 000", "de")
@example("0. Tag, 0e, 0/0, 00:00, 31.2.2026", "de")
def test_numbers_and_signs_in_any_order_are_read_without_a_fault(written: str, language: str) -> None:
    assert normalise(written, language).text.isprintable()
