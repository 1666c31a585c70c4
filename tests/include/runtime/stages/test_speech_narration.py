from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, CheckFailed
from include.contract.params import SpeechNarrationParams
from include.runtime import speech_stage
from include.runtime.languages.widths import columns_of
from include.runtime.models.files import located, registry
from include.runtime.stage import ItemResult, ModelFiles, Work
from include.runtime.stages.speech_narration import SpeechNarrationStage
from include.runtime.voices.audio import Samples, read_wav, seconds, write_wav
from tests.include.runtime.composition.media import tone, track

STAGE_MODULE = speech_stage.__name__
PROJECT_ROOT = Path(__file__).parents[4]

GOLDEN = {
    ("en", "auto", "Bees matter, and 5 km is far."): "89a41c7c697dd49033bf0db7065454a8b891af1dfba0a0984ea7b6a23ea08143",
    (
        "en-GB",
        "espeak-female",
        "Bees matter, and 5 km is far.",
    ): "57f3319dbf16125f847379ba575fa84fbb973c7a7e71b1f5db1542ad653ce9d0",
    (
        "de",
        "auto",
        "Am 3. Mai kamen 25 % mehr Bienen.",
    ): "fb6ea14ca0dbefc707bde71c62f380d33368818c8bf3d67ca592c40df5e19098",
    ("zh-Hans", "auto", "2024年，蜜蜂很重要。"): "f0a2e3f9925fa106927148c282fd3e741381029635dbb4a32c4e64dc62ecb2db",
    ("ja", "auto", "蜂は大切です。"): "3f79b44cffee8942ab7fbdf93bb0a4f26f7d2afca81da85d60be557ac97ee7c9",
}
"""Changed bytes need a higher revision of the recipe."""


def model_files() -> ModelFiles:
    models = registry()
    return located(models.identity("builtin/voices"), models)


@pytest.fixture(scope="module")
def stage() -> Iterator[SpeechNarrationStage]:
    stage = SpeechNarrationStage()
    stage.setup(model_files())
    yield stage
    stage.teardown()


def work(folder: Path, text: str | bytes, language: str = "en", voice: str = "auto", name: str = "item") -> Work:
    scratch = folder / name
    scratch.mkdir()
    narration = folder / f"{name}.txt"
    narration.write_bytes(text if isinstance(text, bytes) else text.encode())
    params = SpeechNarrationParams(language=language, voice=voice)
    return Work(name, params, {"narration": narration}, lambda attempt: 7 + attempt, scratch)


def made(result: ItemResult | AtelierError) -> ItemResult:
    assert isinstance(result, ItemResult), result
    return result


def digest(product: ItemResult) -> str:
    joined = b"".join(output.path.read_bytes() for output in product.outputs)
    return hashlib.sha256(joined).hexdigest()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Honey bees matter. Dr. Smith paid $5.2 million for 12.5% of 3 km of meadow; nobody laughed."),
        ("de", "Honigbienen sind wichtig. Am 3. Mai 1989 kosteten 5 kg z. B. 12,50 €!"),
        ("zh-Hans", "蜜蜂很重要。2024年3月5日，温度是25°C。"),
        ("en", "In Moscow, Москва, the bee 🐝 is 蜜蜂 and نحلة."),
        ("he", "דבורים חשובות. 12 אחוזים."),
        ("en", "../../etc"),
        ("en", "{{ var.value }}"),
        ("en", "$(rm -rf /)"),
        ("en", "<b>Bold</b> claim"),
        ("en", "Bees, " * 333),
        ("de", "Bienen sind fleißig und " * 83),
        ("zh-Hans", "蜜蜂很重要" * 40),
    ],
)
def test_any_narration_becomes_speech_with_its_text_timed(
    stage: SpeechNarrationStage, tmp_path: Path, language: str, text: str
) -> None:
    product = made(stage.process([work(tmp_path, text, language)])[0])
    speech, timing = product.outputs
    assert [(output.name, output.media_type) for output in product.outputs] == [
        ("speech", "audio/wav"),
        ("timing", "application/json"),
    ]
    content = json.loads(timing.path.read_text("utf-8"))
    assert content["duration_s"] == pytest.approx(seconds(read_wav(speech.path)), abs=0.001)
    assert "".join("".join(part["text"].split()) for part in content["segments"]) == "".join(text.split())
    assert "".join(part["text"] for part in content["words"]) == "".join(text.split())
    bounds = [time_s for part in content["segments"] for time_s in (part["start_s"], part["end_s"])]
    assert bounds == sorted(bounds)
    assert bounds[-1] < content["duration_s"]


def test_attributes_say_who_spoke_how_long_and_what_was_left_out(stage: SpeechNarrationStage, tmp_path: Path) -> None:
    attributes = made(stage.process([work(tmp_path, "Busy <i>bees</i> 🐝 hum.")])[0]).attributes
    assert attributes["engine"] == "hibari"
    assert attributes["voice"] == "heart"
    assert attributes["words"] == 3
    assert attributes["words_timed_by"] == {"durations": 3}
    assert attributes["warnings"] == ["markup is not spoken: <i> </i>", "emoji are not spoken: 🐝"]
    assert attributes["duration_s"] == pytest.approx(1.5, abs=0.6)


@pytest.mark.parametrize(
    ("language", "voice", "source"),
    [
        ("en", "auto", DigitalSource.TRAINED),
        ("en", "espeak-male", DigitalSource.ALGORITHMIC),
        ("de", "auto", DigitalSource.ALGORITHMIC),
    ],
)
def test_speech_says_what_spoke_it(
    stage: SpeechNarrationStage, tmp_path: Path, language: str, voice: str, source: DigitalSource
) -> None:
    (result,) = stage.process([work(tmp_path, "Honig.", language, voice)])
    assert json.loads(made(result).outputs[1].path.read_text("utf-8"))["digital_source"] == source


