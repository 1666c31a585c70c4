from __future__ import annotations

import pytest

from include.contract.markup import shown_text
from include.runtime.voices.normalise import normalise


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("de", "10⁻³ und x²", "10 hoch minus 3 und x hoch 2"),
        ("zh", "10⁶", "10的6次方"),
        ("en", "10⁻³, 10⁶, x²", "10 to the minus 3, 10 to the 6, x squared"),
        ("fr", "10^6, 10^-3, 10^{12}", "10 puissance 6, 10 puissance moins 3, 10 puissance 12"),
        ("en", "(a+b)³", "(a+b) cubed"),
        ("de", "2ⁿ⁺¹", "2 hoch n plus 1"),
        ("de", "Na⁺ und SO₄²⁻", "Na plus und SO4 2 minus"),
        ("de", "10⁶7 und log₁₀100", "10 hoch 6, 7 und log10, 100"),
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


@pytest.mark.parametrize(
    ("markup", "language", "said"),
    [
        ("10<sup>6</sup> Bienen", "de", "10 hoch 6 Bienen"),
        ("10<sup>6</sup>", "sw", "10, 6"),
        ("H<sub>2</sub>O", "fr", "H 2 O"),
        ("2<sup>nd</sup>", "en", "2nd"),
        ("5 km<sup>2</sup>", "en", "5 square kilometers"),
        ("1<sup>1</sup>/<sub>2</sub> l", "de", "ein einhalb Liter"),
    ],
)
def test_what_html_sets_high_or_low_is_spoken_as_such(markup: str, language: str, said: str) -> None:
    assert normalise(shown_text(markup), language).text == said
    assert normalise(markup, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [("de", "Die Bienen¹, ²", "Die Bienen"), ("zh", "蜜蜂¹。", "蜜蜂。"), ("en", "So.²", "So.")],
)
def test_the_mark_of_a_note_is_left_out_and_told(language: str, written: str, said: str) -> None:
    normalised = normalise(written, language)
    assert normalised.text == said
    assert "marks of notes are not spoken" in normalised.warnings[0]
