"""The real pictograms, enlarged once a session."""

from __future__ import annotations

import pytest

from include.runtime.illustrator.pictograms import EmojiFont, Pictograms
from include.runtime.illustrator.sketch import Sketch
from include.runtime.illustrator.vocabulary import Vocabulary
from include.runtime.pictures.upscaler import Upscaler
from tests.include.runtime.illustrator.parts import FONT, UPSCALER


@pytest.fixture(scope="session")
def font() -> EmojiFont:
    return EmojiFont(FONT)


@pytest.fixture(scope="session")
def upscaler() -> Upscaler:
    return Upscaler(UPSCALER)


@pytest.fixture(scope="session")
def pictograms(tmp_path_factory: pytest.TempPathFactory) -> Pictograms:
    return Pictograms(FONT, UPSCALER, tmp_path_factory.getbasetemp() / "atelier-cache" / "pictograms")


@pytest.fixture(scope="session")
def vocabulary(pictograms: Pictograms) -> Vocabulary:
    return Vocabulary(pictograms.has)


@pytest.fixture(scope="session")
def sketch(pictograms: Pictograms) -> Sketch:
    return Sketch(pictograms)