@pytest.mark.parametrize("text", ["👍", "…", "---", "\u0f40\u0f41 " * 60])
def test_what_cannot_be_spoken_is_shown_in_silence(stage: SpeechNarrationStage, tmp_path: Path, text: str) -> None:
    product = made(stage.process([work(tmp_path, text)])[0])
    speech, timing = product.outputs
    samples = read_wav(speech.path)
    assert not samples.any()
    (segment,) = json.loads(timing.path.read_text("utf-8"))["segments"]
    assert segment == {"text": text.strip(), "start_s": 0.0, "end_s": pytest.approx(seconds(samples), abs=0.001)}
    assert seconds(samples) >= max(2.0, columns_of(text) / 20)
    warnings = product.attributes["warnings"]
    assert isinstance(warnings, list)
    assert warnings[-1] == "nothing of it can be spoken: it is shown in silence"


@pytest.mark.parametrize(("language", "voice", "text"), GOLDEN)
def test_golden(stage: SpeechNarrationStage, tmp_path: Path, language: str, voice: str, text: str) -> None:
    product = made(stage.process([work(tmp_path, text, language, voice)])[0])
    assert digest(product) == GOLDEN[language, voice, text]


def test_speech_that_lost_words_is_found(
    stage: SpeechNarrationStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech_stage, "write_wav", lambda path, samples: write_wav(path, samples[: len(samples) // 2]))
    failed = stage.process([work(tmp_path, "Bees matter to all of us.")])[0]
    assert isinstance(failed, CheckFailed)
    assert "its timing says" in str(failed)


def test_silent_speech_is_found(stage: SpeechNarrationStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(STAGE_MODULE + ".write_wav", lambda path, samples: write_wav(path, np.zeros_like(samples)))
    failed = stage.process([work(tmp_path, "Bees matter.")])[0]
    assert isinstance(failed, CheckFailed)
    assert "silent" in str(failed)


def asked(base: Work, folder: Path, own: Path | None = None, **setting: object) -> Work:
    scratch = folder / str(len(list(folder.iterdir())))
    scratch.mkdir()
    told = folder / f"{scratch.name}.json"
    told.write_text(json.dumps(setting))
    return replace(
        base, scratch=scratch, inputs={**base.inputs, "speech_setting": told, **({"own": own} if own else {})}
    )


def timing_of(made: object) -> dict[str, object]:
    assert isinstance(made, ItemResult)
    told: dict[str, object] = json.loads(made.outputs[1].path.read_text())
    return told


def test_a_recording_that_the_brief_brings_is_heard_in_place_of_a_voice(
    stage: SpeechNarrationStage, tmp_path: Path
) -> None:
    own = track(tmp_path / "own", tone(2.0), "aac", "mp4", "stereo")
    item = work(tmp_path, "A bee visits a flower.")
    (made,) = stage.process([replace(item, inputs={**item.inputs, "own": own})])
    told = timing_of(made)
    assert isinstance(made, ItemResult)
    assert seconds(read_wav(made.outputs[0].path)) == pytest.approx(2.15, abs=0.15)
    assert (told["digital_source"], told["segments"][0]["text"]) == (None, "A bee visits a flower.")  # type: ignore[index]
    assert made.attributes["voice"] == "brought"
    assert made.attributes["words_timed_by"] == {"letters": 5}
    assert made.attributes["loudness_lufs"] == pytest.approx(-23, abs=0.5)


def test_a_recording_without_sound_fails_its_own_scene(stage: SpeechNarrationStage, tmp_path: Path) -> None:
    own = write_wav_of(tmp_path / "own.wav", np.zeros(24_000, np.float32))
    item = work(tmp_path, "A bee visits a flower.")
    (failed,) = stage.process([replace(item, inputs={**item.inputs, "own": own})])
    assert isinstance(failed, AtelierError)
    assert str(failed).startswith("the recording that the brief brings is silent")


def write_wav_of(path: Path, samples: Samples) -> Path:
    write_wav(path, samples)
    return path


def test_where_nobody_is_to_speak_the_text_is_shown_as_long_as_it_takes_to_read_or_as_asked(
    stage: SpeechNarrationStage, tmp_path: Path
) -> None:
    text = "A bee visits a flower, and then another one, and then it flies home again."
    item = work(tmp_path, text)
    read = stage.process([asked(item, tmp_path, is_silent=True)])[0]
    short = stage.process([asked(item, tmp_path, is_silent=True, seconds=1.5)])[0]
    assert timing_of(read)["is_silent"] is timing_of(short)["is_silent"] is True
    assert timing_of(read)["duration_s"] == pytest.approx(len(text.replace(" ", "")) / 17, rel=0.4)
    assert timing_of(short)["duration_s"] == 1.5
    assert isinstance(short, ItemResult)
    assert not read_wav(short.outputs[0].path).any()
    assert short.attributes["warnings"] == [f"its text is shown for 1.5 s; reading it takes {4.4} s"]


def test_a_scene_may_last_longer_than_its_speech(stage: SpeechNarrationStage, tmp_path: Path) -> None:
    item = work(tmp_path, "A bee.")
    plain, longer, shorter = (stage.process([asked(item, tmp_path, seconds=value)])[0] for value in (None, 60.0, 0.2))
    assert timing_of(longer)["duration_s"] == 60
    assert timing_of(longer)["segments"] == timing_of(plain)["segments"]
    assert timing_of(shorter) == timing_of(plain)
    assert isinstance(longer, ItemResult)
    assert not read_wav(longer.outputs[0].path)[24_000 * 5 :].any()
