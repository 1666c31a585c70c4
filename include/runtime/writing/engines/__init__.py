"""What answers prompts, one file per backend; a backend's libraries are imported only if a card asks for it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from include.contract.errors import UnknownModel
from include.runtime.models.lacking import lacking_told
from include.runtime.stage import ModelFiles
from include.runtime.writing.text_engine import TextEngine


def engine_of(model: ModelFiles) -> TextEngine:
    """The engine of the card's backend, its model loaded.

    :raises UnknownModel: the model has no card, or this environment lacks what its backend needs.
    """
    if model.card is None:
        raise UnknownModel(f"model {model.name} has no card, so nothing says what runs it")
    with lacking_told(model):
        module = import_module(f"{__name__}.{model.card.backend}_engine")
        opened: Callable[[ModelFiles], TextEngine] = module.open_engine
        return opened(model)
