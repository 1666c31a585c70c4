"""English amounts of money as they are said."""

from __future__ import annotations

import pytest

from include.runtime.voices.english_money import money_in_words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("$1", "1 dollar"),
        ("$20", "20 dollars"),
        ("20 €", "20 euros"),
        ("€ 1,250", "1,250 euros"),
        ("US$20", "20 U.S. dollars"),
        ("20 GBP", "20 pounds"),
        ("¥1", "1 yen"),
        ("$4.99", "4 dollars and 99 cents"),
        ("$1.01", "1 dollar and 1 cent"),
        ("£0.01", "1 penny"),
        ("£0.50", "50 pence"),
        ("$5.00", "5 dollars"),
        ("$1.5", "1.5 dollars"),
        ("$1 million", "1 million dollars"),
        ("$3.5bn", "3.5 billion dollars"),
        ("$20k", "20 thousand dollars"),
        ("−$3.5bn", "−3.5 billion dollars"),
        ("$−3", "−3 dollars"),
        ("$20-$30", "20 to 30 dollars"),
        ("$20–30", "20 to 30 dollars"),
        ("$1-2 million", "1 to 2 million dollars"),
        ("It costs $4.99.", "It costs 4 dollars and 99 cents."),
    ],
)
def test_an_amount_is_said_with_its_currency_after_it(written: str, said: str) -> None:
    assert money_in_words(written) == said


@pytest.mark.parametrize("currency", ["CHF", "¥", "₽"])
def test_any_other_currency_has_the_name_of_the_cldr(currency: str) -> None:
    assert currency not in money_in_words(f"{currency}20")
    assert money_in_words(f"{currency}20").startswith("20 ")


def test_a_short_scale_is_said_also_without_money() -> None:
    assert money_in_words("It grew by 3bn trees") == "It grew by 3 billion trees"


@pytest.mark.parametrize("text", ["A$AP", "$", "$HOME", "20", "x$5y", "No money here."])
def test_what_is_no_amount_stays(text: str) -> None:
    assert money_in_words(text) == text
