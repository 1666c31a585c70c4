"""What is said about a product, by rules: in any language, and cheap enough for a catalogue of thousands."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import format_currency, format_decimal, get_currency_precision

from include.contract.brief import Product
from include.runtime.languages.sentences import sentence_ends
from include.runtime.languages.widths import columns_of
from include.runtime.writing.words import shortened

LONGEST_CAPTION_UNITS = 140
"""In widths of a Latin character; two or three lines of a card."""
_LONGEST_PROMPT_CHARACTERS = 240
_LETTER_AT_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
"""Where UTS #35 (currency spacing) has a space that Babel does not set: `KWD 3.500`."""
_PLAIN_LOCALE = Locale("en")


def caption_of(product: Product, language: str) -> str | None:
    """The description's whole sentences, as many as fit, else the category beside a brand; None if neither helps.

    A card's heading has the brand, or the category if there is none, so that neither appears twice.
    """
    if product.description:
        return _cut(product.description, language)
    return product.category if product.brand else None


def _cut(description: str, language: str) -> str:
    whole = " ".join(description.split())
    units = columns_of(whole)
    if units <= LONGEST_CAPTION_UNITS:
        return whole
    caption = shortened(whole, LONGEST_CAPTION_UNITS * len(whole) // units, language)
    return caption if len(caption) in sentence_ends(whole, language) else f"{caption}…"


def image_prompt_of(product: Product, language: str) -> str:
    """The name, then what the catalogue says beside it: the illustrator gives most room to what it finds first."""
    said = (product.name, product.category, product.description)
    whole = ", ".join(" ".join(text.split()) for text in said if text)
    return shortened(whole, _LONGEST_PROMPT_CHARACTERS, language)


def price_text_of(product: Product, language: str) -> str | None:
    """The price as CLDR writes it in `language`; None without a price.

    With the decimals that CLDR shows for the currency, or all those of ISO 4217 if the price needs them.
    """
    if product.price is None:
        return None
    price, locale = Decimal(product.price), _locale(language)
    if product.currency is None:
        return format_decimal(price, locale=locale, decimal_quantization=False)
    # Where CLDR shows no decimals of a currency and this price needs them, they are the two of the locale's pattern.
    suffices = price == round(price, get_currency_precision(product.currency))
    written = format_currency(
        price, product.currency, locale=locale, currency_digits=suffices, decimal_quantization=False
    )
    return _LETTER_AT_DIGIT.sub("\N{NO-BREAK SPACE}", written)


@cache
def _locale(language: str) -> Locale:
    """CLDR's locale for a BCP 47 tag; English where CLDR has none."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return _PLAIN_LOCALE
