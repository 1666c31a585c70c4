"""The words of a product's card: what the catalogue says stays as it is; caption and image prompt are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from include.contract.brief import Product
from include.contract.values import CleanText
from include.runtime.languages.widths import columns_of
from include.runtime.writing.asking import Tally
from include.runtime.writing.product import LONGEST_CAPTION_UNITS
from include.runtime.writing.telling import Origin
from include.runtime.writing.whole.answering import Written, form_of
from include.runtime.writing.whole.author import Author, Errand
from include.runtime.writing.whole.flaws import Judge, Length, Said
from include.runtime.writing.whole.letter import language_name, task_of

_CAPTION = Length(5, 18)
_PROMPT = "image_prompt/01"
_EXPECTED_TOKENS = 120


@dataclass(frozen=True)
class ProductAssignment:
    """What to say about a product, and what is given."""

    product: Product
    language: str
    prompted: str
    """The language of its image prompt."""
    variation: int


@dataclass(frozen=True)
class ProductWords:
    """What was written about a product, and how it came about."""

    caption: str
    image_prompt: str
    origins: dict[str, Origin]
    tally: Tally


class WholeProduct:
    """Writes about one product."""

    def __init__(self, assignment: ProductAssignment, author: Author) -> None:
        self._assignment, self._author = assignment, author
        description = " ".join((assignment.product.description or "").split())
        self._given = description if 0 < columns_of(description) <= LONGEST_CAPTION_UNITS else None

    def write(self) -> ProductWords:
        """Caption and image prompt; a description that is short enough is the caption.

        :raises RejectedContent: nothing that the model wrote was usable.
        """
        fields: dict[str, Any] = {"image_prompt": Annotated[str, CleanText(400)]}
        if self._given is None:
            fields = {"caption": Annotated[str, CleanText(LONGEST_CAPTION_UNITS)], **fields}
        written = self._author.written(self._errand(fields))
        return ProductWords(self._caption(written), written["image_prompt"], self._origins(), self._author.tally)

    def _errand(self, fields: Mapping[str, Any]) -> Errand:
        one = self._assignment
        data = one.product.model_dump(mode="json", exclude_none=True)
        return Errand(
            name="product",
            words={
                "language": language_name(one.language),
                "prompt_language": language_name(one.prompted),
                "length": _CAPTION.told(one.language),
            },
            given=data,
            task=task_of(None, one.variation),
            form=form_of("WrittenProduct", fields),
            flaws=lambda written: self._flaws(written, str(data)),
            expected_tokens=_EXPECTED_TOKENS,
        )

    def _caption(self, written: Written) -> str:
        return self._given or " ".join(written["caption"].split())

    def _origins(self) -> dict[str, Origin]:
        return {"caption": Origin.GIVEN if self._given else Origin.MODEL, _PROMPT: Origin.MODEL}

    def _flaws(self, written: Written, about: str) -> list[str]:
        one, origins, caption = self._assignment, self._origins(), self._caption(written)
        judge = Judge(one.language, one.prompted, one.product.name, about, lambda part: origins[part] is Origin.MODEL)
        flaws = judge.flaws([Said("caption", caption, _CAPTION)], {_PROMPT: written["image_prompt"]})
        if (columns := columns_of(caption)) > LONGEST_CAPTION_UNITS:
            flaws.append(f"caption: is {columns} columns wide; allowed: {LONGEST_CAPTION_UNITS}")
        return flaws
