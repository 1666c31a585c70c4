from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from mutagen.mp4 import MP4
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, CheckFailed, CorruptInput
from include.contract.media_limits import MediaLimits
from include.contract.params import ClipStillParams, VideoNarratedParams
from include.contract.values import Aspect, SubtitleStyle
from include.runtime.composition.checks import top_boxes
from include.runtime.media.audio import decode
from include.runtime.media.loudness import integrated_lufs
from include.runtime.stage import ItemResult, Work
from include.runtime.stages.video_narrated import VideoNarratedStage
from tests.include.runtime.composition.media import (
    SMALL_CLIPS,
    compositor,
    film_inputs,
    speech,
    story_inputs,
    tone,
    write_wav,
)
from tests.include.runtime.composition.test_joining import frames
from tests.include.runtime.labels.outside import comment_in, source_in_picture
from tests.include.runtime.own import test_music as brought
from tests.include.runtime.own.films import clip
from tests.include.runtime.stages.results import digests, files

GOLDEN = {
    "video": "cf93ec4625ca96fde76c6b9752f50813a19d981f423eede78ab208db3807de96",
    "poster": "ead8318645ae69f54d64b289a7f0239850c3e3eae14e5396e6dc6c9bd859511b",
    "label": "ecb1cdbf2c02ad8351e77c1f4b9e9bb07b85495a96a06fdc3ab625794600ae7a",
    "subtitles_srt": "108df9d75c1bd18f83726fd32633351c67bd4bbb6b5cacfac3b5e28b1645d49d",
    "subtitles_ass": "44ecb3c824da66d12bb394a033c6afe409d6046c8dbdc1038a5d0b84f7fc667b",
    "subtitles_vtt": "2372369389fcafeae196e2eb30c5d1ee719e8356b2149b0a79c6e2e59f6f42f6",
}


def compose(
    inputs: Mapping[str, Path],
    scratch: Path,
    params: VideoNarratedParams | None = None,
    seed: int = 7,
    tell: Callable[[float], None] = lambda share: None,
    limits: MediaLimits | None = None,
) -> ItemResult | AtelierError:
    stage = VideoNarratedStage()
    stage.setup(compositor())
    scratch.mkdir(exist_ok=True)
    params = params or VideoNarratedParams()
    work = Work("honey", params, inputs, lambda attempt: seed + attempt, scratch, tell=tell)
    (result,) = stage.process([replace(work, limits=limits or work.limits)])
    stage.teardown()
    return result


def made(*arguments, **named) -> dict[str, Path]:
    return files(compose(*arguments, **named))


def told(folder: Path, params: ClipStillParams = SMALL_CLIPS, **story) -> dict[str, Path]:
    """A film's inputs, its clips made of a story."""
    return film_inputs(story_inputs(folder / "in", **story), folder / "clips", params)


@pytest.mark.parametrize("aspect", Aspect)
def test_a_film_is_what_was_asked_for(tmp_path: Path, aspect: Aspect) -> None:
    size = aspect.frame_px(240)
    clips = ClipStillParams.model_validate({**SMALL_CLIPS.model_dump(), "aspect": aspect, "fps": 25})
    result = compose(told(tmp_path, clips, size=size), tmp_path / "out", VideoNarratedParams(music=True))
    assert isinstance(result, ItemResult), result
    assert [(output.name, output.media_type) for output in result.outputs] == [
        ("video", "video/mp4"),
        ("poster", "image/jpeg"),
        ("subtitles_srt", "application/x-subrip"),
        ("subtitles_vtt", "text/vtt"),
        ("subtitles_ass", "text/x-ssa"),
        ("label", "application/json"),
    ]
    files = {output.name: output.path for output in result.outputs}
    wanted_s = 0.8 + 2 * (1.2 + 0.4)
    with av.open(str(files["video"])) as container:
        assert container.duration / av.time_base == pytest.approx(wanted_s, abs=0.1)
        assert (container.streams.video[0].width, container.streams.video[0].height) == size
        assert container.streams.video[0].average_rate == 25
        assert [one["metadata"]["title"] for one in container.chapters()] == [
            "Honey never spoils.",
            "Bees add acid to it.",
        ]
    with Image.open(files["poster"]) as poster:
        assert poster.size == size
    boxes = list(top_boxes(files["video"]))
    assert boxes.index("moov") < boxes.index("mdat")
    assert result.attributes["duration_s"] == pytest.approx(wanted_s, abs=0.02)
    assert result.attributes["loudness_lufs"] == pytest.approx(-16.0, abs=0.5)
    assert (result.attributes["scenes"], result.attributes["warnings"]) == (2, [])


