from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import av
import numpy as np
import pytest
from mutagen.mp4 import MP4
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, CheckFailed, CorruptInput
from include.contract.params import VideoNarratedParams
from include.contract.values import Aspect
from include.runtime.composition.checks import top_boxes
from include.runtime.composition.story import read_story
from include.runtime.labels.marks import save_marked
from include.runtime.stage import ItemResult, Work
from include.runtime.stages.video_narrated import VideoNarratedStage
from tests.include.runtime.composition.media import compositor, speech, story_inputs, write_wav
from tests.include.runtime.labels.outside import comment_in, source_in_picture
from tests.include.runtime.stages.results import digests, files

TINY = {"short_side_px": 240, "title_card_s": 0.8, "scene_pause_s": 0.4}
GOLDEN = {
    "video": "13b347ed54b0acaa469d2d96ed4a755f8da4d4b56340c638caa6b997a014dfac",
    "poster": "34e820ddcf7f6a7b25886768c83cc9a91d0b578ceb80d6970ac50f9432dc25ed",
    "label": "ecb1cdbf2c02ad8351e77c1f4b9e9bb07b85495a96a06fdc3ab625794600ae7a",
    "subtitles_srt": "108df9d75c1bd18f83726fd32633351c67bd4bbb6b5cacfac3b5e28b1645d49d",
    "subtitles_vtt": "2372369389fcafeae196e2eb30c5d1ee719e8356b2149b0a79c6e2e59f6f42f6",
}


def compose(
    inputs: Mapping[str, Path],
    scratch: Path,
    params: VideoNarratedParams | None = None,
    seed: int = 7,
    tell: Callable[[float], None] = lambda share: None,
) -> ItemResult | AtelierError:
    stage = VideoNarratedStage()
    stage.setup(compositor())
    scratch.mkdir(exist_ok=True)
    params = params or VideoNarratedParams.model_validate(TINY)
    (result,) = stage.process([Work("honey", params, inputs, lambda attempt: seed + attempt, scratch, tell=tell)])
    stage.teardown()
    return result


def made(*arguments, **named) -> dict[str, Path]:
    return files(compose(*arguments, **named))


def frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("aspect", Aspect)
def test_a_film_is_what_was_asked_for(tmp_path: Path, aspect: Aspect) -> None:
    params = VideoNarratedParams.model_validate({**TINY, "aspect": aspect, "fps": 25, "music": True})
    size = aspect.frame_px(240)
    result = compose(story_inputs(tmp_path / "in", size=size), tmp_path / "out", params)
    assert isinstance(result, ItemResult), result
    assert [(output.name, output.media_type) for output in result.outputs] == [
        ("video", "video/mp4"),
        ("poster", "image/jpeg"),
        ("subtitles_srt", "application/x-subrip"),
        ("subtitles_vtt", "text/vtt"),
        ("label", "application/json"),
    ]
    files = {output.name: output.path for output in result.outputs}
    wanted_s = 0.8 + 2 * (1.2 + 0.4)
    with av.open(str(files["video"])) as container:
        assert container.duration / av.time_base == pytest.approx(wanted_s, abs=0.1)
        assert (container.streams.video[0].width, container.streams.video[0].height) == size
        assert container.streams.video[0].average_rate == 25
    with Image.open(files["poster"]) as poster:
        assert poster.size == size
    boxes = list(top_boxes(files["video"]))
    assert boxes.index("moov") < boxes.index("mdat")
    assert result.attributes["duration_s"] == pytest.approx(wanted_s, abs=0.02)
    assert result.attributes["loudness_lufs"] == pytest.approx(-16.0, abs=0.5)
    assert (result.attributes["scenes"], result.attributes["warnings"]) == (2, [])


def test_subtitles_are_timed_from_the_speech_and_burned_in(tmp_path: Path) -> None:
    inputs = story_inputs(tmp_path / "in")
    files = made(inputs, tmp_path / "with")
    starts = re.findall(r"^(\d\d:\d\d:\d\d,\d{3}) -->", files["subtitles_srt"].read_text(), re.MULTILINE)
    assert starts == ["00:00:00,800", "00:00:02,400"]
    bare = made(inputs, tmp_path / "bare", VideoNarratedParams.model_validate({**TINY, "subtitles": False}))
    assert bare["subtitles_vtt"].read_text() == files["subtitles_vtt"].read_text()
    change = np.abs(frames(files["video"])[45].astype(int) - frames(bare["video"])[45]).max(axis=(1, 2))
    assert change[200:].max() > 120
    assert change[:150].max() < 40


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "蜂蜜为什么不会变质？因为它的含水量极低，细菌无法在里面生存。"),
        ("he", "למה דבש לא מתקלקל? <b>{\\an8}"),
        ("en", "Bees 🐝 --> 1\n\n2 \ue000"),
    ],
)
def test_any_text_comes_out_as_text(tmp_path: Path, language: str, said: str) -> None:
    inputs = story_inputs(tmp_path / "in", texts=[[said]], title=said * 4)
    params = VideoNarratedParams.model_validate({**TINY, "language": language})
    result = compose(inputs, tmp_path / "out", params)
    assert isinstance(result, ItemResult), result
    missing = ["no font draws U+E000; it shows as an empty box"] if "\ue000" in said else []
    assert result.attributes["warnings"] == missing


