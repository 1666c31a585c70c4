"""What cards are made of in tests."""

from __future__ import annotations

from functools import cache

from include.contract.brief import Product
from include.contract.cards import ProductText
from include.runtime.media.typesetting import Typesetter
from include.runtime.stages.caption_product import product_text
from tests.include.runtime.composition.media import fonts


def said(name: str = "Ceramic Mug Aurora", language: str = "en", **product: str) -> ProductText:
    """What is said of a product."""
    return product_text(Product.model_validate({"name": name, **product}), language)


@cache
def setter(weight: int, language: str = "en") -> Typesetter:
    return Typesetter(fonts(), language, weight)


FULL = {
    "brand": "Nordic Clay",
    "category": "Kitchen",
    "price": "24.50",
    "currency": "EUR",
    "description": "Hand-thrown stoneware with a glaze like northern lights.",
}
HOSTILE = {
    "long": "Extraordinarily comfortable waterproof shoes " * 4 + "to the end",
    "one word": "W" * 200,
    "wide": "陶" * 200,
    "emoji": "👩‍👩‍👧🐝❤️" * 20,
    "widest": "﷽" * 60,
    "markup": "<b>Mug</b> & {{ price }} ${HOME}\n\t%s",
    "right to left": "عسل السدر الجبلي من جبال اليمن " * 6,
    "both ways": "שלום Mug \u202eABC 123 مرحبا",
    "marks": "Z" + "\u0335\u0321\u0310" * 60 + "algo",
    "no glyph": "Mug \U000130b8\ue000",
}
