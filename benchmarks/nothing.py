"""`python -m include.runtime` with stages that do nothing but leave a few bytes for each output: all else is real."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from include.contract.errors import AtelierError
from include.contract.models import ModelRegistry
from include.contract.registry import recipe_named
from include.runtime import __main__ as runtime
from include.runtime.stage import ItemResult, ModelFiles, Output, Stage, Work

MEDIA_TYPES = {"script": "application/json", "look": "application/json", "thumbnail": "image/webp"}


class NothingStage(Stage):
    """Leaves an output of every name that the recipe has, one of each family."""

    def __init__(self, recipe: str) -> None:
        names = [f"{name}01" if name.endswith("/") else name for name in recipe_named(recipe).outputs]
        self._outputs = {name: MEDIA_TYPES.get(name, _media_type(name)) for name in names}

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """Every item of `batch`."""
        return [ItemResult(tuple(self._output(work, *each) for each in self._outputs.items())) for work in batch]

    def _output(self, work: Work, name: str, media_type: str) -> Output:
        path = work.scratch / name.replace("/", "-")
        path.write_text(
            f'{{"caption": "{work.item} {name}"}}' if media_type.endswith("json") else f"{work.item} {name}"
        )
        return Output(name, path, media_type)


def _media_type(name: str) -> str:
    return "image/jpeg" if name.startswith(("image", "card")) and "prompt" not in name else "text/plain"


def _no_files(model: object, registry: ModelRegistry, store: object) -> ModelFiles:
    return ModelFiles("nothing", "", {})


if __name__ == "__main__":
    from include.runtime.models import asked

    runtime.stage_of, asked.located = NothingStage, _no_files  # type: ignore[assignment]
    code = runtime.main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
