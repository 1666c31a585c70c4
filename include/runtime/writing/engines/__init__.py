"""What answers prompts, one file per backend; a backend's libraries are imported only if a card asks for it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from include.contract.errors import UnknownModel
from include.runtime.stage import ModelFiles
from include.runtime.writing.text_engine import TextEngine


def engine_of(model: ModelFiles) -> TextEngine:
    """The engine of the card's backend, its model loaded.

    :raises UnknownModel: the model has no card, or this environment lacks what its backend needs.
    """
    if model.card is None:
        raise UnknownModel(f"model {model.name} has no card, so nothing says what runs it")
    module = f"{__name__}.{model.card.backend}_engine"
    try:
        opened: Callable[[ModelFiles], TextEngine] = import_module(module).open_engine
    except ImportError as error:
        needed = (error.name or "").partition(".")[0].replace("_", "-")
        if needed in ("", "include"):
            raise
        raise UnknownModel(
            f"this environment lacks {needed}, which model {model.name} needs (backend `{model.card.backend}`); "
            "install include/runtime/requirements-models.txt (`make setup-models`), or use an image that has it"
        ) from error
    return opened(model)
