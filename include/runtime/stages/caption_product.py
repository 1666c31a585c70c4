"""`caption.product`: a product becomes the words of its card, the prompt of its picture and the look of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from pydantic import JsonValue

from include.contract.brief import Product as CatalogueProduct
from include.contract.cards import ProductText
from include.contract.digital_source import DigitalSource
from include.contract.errors import BadRequest, RejectedContent, UnknownModel
from include.contract.fanout import choose_look, product_outputs, source_output
from include.contract.look import Look
from include.contract.params import CaptionProductParams
from include.runtime.stage import ItemResult, ModelFiles, Output, Work, read_back, saved
from include.runtime.text_stage import TextStage, source_of
from include.runtime.writing.product import caption_of, image_prompt_of, price_text_of
from include.runtime.writing.whole.product import ProductAssignment, WholeProduct
from include.runtime.writing.words import tongue


class CaptionProductStage(TextStage):
    """Keeps what the catalogue says and makes the rest by rule, so that thousands of products take seconds.

    A model of one's own writes caption and image prompt in place of the rules.
    """

    def weights_of(self, model: ModelFiles) -> Path | None:
        """None: rules need no weights.

        :raises UnknownModel: the model writes sentences, for which there are no questions here.
        """
        if model.card is not None:
            raise UnknownModel(
                f"model {model.name} `writes: sentences`, and captions are written whole; add it with `writes: whole`, "
                "or leave `model` out: the built-in rules need none"
            )
        return None

    def make_item(self, work: Work) -> ItemResult:
        """Say one product."""
        params = cast(CaptionProductParams, work.params)
        if params.product is None:
            raise BadRequest("caption.product needs a brief with a `product`, such as `product: {name: Ceramic mug}`")
        if self.writes_whole:
            text, source, attributes = self._written(params, params.product, work)
        else:
            _check_prompted(params)
            text, source = product_text(params.product, params.language), DigitalSource.ALGORITHMIC
            attributes = {"caption": "given" if text.caption == text.description else "by rule"}
        look = choose_look(text.name, params.language, work.variation)
        outputs = saved((*product_outputs(text, look), source_output(source)), work.scratch)
        check_outputs(outputs)
        return ItemResult(outputs, attributes)

    def _written(
        self, params: CaptionProductParams, product: CatalogueProduct, work: Work
    ) -> tuple[ProductText, DigitalSource, Mapping[str, JsonValue]]:
        """What a model says of `product`, what wrote it, and what that took."""
        prompted = params.prompt_language or params.language
        assignment = ProductAssignment(product, params.language, prompted, work.variation)
        words = WholeProduct(assignment, self.author(work)).write()
        text = product_text(product, params.language).model_copy(
            update={"caption": words.caption, "image_prompt": words.image_prompt}
        )
        return text, source_of(words.origins), self.writing_attributes(words.origins, words.tally)


def _check_prompted(params: CaptionProductParams) -> None:
    """Rules take the image prompt from the catalogue's words."""
    if params.prompt_language and tongue(params.prompt_language) != tongue(params.language):
        raise RejectedContent(
            f"image prompts are taken from the catalogue, in {params.language!r}, and wanted in "
            f"{params.prompt_language!r}; leave `prompt_language` out, or use a model that writes whole pieces"
        )


def product_text(product: CatalogueProduct, language: str) -> ProductText:
    """All that is said of `product` by rule."""
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
