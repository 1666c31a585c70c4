from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.contract.errors import AtelierError, CorruptInput
from include.contract.params import SpeechDialogueParams
from include.contract.registry import recipes
from include.runtime.models.files import located, registry
from include.runtime.stage import ItemResult, Work
from include.runtime.stages.speech_dialogue import SpeechDialogueStage

GOLDEN = {
    ("en", 1): "89a41c7c697dd49033bf0db7065454a8b891af1dfba0a0984ea7b6a23ea08143",
    ("de", 1): "9ea484cf8175bcf44dc12c7c23daf79cc67e0008b3aaeb0f4c20cc3814f34922",
    ("en", 2): "4725e7ac7c29ae62b91f03fc3debd307938541195045eecdbf17dea42fa897bf",
    ("de", 2): "00c5a50a9506c04fbe16fc7096ca71a35c9e44773bdf3f314a706542fb9cf97c",
}


@pytest.fixture(scope="module")
def stage() -> Iterator[SpeechDialogueStage]:
    stage = SpeechDialogueStage()
    stage.setup(located(registry().identity(recipes()["speech.dialogue"].model), registry()))
    yield stage
    stage.teardown()


def spoken(
    stage: SpeechDialogueStage, folder: Path, line: object, language: str = "en", **voices: str
) -> ItemResult | AtelierError:
    scratch = folder / hashlib.sha256(f"{line}{language}{voices}".encode()).hexdigest()
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "line").write_text(line if isinstance(line, str) else json.dumps(line))
    params = SpeechDialogueParams(language=language, **voices)
    (result,) = stage.process([Work("x", params, {"line": scratch / "line"}, lambda a: 7 + a, scratch)])
    return result


@pytest.mark.parametrize(
    ("language", "voices", "names"),
    [
        ("en", {}, ["heart", "heart-low"]),
        ("de", {}, ["espeak-male", "espeak-female"]),
        ("en", {"voice": "heart-low"}, ["heart-low", "heart"]),
        ("en", {"second_voice": "espeak-female"}, ["heart", "espeak-female"]),
    ],
)
def test_each_speaker_has_a_voice_of_their_own(
    stage: SpeechDialogueStage, tmp_path: Path, language: str, voices: dict[str, str], names: list[str]
) -> None:
    results = [spoken(stage, tmp_path, {"speaker": one, "text": "Hallo."}, language, **voices) for one in (1, 2)]
    products = [result for result in results if isinstance(result, ItemResult)]
    assert [product.attributes["voice"] for product in products] == names
    assert [output.name for output in products[0].outputs] == ["speech", "timing"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script> Bees hum.", "Bees hum, and " * 140 + "dance."])
def test_a_line_with_markup_and_a_very_long_one_are_spoken(
    stage: SpeechDialogueStage, tmp_path: Path, text: str
) -> None:
    result = spoken(stage, tmp_path, {"speaker": 2, "text": text})
    assert isinstance(result, ItemResult), result
    timing = json.loads(result.outputs[1].path.read_text("utf-8"))
    assert "".join("".join(one["text"].split()) for one in timing["segments"]) == "".join(text.split())


def test_what_is_no_line_fails_alone(stage: SpeechDialogueStage, tmp_path: Path) -> None:
    assert isinstance(spoken(stage, tmp_path, "Hello."), CorruptInput)
    silent = spoken(stage, tmp_path, {"speaker": 1, "text": "🐝"})
    assert isinstance(silent, ItemResult)
    assert silent.attributes["duration_s"] == 0.5


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("speaker", [1, 2])
def test_the_bytes_are_those_of_this_revision(
    stage: SpeechDialogueStage, tmp_path: Path, language: str, speaker: int
) -> None:
    """A change here has to raise the recipe's revision (I1)."""
    result = spoken(stage, tmp_path, {"speaker": speaker, "text": "Bees matter, and 5 km is far."}, language)
    assert isinstance(result, ItemResult), result
    digest = hashlib.sha256(b"".join(output.path.read_bytes() for output in result.outputs)).hexdigest()
    assert digest == GOLDEN[language, speaker]