def test_its_pictures_are_those_of_the_clips_bit_for_bit(tmp_path: Path) -> None:
    inputs = told(tmp_path)
    apart = [frame for name, path in inputs.items() if name.startswith("clip/") for frame in frames(path)]
    shown = frames(made(inputs, tmp_path / "out")["video"])
    assert len(shown) == len(apart)
    assert all(np.array_equal(one, other) for one, other in zip(shown, apart, strict=True))


@pytest.mark.parametrize("style", SubtitleStyle)
def test_files_of_subtitles_are_whole_in_every_style(tmp_path: Path, style: SubtitleStyle) -> None:
    clips = ClipStillParams.model_validate({**SMALL_CLIPS.model_dump(), "subtitle_style": style})
    files = made(told(tmp_path, clips), tmp_path / "out")
    count = files["subtitles_srt"].read_text().count("-->")
    events = files["subtitles_ass"].read_text().count("Dialogue: ")
    assert (events > count) if style is SubtitleStyle.WORD else (events == count)


def test_subtitles_are_timed_from_the_speech(tmp_path: Path) -> None:
    files = made(told(tmp_path), tmp_path / "out")
    starts = re.findall(r"^(\d\d:\d\d:\d\d,\d{3}) -->", files["subtitles_srt"].read_text(), re.MULTILINE)
    assert starts == ["00:00:00,800", "00:00:02,400"]
    assert "00:00:02.400 -->" in files["subtitles_vtt"].read_text()
    assert r",0:00:02.40,0:00:04.00,Default,,0,0,0,,{\k0}{\k" in files["subtitles_ass"].read_text()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "蜂蜜为什么不会变质？因为它的含水量极低，细菌无法在里面生存。"),
        ("he", "למה דבש לא מתקלקל? <b>{\\an8}"),
        ("en", "Bees 🐝 --> 1\n\n2 \ue000"),
    ],
)
def test_any_text_comes_out_as_text(tmp_path: Path, language: str, said: str) -> None:
    clips = SMALL_CLIPS.model_copy(update={"language": language})
    inputs = told(tmp_path, clips, texts=[[said]], title=said * 4)
    result = compose(inputs, tmp_path / "out", VideoNarratedParams(language=language))
    assert isinstance(result, ItemResult), result
    assert result.attributes["warnings"] == []


def test_music_that_somebody_brings_is_decoded_within_the_deployments_limits(tmp_path: Path) -> None:
    inputs = {**told(tmp_path), "music": brought.too_much(tmp_path)}
    result = compose(inputs, tmp_path / "out", VideoNarratedParams(music=True), limits=brought.LIMITS)
    assert isinstance(result, CorruptInput)
    assert re.search(brought.TOO_MUCH, str(result))


def test_what_is_wrong_with_the_music_is_told_with_the_film_and_while_it_is_made_how_far_it_is(tmp_path: Path) -> None:
    inputs = {**told(tmp_path), "music": write_wav(tmp_path / "bed.wav", np.zeros(48_000))}
    heard: list[float] = []
    result = compose(inputs, tmp_path / "out", VideoNarratedParams(music=True), tell=heard.append)
    assert isinstance(result, ItemResult), result
    assert (heard[0], heard == sorted(heard), 0.95 < heard[-1] <= 1) == (0, True, True)
    assert result.attributes["warnings"] == ["music: nothing in it is louder than -70 LUFS, so none plays"]


def test_the_bytes_are_those_of_this_revision(tmp_path: Path) -> None:
    """A change here has to raise the recipe's revision (I1)."""
    assert digests(made(told(tmp_path), tmp_path / "out", VideoNarratedParams(music=True))) == GOLDEN


def test_the_seed_chooses_music_and_nothing_else(tmp_path: Path) -> None:
    inputs = told(tmp_path)
    for music, same in ((True, False), (False, True)):
        params = VideoNarratedParams(music=music)
        first, second = (digests(made(inputs, tmp_path / f"{seed}{music}", params, seed)) for seed in (1, 2))
        assert (first["video"] == second["video"]) is same
        assert first["subtitles_srt"] == second["subtitles_srt"]


def test_a_film_says_what_made_it_in_its_metadata(tmp_path: Path) -> None:
    inputs = told(tmp_path, title="Honig")
    shown, bare = (
        made(inputs, tmp_path / label, VideoNarratedParams.model_validate({"language": "de", "label": label}))
        for label in ("shown", "none")
    )
    comment = f"Dieser Inhalt wurde automatisch erstellt. Digital source type: {DigitalSource.ALGORITHMIC.uri}"
    assert MP4(shown["video"])["\xa9cmt"] == [comment]
    assert comment_in(shown["video"]) in ("", comment)
    assert source_in_picture(shown["poster"]) == DigitalSource.ALGORITHMIC.uri
    assert MP4(bare["video"])["\xa9cmt"] == [f"Digital source type: {DigitalSource.ALGORITHMIC.uri}"]


