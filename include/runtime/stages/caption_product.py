"""`caption.product`: a product becomes the words of its card, the prompt of its picture and the look of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from include.contract.brief import Product as CatalogueProduct
from include.contract.cards import ProductText
from include.contract.digital_source import DigitalSource
from include.contract.errors import BadRequest
from include.contract.fanout import choose_look, product_outputs, source_output
from include.contract.look import Look
from include.contract.params import CaptionProductParams
from include.runtime.stage import ItemResult, ItemStage, Output, Work, read_back, saved
from include.runtime.writing.product import caption_of, image_prompt_of, price_text_of


class CaptionProductStage(ItemStage):
    """Keeps what the catalogue says and makes the rest by rule, so that thousands of products take seconds."""

    def make_item(self, work: Work) -> ItemResult:
        """Say one product."""
        params = cast(CaptionProductParams, work.params)
        if params.product is None:
            raise BadRequest("caption.product needs a brief with a `product`, such as `product: {name: Ceramic mug}`")
        text = product_text(params.product, params.language)
        look = choose_look(text.name, params.language, work.variation)
        outputs = saved((*product_outputs(text, look), source_output(DigitalSource.ALGORITHMIC)), work.scratch)
        check_outputs(outputs)
        return ItemResult(outputs, {"caption": "given" if text.caption == text.description else "by rule"})


def product_text(product: CatalogueProduct, language: str) -> ProductText:
    """All that is said of `product`."""
    return ProductText(
        **product.model_dump(),
        language=language,
        caption=caption_of(product, language),
        price_text=price_text_of(product, language),
        image_prompt=image_prompt_of(product, language),
    )


def check_outputs(outputs: Sequence[Output]) -> None:
    """Open the finished files again.

    :raises CheckFailed: the words or the look cannot be read back.
    """
    by_name = {output.name: output.path.read_bytes() for output in outputs}
    read_back(ProductText, by_name["script"], "words of the product")
    read_back(Look, by_name["look"], "look")
