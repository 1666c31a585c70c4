from __future__ import annotations

from decimal import Decimal

import pytest

from include.runtime.voices import cldr
from include.runtime.voices.spoken_forms import CURRENCIES, UNITS


@pytest.mark.parametrize("language", sorted(cldr.KNOWN - {"en"}))
def test_a_known_language_has_words_of_its_own(language: str) -> None:
    """ICU answers in the process's language where it has none."""
    assert cldr.counted(Decimal(5), "5", "kilometer", language) not in ("5 kilometers", "5 km")
    assert cldr.counted(Decimal(5), "5", "kilometer", language).count("5") == 1


@pytest.mark.parametrize("language", ["de", "th", "it", "sv", "ar"])
def test_words_bear_no_invisible_characters(language: str) -> None:
    assert cldr.spelled(12345, language).replace(" ", "").replace("-", "").isprintable()
    assert not set(cldr.spelled(12345, language)) & set("\u00ad\u200b\u200e")


@pytest.mark.parametrize("unit", sorted(set(UNITS.values())))
def test_every_unit_exists(unit: str) -> None:
    assert "7" in cldr.counted(Decimal(7), "7", unit, "de")


@pytest.mark.parametrize("currency", sorted(set(CURRENCIES.values())))
def test_every_currency_exists(currency: str) -> None:
    assert currency not in cldr.paid(Decimal(7), "7", currency, "de")
