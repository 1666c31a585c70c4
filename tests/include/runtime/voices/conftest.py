from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import espeakng_loader
import hibari
import pytest

from include.runtime.voices.english import EnglishVoice
from include.runtime.voices.espeak import EspeakVoice


@pytest.fixture
def espeak() -> Iterator[EspeakVoice]:
    voice = EspeakVoice(Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path()))
    yield voice
    voice.close()


@pytest.fixture(scope="session")
def english() -> EnglishVoice:
    return EnglishVoice(Path(hibari.__file__).parent / "assets" / "hibari.onnx")
