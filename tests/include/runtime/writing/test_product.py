from __future__ import annotations

import pytest

from include.contract.brief import Product
from include.runtime.languages.widths import columns_of
from include.runtime.writing.product import LONGEST_CAPTION_UNITS, caption_of, image_prompt_of, price_text_of


@pytest.mark.parametrize(
    ("language", "currency", "price", "text"),
    [
        ("en", "USD", "1299", "$1,299.00"),
        ("de", "EUR", "12.5", "12,50\xa0€"),
        ("fr", "EUR", "1234567", "1\u202f234\u202f567,00\xa0€"),
        ("hi", "INR", "123456.5", "₹1,23,456.50"),
        ("ja", "JPY", "1200", "￥1,200"),
        ("zh-Hans", "CNY", "168", "¥168.00"),
        ("he", "ILS", "79.9", "\u200f79.90\xa0\u200f₪"),
        ("en", "JPY", "1299.00", "¥1,299"),
        ("en", "KWD", "3.5", "KWD\xa03.500"),
        ("en", "IQD", "1500", "IQD\xa01,500"),
        pytest.param("de", "RSD", "1299.5", "1.299,50\xa0RSD", id="CLDR shows no decimals, and the price has some"),
        pytest.param("en", "XCG", "12", "Cg.12.00", id="a new currency"),
        pytest.param("de", None, "1234.5", "1.234,5", id="no currency"),
        pytest.param("en", "EUR", None, None, id="no price"),
        pytest.param("tlh", "EUR", "1234.5", "€1,234.50", id="a language that CLDR lacks"),
    ],
)
def test_a_price_is_written_as_its_language_does(
    language: str, currency: str | None, price: str | None, text: str | None
) -> None:
    assert price_text_of(Product(name="x", price=price, currency=currency), language) == text


def test_a_short_description_is_the_caption_word_for_word() -> None:
    assert (
        caption_of(Product(name="x", description="Soft cotton.\nMade <b>well</b>!"), "en")
        == "Soft cotton. Made <b>well</b>!"
    )


@pytest.mark.parametrize(
    ("description", "ends"),
    [
        pytest.param("Soft cotton. Washable. " + "Very long " * 30, "Washable.", id="whole sentences"),
        pytest.param("word " * 80, "word…", id="one long sentence"),
        pytest.param("x" * 400, "x…", id="one long word"),
        pytest.param(
            "It holds " * 12 + "exactly 0.75 l of water, tea or coffee on the go", "of water, tea or…", id="a decimal"
        ),
        pytest.param("Made by Dr. Clay in St. Gallen for all who love " + "tea " * 40, "tea…", id="abbreviations"),
        pytest.param("Visit www.nordic-clay.example for " + "more " * 40, "more…", id="a host"),
        pytest.param("手工拉坯的陶瓷杯，釉色温润。" * 20, "。", id="wide characters count twice"),
    ],
)
def test_a_long_description_is_cut_where_it_may_be(description: str, ends: str) -> None:
    caption = caption_of(Product(name="x", description=description), "und")
    assert caption is not None
    assert caption.endswith(ends)
    assert 10 < columns_of(caption) <= LONGEST_CAPTION_UNITS + 1


def test_without_description_the_category_stands_in_beside_a_brand() -> None:
    assert caption_of(Product(name="x", brand="ACME", category="Kitchen"), "en") == "Kitchen"
    assert caption_of(Product(name="x", category="Kitchen"), "en") is None


def test_the_picture_shows_what_the_name_says_first() -> None:
    product = Product(name="Mug", category="Kitchen", description="For tea. " * 100)
    prompt = image_prompt_of(product, "en")
    assert prompt.startswith("Mug, Kitchen, For tea.")
    assert len(prompt) <= 240
