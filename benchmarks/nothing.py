"""`python -m include.runtime` with stages that do nothing but leave a few bytes for each output: all else is real."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from pydantic import BaseModel

from include.contract.cards import ProductText
from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError
from include.contract.labels import PieceLabel
from include.contract.look import Light, Look, Palette
from include.contract.ports import OutputSpec
from include.contract.registry import recipe_named
from include.runtime.stage import ItemResult, Output, Stage, Work
from tests.include.runtime.entry import replace_stages, run_and_exit

DOCUMENTS: dict[type[BaseModel], Callable[[str], BaseModel]] = {
    ProductText: lambda item: ProductText(
        name=item,
        language="en",
        caption=f"{item}, which is a good one",
        price_text="EUR 7.50",
        price=None,
        currency=None,
        brand=None,
        category=None,
        description=None,
        image_prompt=f"{item} on a table",
    ),
    Look: lambda item: Look(hero=item, palette=Palette.MEADOW, light=Light.DAY, seed=0),
    PieceLabel: lambda item: PieceLabel(digital_source=DigitalSource.ALGORITHMIC, sentence="", language="en"),
}


class NothingStage(Stage):
    """Leaves an output of every name that the recipe has, one of each family."""

    def __init__(self, recipe: str) -> None:
        self._declared = recipe_named(recipe).outputs

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """Every item of `batch`."""
        return [ItemResult(tuple(self._output(work, each) for each in self._declared)) for work in batch]

    def _output(self, work: Work, declared: OutputSpec) -> Output:
        name = f"{declared.name}01" if declared.name.endswith("/") else declared.name
        path = work.scratch / name.replace("/", "-")
        path.write_text(_words(work.item, name, declared.document))
        return Output(name, path, declared.media_type)


def _words(item: str, name: str, document: type[BaseModel] | None) -> str:
    if document is not None:
        return DOCUMENTS[document](item).model_dump_json()
    return DigitalSource.ALGORITHMIC if name == "digital_source" else f"{item} {name}"


if __name__ == "__main__":
    replace_stages(NothingStage)
    run_and_exit(sys.argv[1:])
