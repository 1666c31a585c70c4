"""Prices as catalogues write them, and the currencies of ISO 4217."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.core import Locale, get_global
from babel.numbers import format_decimal, get_territory_currencies, list_currencies
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from include.contract.brief import Product
from include.contract.prices import DECIMALS

GONE = {"BGN"}
"""Withdrawn since, with which CLDR's table still goes."""


def product(price: object, currency: str | None = None) -> Product:
    return Product.model_validate({"name": "Mug", "price": price, "currency": currency})


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("1299", "1299"),
        ("12.50", "12.50"),
        ("12,50", "12.50"),
        ("12,5", "12.5"),
        ("0,500", "0.500"),
        ("1.299,00", "1299.00"),
        ("1,299.00", "1299.00"),
        ("1'299.00", "1299.00"),
        ("1\u202f299,90", "1299.90"),
        ("1.299.000", "1299000"),
        ("12,345,678", "12345678"),
        ("1,29,999", "129999"),
        ("12,34,567.50", "1234567.50"),
        (12.5, "12.5"),
        (Decimal("12.5000"), "12.50"),
        (Decimal("1E+3"), "1000"),
    ],
)
def test_a_price_is_read_as_the_spreadsheets_country_writes_it(written: object, price: str) -> None:
    assert product(written).price == price


LOCALES = ["en", "de", "fr", "it", "es", "pt-BR", "nl", "pl", "cs", "sv", "da", "de-CH", "ru", "tr", "hu"]
IN_INDIA = ["en-IN", "hi"]


@given(st.decimals(min_value=0, max_value=10**8, places=2), st.sampled_from([*LOCALES, *IN_INDIA]))
def test_a_price_with_its_decimals_is_that_price_however_a_country_writes_it(amount: Decimal, locale: str) -> None:
    pattern = "#,##,##0.00" if locale in IN_INDIA else "#,##0.00"
    written = format_decimal(amount, format=pattern, locale=Locale.parse(locale, "-"))
    found = product(written).price
    assert found is not None
    assert Decimal(found) == amount


@given(st.text("0123456789.,' €-e", max_size=24) | st.decimals() | st.floats())
@example(Decimal("1E+999999"))
def test_whatever_a_price_is_it_is_a_plain_number_or_refused(written: object) -> None:
    try:
        found = product(written).price
    except ValidationError:
        return
    assert found is not None
    assert 0 <= Decimal(found) < 10**12


@pytest.mark.parametrize("written", ["1,299", "12,500", "999,999"])
def test_a_comma_that_may_stand_between_thousands_is_refused_with_both_readings(written: str) -> None:
    thousands, decimals = written.replace(",", ""), written.replace(",", ".")
    with pytest.raises(ValidationError, match=f"may be {thousands} or {decimals}; write the one you mean"):
        product(written)


@pytest.mark.parametrize("written", ["1,2,999", "0.500.000", "€5", "12 EUR", "1299,", ",5", "1e5", "-1", "١٢"])
def test_what_is_no_number_in_any_country_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="is not a plain number such as 1299 or 12.50"):
        product(written)


@pytest.mark.parametrize(
    ("price", "currency", "says"),
    [
        ("1.299", "EUR", "EUR has 2; write 1.30 or 1299"),
        ("12.000", "USD", "USD has 2; write 12.00 or 12000"),
        ("12.5", "JPY", "JPY has none; write 12"),
        ("1.2345", "KWD", "KWD has 3; write 1.234"),
    ],
)
def test_a_price_with_more_decimals_than_its_currency_is_refused(price: str, currency: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        product(price, currency)


@pytest.mark.parametrize(("price", "currency"), [("1299.00", "JPY"), ("3.500", "KWD"), ("1299.0000", "EUR")])
def test_zeros_at_its_end_do_no_harm(price: str, currency: str) -> None:
    assert product(price, currency).price == price


def test_the_currencies_are_those_of_iso_4217_that_are_tender_today() -> None:
    tender = {code for place in get_global("territory_currencies") for code in get_territory_currencies(place)}
    assert tender - GONE <= set(DECIMALS)
    assert set(DECIMALS) <= set(list_currencies())
    assert not {"DEM", "HRK", "SLL", "XTS", "XXX"} & set(DECIMALS)


@pytest.mark.parametrize(
    ("found", "says"),
    [("eur", "did you mean `EUR`"), ("€", "did you mean `EUR`"), ("EURO", "such as EUR"), ("QQQ", "")],
)
def test_what_is_no_currency_is_refused(found: str, says: str) -> None:
    with pytest.raises(ValidationError, match=rf"is not a currency of ISO 4217.*{says}"):
        product("1", found)
