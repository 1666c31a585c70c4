from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, CorruptInput
from include.contract.labels import PieceLabel
from include.contract.media_limits import MediaLimits
from include.contract.params import AudioPodcastParams
from include.contract.publishing import LABEL, file_ports
from include.contract.publishing_recipes import PUBLISH_PODCAST
from include.contract.registry import recipes
from include.runtime.media import levelling
from include.runtime.models.files import located, registry
from include.runtime.stage import ItemResult, Work
from include.runtime.stages import audio_podcast as module
from include.runtime.stages.audio_podcast import AudioPodcastStage
from tests.include.runtime.labels.outside import comment_in, source_in_picture
from tests.include.runtime.own import test_music as brought
from tests.include.runtime.podcast.parts import LINES, Line, crackle, inputs_of, tone, without
from tests.include.runtime.stages.results import digests, files

GOLDEN = {
    "audio_mp3": "575aba915f8993f9cd7d488f523eeed7e7c5b6c9ec39cf226cc365d3289d9b5c",
    "audio_m4a": "0d25e47cc809d47c37500975d373f96b8cad4c80be166d12392a9d7e0d34e655",
    "transcript_vtt": "0a62095dbefce2306844d13a2ee478dce7445443ae222abc0b637cd15dacb82d",
    "transcript_html": "d564256423104efba91c849bf1a5b093030d5191ba0a544e13b8773e01aec46e",
    "chapters": "85a5ea7a2bab5ad0e38021ac4524fe87f09a31a623744f9fbb3af1d6274856cf",
    "label": "a34caa5f1470ae420cc1a7a2330969e8f9d5a5aa5cec062c8ddb6576c6532c44",
    "cover": "b0467de8fb15afff4be5f0ce18862ff2781297dfa0dadfafd7007b89655e0b91",
}


def posted(
    inputs: Mapping[str, Path],
    scratch: Path,
    tell: Callable[[float], None] = lambda share: None,
    limits: MediaLimits | None = None,
    **params: Any,
) -> ItemResult | AtelierError:
    stage = AudioPodcastStage()
    stage.setup(located(registry().identity(recipes()["audio.podcast"].model), registry()))
    scratch.mkdir(parents=True, exist_ok=True)
    work = Work("x", AudioPodcastParams(**params), inputs, lambda attempt: 7 + attempt, scratch, tell=tell)
    (result,) = stage.process([replace(work, limits=limits or work.limits)])
    stage.teardown()
    return result


def made(inputs: Mapping[str, Path], scratch: Path, **params: Any) -> dict[str, Path]:
    return files(posted(inputs, scratch, **params))


def test_an_episode_comes_with_all_that_players_and_the_feed_want(tmp_path: Path) -> None:
    inputs = inputs_of(tmp_path / "in", title="Bienen & <Bären>", speakers=("Änne", "Bob"))
    result = posted(inputs, tmp_path / "out", language="de", show="Die Wiese", author="Atelier")
    assert isinstance(result, ItemResult), result
    files = {output.name: output for output in result.outputs}
    published = {port.takes for port in file_ports(PUBLISH_PODCAST)}
    assert set(files) == {each.name for each in recipes()["audio.podcast"].outputs} == published | {LABEL}
    assert files["chapters"].media_type == "application/json+chapters"
    id3 = ID3(files["audio_mp3"].path)
    assert [str(id3[name]) for name in ("TIT2", "TPE1", "TALB", "TLAN")] == [
        "Bienen & <Bären>",
        "Atelier",
        "Die Wiese",
        "deu",
    ]
    assert id3["APIC:"].mime == "image/jpeg"
    assert [str(one.sub_frames["TIT2"]) for one in id3.getall("CHAP")] == ["Welcome", "Humming"]
    m4a = MP4(files["audio_m4a"].path)
    assert (m4a["\xa9nam"], m4a["\xa9alb"], len(m4a["covr"])) == (["Bienen & <Bären>"], ["Die Wiese"], 1)
    assert [one.title for one in m4a.chapters or ()] == ["Welcome", "Humming"]
    assert [one["title"] for one in json.loads(files["chapters"].path.read_text())["chapters"]] == [
        "Welcome",
        "Humming",
    ]
    with Image.open(files["cover"].path) as cover:
        assert (cover.format, cover.size) == ("JPEG", (1400, 1400))
    for name in ("audio_mp3", "audio_m4a"):
        with av.open(str(files[name].path)) as container:
            length_s = (container.duration or 0) / av.time_base
        assert length_s == pytest.approx(result.attributes["duration_s"], abs=0.1)
    assert result.attributes["loudness_lufs"] == pytest.approx(-16, abs=0.5)


