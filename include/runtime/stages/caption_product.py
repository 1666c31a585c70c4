"""`caption.product`: a product becomes the words of its card, the prompt of its picture and the look of both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from include.contract.brief import Product as CatalogueProduct
from include.contract.cards import ProductText
from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, BadRequest, CheckFailed
from include.contract.fanout import choose_look, product_outputs, source_output
from include.contract.look import Look
from include.contract.params import CaptionProductParams
from include.runtime.stage import ItemResult, Output, Stage, Work, read_back
from include.runtime.writing.product import caption_of, image_prompt_of, price_text_of


class CaptionProductStage(Stage):
    """Keeps what the catalogue says and makes the rest by rule, so that thousands of products take seconds."""

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """Say every product of the batch; a brief without one fails alone."""
        return [self._result(work) for work in batch]

    def _result(self, work: Work) -> ItemResult | AtelierError:
        params = cast(CaptionProductParams, work.params)
        if params.product is None:
            return BadRequest("caption.product needs a brief with a `product`, such as `product: {name: Ceramic mug}`")
        text = product_text(params.product, params.language)
        look = choose_look(text.name, params.language, work.variation)
        try:
            told = (*product_outputs(text, look), source_output(DigitalSource.ALGORITHMIC))
            outputs = tuple(_saved(told, work.scratch))
            check_outputs(outputs)
        except CheckFailed as error:
            return error
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


def _saved(contents: Sequence[tuple[str, bytes, str]], scratch: Path) -> list[Output]:
    outputs = []
    for number, (name, content, media_type) in enumerate(contents):
        path = scratch / f"{number:03d}"
        path.write_bytes(content)
        outputs.append(Output(name, path, media_type))
    return outputs


def check_outputs(outputs: Sequence[Output]) -> None:
    """Open the finished files again.

    :raises CheckFailed: the words or the look cannot be read back.
    """
    by_name = {output.name: output.path.read_bytes() for output in outputs}
    read_back(ProductText, by_name["script"], "words of the product")
    read_back(Look, by_name["look"], "look")
