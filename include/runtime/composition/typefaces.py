"""The typefaces in which films are set: the fonts of the model."""

from __future__ import annotations

from pathlib import Path

from include.runtime.media.typesetting import Typesetter
from include.runtime.stage import ModelFiles

WEIGHT = 700
FONT = "font-"


def typesetter_of(model: ModelFiles, language: str) -> Typesetter:
    """A typesetter for text in `language`, of all fonts of `model`."""
    return Typesetter(named(model, FONT), language, WEIGHT)


def named(model: ModelFiles, prefix: str) -> dict[str, Path]:
    """The model's files whose short name starts with `prefix`, by the rest of it."""
    return {name.removeprefix(prefix): path for name, path in model.files.items() if name.startswith(prefix)}