def test_music_frames_the_conversation(tmp_path: Path) -> None:
    inputs = inputs_of(tmp_path / "in", LINES[:2])
    own = {**inputs, "music": tone(tmp_path / "bed.wav", 20, 880)}
    for found in (inputs, own):
        result = posted(found, tmp_path / f"out-{len(found)}", music=True, label="none")
        assert isinstance(result, ItemResult), result
        assert result.attributes["duration_s"] == pytest.approx(5 + 2 + 0.4 + 2 + 7)
        assert result.attributes["loudness_lufs"] == pytest.approx(-16, abs=0.5)
        assert (result.attributes["music"] == "music") is ("music" in found)
        assert result.attributes["warnings"] == []
    silent = {**inputs, "music": tone(tmp_path / "silent.wav", 5, 0)}
    told: list[float] = []
    result = posted(silent, tmp_path / "out-silent", told.append, music=True)
    assert isinstance(result, ItemResult), result
    assert (told == sorted(told), 0.95 < told[-1] <= 1) == (True, True)
    assert result.attributes["warnings"] == ["music: nothing in it is louder than -70 LUFS, so none plays"]


def test_music_that_somebody_brings_is_decoded_within_the_deployments_limits(tmp_path: Path) -> None:
    inputs = {**inputs_of(tmp_path / "in", LINES[:1]), "music": brought.too_much(tmp_path)}
    result = posted(inputs, tmp_path / "out", limits=brought.LIMITS, music=True)
    assert isinstance(result, CorruptInput)
    assert re.search(brought.TOO_MUCH, str(result))


def test_one_line_and_a_very_long_one_are_episodes_too(tmp_path: Path) -> None:
    line: Line = (2, "Bees hum and dance. " * 90, None)
    files = made(inputs_of(tmp_path / "in", [line], seconds=30.0), tmp_path / "out")
    assert json.loads(files["chapters"].read_text())["chapters"] == [{"startTime": 0.0, "title": "Bees"}]


def test_a_sound_to_whose_peaks_the_encoders_add_much_is_encoded_again_with_more_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = inputs_of(tmp_path / "in", LINES[:1], seconds=1.0)
    crackle(inputs["speech/01"], 1.0)
    inputs["music"] = crackle(tmp_path / "music.wav", 20.0, share=0.06, level=0.3)
    monkeypatch.setattr(module, "CEILING_DBTP", -1.0)
    result = posted(inputs, tmp_path / "out", music=True, label="none")
    assert isinstance(result, ItemResult), result
    assert result.attributes["true_peak_dbtp"] <= -1
    assert result.attributes["loudness_lufs"] == pytest.approx(-16, abs=0.5)
    monkeypatch.setattr(levelling, "WRITINGS", 1)
    assert "true peak in dBTP" in str(posted(inputs, tmp_path / "once", music=True, label="none"))


def test_a_large_picture_keeps_its_size(tmp_path: Path) -> None:
    files = made(inputs_of(tmp_path / "in", LINES[:1], (1800, 1600)), tmp_path / "out")
    with Image.open(files["cover"]) as cover:
        assert cover.size == (1600, 1600)


def test_the_bytes_are_those_of_this_revision(tmp_path: Path) -> None:
    """A change here has to raise the recipe's revision (I1)."""
    assert digests(made(inputs_of(tmp_path / "in"), tmp_path / "out", music=True)) == GOLDEN