def test_what_is_wrong_with_the_music_is_told_with_the_film_and_while_it_is_made_how_far_it_is(tmp_path: Path) -> None:
    music = write_wav(tmp_path / "bed.wav", np.zeros(48_000))
    inputs = {**story_inputs(tmp_path / "in"), "music": music}
    params = VideoNarratedParams.model_validate({**TINY, "music": True})
    told: list[float] = []
    result = compose(inputs, tmp_path / "out", params, tell=told.append)
    assert isinstance(result, ItemResult), result
    assert (told[0], told == sorted(told), 0.95 < told[-1] <= 1) == (0, True, True)
    assert result.attributes["warnings"] == ["music: nothing in it is louder than -70 LUFS, so none plays"]


def test_pictures_that_are_not_the_frames_are_fitted(tmp_path: Path) -> None:
    files = made(story_inputs(tmp_path / "in", size=(97, 201)), tmp_path / "out")
    width_px, height_px = VideoNarratedParams.model_validate(TINY).aspect.frame_px(TINY["short_side_px"])
    assert frames(files["video"])[0].shape[:2] == (height_px, width_px)


def test_scenes_dissolve_and_pictures_move(tmp_path: Path) -> None:
    params = VideoNarratedParams.model_validate({**TINY, "subtitles": False})
    files = made(story_inputs(tmp_path / "in"), tmp_path / "out", params)
    shown = [frame.astype(int) for frame in frames(files["video"])]
    before, middle, after = shown[58], shown[66], shown[74]
    blend = np.abs(middle - (before + after) / 2).mean()
    assert blend < 0.4 * np.abs(before - after).mean()
    steps = [np.abs(first - second).mean() for first, second in zip(shown[30:55], shown[31:56], strict=True)]
    assert min(steps) > 0.01
    assert max(steps) < 4


def test_the_bytes_are_those_of_this_revision(tmp_path: Path) -> None:
    """A change here has to raise the recipe's revision (I1)."""
    params = VideoNarratedParams.model_validate({**TINY, "music": True})
    assert digests(made(story_inputs(tmp_path / "in"), tmp_path / "out", params)) == GOLDEN


def test_the_seed_chooses_moves_and_music_and_nothing_else(tmp_path: Path) -> None:
    inputs = story_inputs(tmp_path / "in")
    first, second = (digests(made(inputs, tmp_path / str(seed), seed=seed)) for seed in (1, 2))
    assert first["video"] != second["video"]
    assert first["subtitles_srt"] == second["subtitles_srt"]


def test_a_film_says_what_made_it_on_its_title_card_and_in_its_metadata(tmp_path: Path) -> None:
    inputs = story_inputs(tmp_path / "in", title="Honig")
    params = {
        language: VideoNarratedParams.model_validate({**TINY, "language": "de", "label": language})
        for language in ("shown", "none")
    }
    shown, bare = (made(inputs, tmp_path / name, one) for name, one in params.items())
    change = np.abs(frames(shown["video"])[20].astype(int) - frames(bare["video"])[20]).max(axis=(1, 2))
    assert change[204:].max() > 60
    assert change[:190].max() < 40
    comment = f"Dieser Inhalt wurde automatisch erstellt. Digital source type: {DigitalSource.ALGORITHMIC.uri}"
    assert MP4(shown["video"])["\xa9cmt"] == [comment]
    assert comment_in(shown["video"]) in ("", comment)
    assert source_in_picture(shown["poster"]) == DigitalSource.ALGORITHMIC.uri
    assert MP4(bare["video"])["\xa9cmt"] == [f"Digital source type: {DigitalSource.ALGORITHMIC.uri}"]


@pytest.mark.parametrize("name", ["digital_source", "image/02", "timing/02"])
def test_a_model_is_named_where_one_wrote_drew_or_spoke(tmp_path: Path, name: str) -> None:
    inputs = story_inputs(tmp_path / "in")
    if name == "digital_source":
        inputs[name].write_text(DigitalSource.TRAINED)
    elif name == "timing/02":
        inputs[name].write_text(
            json.dumps(json.loads(inputs[name].read_text()) | {"digital_source": DigitalSource.TRAINED})
        )
    else:
        with Image.open(inputs[name]) as drawn:
            save_marked(drawn.copy(), inputs[name], "PNG", DigitalSource.TRAINED)
    assert read_story(inputs).source is DigitalSource.TRAINED


@pytest.mark.parametrize("name", ["image/02", "speech/02", "music"])
def test_a_broken_input_fails_its_item_and_is_named(tmp_path: Path, name: str) -> None:
    inputs = {**story_inputs(tmp_path / "in"), "music": tmp_path / "in/music.mp3"}
    inputs["music"].write_bytes(inputs["speech/01"].read_bytes())
    whole = inputs[name].read_bytes()
    inputs[name].write_bytes(whole[: len(whole) // 2] if name != "music" else b"noise")
    params = VideoNarratedParams.model_validate({**TINY, "music": True})
    result = compose(inputs, tmp_path / "out", params)
    assert isinstance(result, CorruptInput)
    assert name in str(result)


def test_silent_speech_is_not_passed_on(tmp_path: Path) -> None:
    inputs = story_inputs(tmp_path / "in")
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
            "inputs = story_inputs(Path(sys.argv[1]) / 'in', texts=[said] * (6 * int(sys.argv[2])), duration_s=9.4);"
            "made(inputs, Path(sys.argv[1]) / 'out', VideoNarratedParams(short_side_px=240, fps=15, music=True));"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        folder = tmp_path / str(minutes)
        folder.mkdir()
        command = [sys.executable, "-c", program, str(folder), str(minutes)]
        child = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks[minutes] = int(child.stdout)
    assert peaks[10] <= 1.2 * peaks[1], peaks
