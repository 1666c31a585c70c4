"""What a product card says, and its formats."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from include.contract.brief import Language, ProductLabel, ProductName
from include.contract.prices import Currency, Price
from include.contract.values import CleanText, Closed, Description, ImagePrompt


class CardFormat(StrEnum):
    """Shape and size of a card, by where it is shown."""

    SQUARE = "square"
    PORTRAIT = "portrait"
    STORY = "story"

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return _SIZES_PX[self]

    @property
    def output(self) -> str:
        """Name of the output that a card of this format is."""
        return f"card_{self.value}"


_SIZES_PX = {
    CardFormat.SQUARE: (1080, 1080),
    CardFormat.PORTRAIT: (1080, 1350),
    CardFormat.STORY: (1080, 1920),
}


class ProductText(Closed):
    """All that a card says about a product, as the text stage hands it on."""

    name: ProductName
    language: Language
    caption: Annotated[str, CleanText(300)] | None
    """One or two lines that sell it; None if only its name is known."""
    price_text: Annotated[str, Field(max_length=60)] | None
    """The price with its currency, as the language writes it."""
    price: Price | None
    currency: Currency | None
    brand: ProductLabel | None
    category: ProductLabel | None
    description: Description | None
    image_prompt: ImagePrompt