def test_an_episode_begins_with_a_sentence_that_says_what_made_it(tmp_path: Path) -> None:
    inputs = inputs_of(tmp_path / "in")
    without_label = posted(inputs, tmp_path / "bare", language="de", label="none")
    result = posted(inputs, tmp_path / "out", language="de")
    assert isinstance(result, ItemResult)
    assert isinstance(without_label, ItemResult)
    files = {output.name: output.path for output in result.outputs}
    sentence = "Dieser Inhalt wurde automatisch erstellt."
    first, *rest = cues_in(files["transcript_vtt"])
    assert first == f"<v Ann>{sentence}</v>"
    assert rest == cues_in({output.name: output.path for output in without_label.outputs}["transcript_vtt"])
    assert 1 < result.attributes["duration_s"] - without_label.attributes["duration_s"] < 6
    assert [one["title"] for one in json.loads(files["chapters"].read_text())["chapters"]] == ["Welcome", "Humming"]
    comment = f"{sentence} Digital source type: {DigitalSource.ALGORITHMIC.uri}"
    assert [str(one) for one in ID3(files["audio_mp3"]).getall("COMM")] == [f"Of bees.\n\n{comment}"]
    assert MP4(files["audio_m4a"])["\xa9cmt"] == [comment]
    assert comment_in(files["audio_m4a"]) in ("", comment)
    assert source_in_picture(files["cover"]) == DigitalSource.ALGORITHMIC.uri
    told = PieceLabel.model_validate_json(files["label"].read_bytes())
    assert (told.digital_source, told.sentence, told.language) == ("algorithmicMedia", sentence, "de")


@pytest.mark.parametrize(
    ("language", "text", "speech", "told"),
    [
        ("de", DigitalSource.TRAINED, None, DigitalSource.TRAINED),
        ("de", DigitalSource.ALGORITHMIC, DigitalSource.TRAINED, DigitalSource.TRAINED),
        ("de", DigitalSource.ALGORITHMIC, DigitalSource.ALGORITHMIC, DigitalSource.ALGORITHMIC),
        ("am", DigitalSource.ALGORITHMIC, None, DigitalSource.ALGORITHMIC),
        ("en", DigitalSource.ALGORITHMIC, DigitalSource.ALGORITHMIC, DigitalSource.TRAINED),
    ],
    ids=["a model wrote it", "a model spoke a line", "rules made it", "rules say the English words", "a model says it"],
)
def test_a_model_is_named_where_one_wrote_or_spoke(
    tmp_path: Path, language: str, text: DigitalSource, speech: DigitalSource | None, told: DigitalSource
) -> None:
    inputs = inputs_of(tmp_path / "in", LINES[:2])
    inputs["digital_source"].write_text(text)
    if speech is not None:
        timing = json.loads(inputs["timing/02"].read_text()) | {"digital_source": speech}
        inputs["timing/02"].write_text(json.dumps(timing))
    result = posted(inputs, tmp_path / "out", language=language)
    assert isinstance(result, ItemResult), result
    assert result.attributes["digital_source"] == told
    assert len(result.attributes["warnings"]) == (language == "am")


def cues_in(path: Path) -> list[str]:
    return [cue.splitlines()[1] for cue in path.read_text("utf-8").strip().split("\n\n")[1:]]


@pytest.mark.parametrize("name", ["script", "image/01", "speech/02", "timing/03"])
def test_a_broken_or_missing_input_fails_its_item_and_is_named(tmp_path: Path, name: str) -> None:
    inputs = inputs_of(tmp_path / "in")
    refused = posted(without(inputs, name), tmp_path / "missing")
    assert isinstance(refused, CorruptInput)
    assert name in str(refused) or "4 lines and 3 pieces" in str(refused)
    inputs[name].write_bytes(inputs[name].read_bytes()[:20])
    broken = posted(inputs, tmp_path / "broken")
    assert isinstance(broken, CorruptInput)
    assert name in str(broken)