def test_a_model_that_spoke_one_scene_is_named_on_the_title_card_and_in_the_metadata(tmp_path: Path) -> None:
    inputs = told(tmp_path)
    timing = json.loads(inputs["timing/02"].read_text())
    inputs["timing/02"].write_text(json.dumps(timing | {"digital_source": DigitalSource.TRAINED}))
    files = made(inputs, tmp_path / "out")
    assert np.array_equal(frames(files["video"])[14], frames(inputs["clip_trained/01"])[14])
    assert source_in_picture(files["poster"]) == DigitalSource.TRAINED.uri
    assert json.loads(files["label"].read_text())["digital_source"] == DigitalSource.TRAINED


def test_a_film_between_an_intro_and_an_outro_is_the_same_film_later(tmp_path: Path) -> None:
    heard = tone(2.0, 48_000, pitch_hz=440, level=0.05)
    own = {
        "intro": clip(tmp_path / "intro.mp4", 50, 25, (320, 240), sound="stereo", heard=heard),
        "outro": clip(tmp_path / "outro.mp4", 45, 30, (320, 240)),
    }
    story = story_inputs(tmp_path / "in")
    params = VideoNarratedParams(music=True)
    plain = made(film_inputs(story, tmp_path / "plain"), tmp_path / "out", params)
    result = compose(film_inputs({**story, **own}, tmp_path / "around"), tmp_path / "between", params)
    around = files(result)
    assert result.attributes["duration_s"] == 2.0 + 0.8 + 2 * 1.6 + 1.5  # type: ignore[union-attr]
    shown = frames(around["video"])
    assert len(shown) == 60 + 120 + 45
    assert all(np.array_equal(*each) for each in zip(shown[60:180], frames(plain["video"]), strict=True))
    assert around["poster"].read_bytes() == plain["poster"].read_bytes()
    starts = re.findall(r"^(\d\d:\d\d:\d\d,\d{3}) -->", around["subtitles_srt"].read_text(), re.MULTILINE)
    assert starts == ["00:00:02,800", "00:00:04,400"]
    with av.open(str(around["video"])) as container:
        chapters = [(one["start"] * one["time_base"], one["end"] * one["time_base"]) for one in container.chapters()]
    assert [tuple(map(float, each)) for each in chapters] == [(0.0, 4.4), (4.4, 7.5)]
    sound = np.concatenate(list(decode(around["video"], "video", "stereo")), axis=1)
    intro, voice, end = (sound[:, round(at * 48_000) : round((at + 1) * 48_000)] for at in (0.5, 2.9, 6.2))
    assert np.abs(np.fft.rfft(intro[0])).argmax() == 440
    assert integrated_lufs([intro]) == pytest.approx(integrated_lufs([voice]), abs=1.5)
    assert np.abs(end).max() < 0.01


@pytest.mark.parametrize("name", ["clip/02", "facts/02", "speech/02", "music", "poster"])
def test_a_broken_input_fails_its_item_and_is_named(tmp_path: Path, name: str) -> None:
    inputs = {**told(tmp_path), "music": tmp_path / "in/music.mp3"}
    inputs["music"].write_bytes(inputs["speech/01"].read_bytes())
    found = "poster/01" if name == "poster" else name
    whole = inputs[found].read_bytes()
    inputs[found].write_bytes(whole[: len(whole) // 2] if name != "music" else b"noise")
    result = compose(inputs, tmp_path / "out", VideoNarratedParams(music=True))
    assert isinstance(result, CorruptInput)
    assert name in str(result)


def test_silent_speech_is_not_passed_on(tmp_path: Path) -> None:
    inputs = told(tmp_path)
    for name in ("speech/01", "speech/02"):
        speech(inputs[name], 1.2, level=0.0)
    result = compose(inputs, tmp_path / "out")
    assert isinstance(result, CheckFailed)
    assert "silent" in str(result)


@pytest.mark.long
def test_ten_minutes_need_no_more_memory_than_one(tmp_path: Path) -> None:
    peaks = {}
    for minutes in (1, 10):
        program = (
            "import resource, sys; from pathlib import Path;"
            "from tests.include.runtime.stages.test_video_narrated import *;"
            "said = ['A sentence of usual length, said again and again.'] * 4;"
            "clips = ClipStillParams(short_side_px=240, fps=15);"
            "inputs = told(Path(sys.argv[1]), clips, texts=[said] * (6 * int(sys.argv[2])), duration_s=9.4);"
            "made(inputs, Path(sys.argv[1]) / 'out', VideoNarratedParams(music=True));"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        folder = tmp_path / str(minutes)
        folder.mkdir()
        command = [sys.executable, "-c", program, str(folder), str(minutes)]
        child = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks[minutes] = int(child.stdout)
    assert peaks[10] <= 1.2 * peaks[1], peaks
