from __future__ import annotations

import pytest

from include.runtime.voices.normalise import normalise


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("de", "1/2 Liter, 3/4 Stunde, 1½ Liter", "ein halb Liter, 3 viertel Stunde, ein einhalb Liter"),
        ("fr", "1/2, 3/4 heure, 2/3", "un demi, 3 quarts heure, 2 tiers"),
        ("es", "1/2 litro, 2/5", "un medio litro, 2 quintos"),
        ("it", "½, ¼", "un mezzo, un quarto"),
        ("zh", "1/2, 3/4的人", "二分之一, 4分之3的人"),
        ("en", "24/7 and a 50/50 chance", "24 7 and a 50 50 chance"),
        ("ru", "2/3, 5/6", "две трети, 5 шестых"),
        ("tr", "3/4", "dörtte 3"),
        ("ar", "2/3", "ثلثان"),
        ("vi", "3/4", "3 phần tư"),
        ("de", "24/7, 2024/25, 1/2/3", "24 7, 2024 25, 1 2 3"),
        ("en", "1½ cups, 1 3/4 cups, 1/2, ⅔", "1 and a half cups, 1 and 3 quarters cups, one half, 2 thirds"),
    ],
)
def test_fractions_are_spoken_as_such(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("de", "10⁻³ und x²", "10 hoch minus 3 und x hoch 2"),
        ("zh", "10⁶", "10的6次方"),
        ("en", "10⁻³, 10⁶, x²", "10 to the minus 3, 10 to the 6, x squared"),
        ("fr", "10^6, 10^-3, 10^{12}", "10 puissance 6, 10 puissance moins 3, 10 puissance 12"),
        ("en", "(a+b)³", "(a+b) cubed"),
    ],
)
def test_powers_are_spoken(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said
    assert not normalise(written, language).warnings


@pytest.mark.parametrize(("language", "written", "said"), [("sw", "10⁶", "10, 6"), ("ta", "2^10", "2, 10")])
def test_a_power_without_a_word_is_a_number_of_its_own_and_told(language: str, written: str, said: str) -> None:
    normalised = normalise(written, language)
    assert normalised.text == said
    assert "no word for powers" in normalised.warnings[0]


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("de", "H₂O und x₁", "H 2 O und x1"),
        ("de", "1010₂", "1010, 2"),
        ("fr", "¹/₂ heure, 1³/₄ heure", "un demi heure, 1 et 3 quarts heure"),
        ("en", "¹⁄₂", "one half"),
    ],
)
def test_what_is_set_small_is_no_part_of_the_number_before_it(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said
