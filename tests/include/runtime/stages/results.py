"""What a stage made of an item, as its tests look at it; and stages whose model is not loaded, or only once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import BaseModel

from include.contract.brief import Brief
from include.contract.errors import AtelierError
from include.runtime.stage import ItemResult, Work
from include.runtime.text_stage import TextStage
from include.runtime.writing.text_model import TextModel
from tests.include.runtime.writing.parts import MODEL, no_model, text_model


class Unasked:
    """Before a stage: asking its model at all is an error."""

    def text_model(self) -> TextModel:
        return no_model()


class LoadedOnce:
    """Before a stage: its model is the built-in one, which the tests load once."""

    def text_model(self) -> TextModel:
        return text_model()


def made_by(
    stage: TextStage,
    params: type[BaseModel],
    brief: Brief,
    scratch: Path,
    variation: int = 0,
    tell: Callable[[float], None] = lambda share: None,
) -> ItemResult | AtelierError:
    """What `stage` makes of `brief`, whose fields `params` takes."""
    fields = {name: getattr(brief, name) for name in params.model_fields if name in Brief.model_fields}
    folder = scratch / hashlib.sha256(f"{variation}{brief}".encode()).hexdigest()
    folder.mkdir(exist_ok=True)
    stage.setup(MODEL)
    (made,) = stage.process([Work("item", params(**fields), {}, lambda attempt: attempt, folder, variation, tell)])
    return made


def files(made: ItemResult | AtelierError) -> dict[str, Path]:
    """Of an item that was made."""
    assert isinstance(made, ItemResult), made
    return {output.name: output.path for output in made.outputs}


def texts(made: ItemResult | AtelierError) -> dict[str, str]:
    """What is written in its files."""
    return {name: path.read_text("utf-8") for name, path in files(made).items()}


def digests(files: Mapping[str, Path]) -> dict[str, str]:
    """SHA-256 of each file."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def digest(texts: Mapping[str, str]) -> str:
    """SHA-256 over all texts, as a golden one is taken."""
    return hashlib.sha256("\0".join(f"{name}\0{text}" for name, text in texts.items()).encode()).hexdigest()
