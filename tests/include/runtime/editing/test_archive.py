from __future__ import annotations

import io
import os
import shutil
import subprocess
import wave
from pathlib import Path
from xml.etree.ElementTree import parse
from zipfile import ZIP_STORED, ZipFile

import av
import numpy as np
import opentimelineio as otio
import pytest

from include.contract.errors import CheckFailed, CorruptInput
from include.contract.params import ClipStillParams, VideoNarratedParams
from include.runtime.editing.archive import check_edit
from tests.include.runtime.composition.media import SMALL_CLIPS, film_inputs, story_inputs, tone
from tests.include.runtime.composition.test_joining import frames
from tests.include.runtime.own.films import clip
from tests.include.runtime.stages.test_video_narrated import compose, made, told

LEAST_PSNR_DB = 36
"""Of a frame that `melt` paints and ours: two ways of scaling a picture, and x264's loss."""
MELT = shutil.which("melt")
needs_melt = pytest.mark.skipif(MELT is None, reason="`melt` is not installed; on Debian: apt-get install melt")


def with_other(**params: object) -> ClipStillParams:
    return ClipStillParams.model_validate({**SMALL_CLIPS.model_dump(), **params})


def edited(folder: Path, clips: ClipStillParams = SMALL_CLIPS, music: bool = True, **story) -> dict[str, Path]:
    """What the film of a story gives, and the folder into which its edit was unpacked."""
    outputs = made(told(folder, clips, **story), folder / "out", VideoNarratedParams(music=music, edit=True))
    with ZipFile(outputs["edit"]) as found:
        found.extractall(folder / "unpacked")
    return {**outputs, "unpacked": folder / "unpacked"}


def test_the_file_is_one_that_the_library_opens_with_all_its_media(tmp_path: Path) -> None:
    outputs = edited(tmp_path)
    (tmp_path / "to").mkdir()
    timeline = otio.adapters.read_from_file(str(outputs["edit"]), extract_to_directory=str(tmp_path / "to"))
    with av.open(str(outputs["video"])) as film:
        assert timeline.duration().value == film.streams.video[0].frames
    references = [clip.media_reference for clip in timeline.find_clips()]
    names = {each.target_url for each in references if isinstance(each, otio.schema.ExternalReference)}
    assert names == {f"media/{path.name}" for path in (tmp_path / "to/media").iterdir()}
    assert (tmp_path / "to/subtitles.srt").read_bytes() == outputs["subtitles_srt"].read_bytes()


def test_nothing_is_compressed_and_nothing_says_when_it_was_made(tmp_path: Path) -> None:
    inputs = told(tmp_path)
    one, other = (
        made(inputs, tmp_path / name, VideoNarratedParams(music=True, edit=True))["edit"] for name in ("one", "two")
    )
    assert one.read_bytes() == other.read_bytes()
    with ZipFile(one) as found:
        assert {(each.compress_type, each.date_time) for each in found.infolist()} == {
            (ZIP_STORED, (1980, 1, 1, 0, 0, 0))
        }


def test_media_are_what_the_film_was_made_of(tmp_path: Path) -> None:
    inputs = told(tmp_path)
    media = edited(tmp_path / "film")["unpacked"] / "media"
    assert (media / "picture-02.png").read_bytes() == inputs["image/02"].read_bytes()
    assert (media / "clip-03.mp4").read_bytes() == inputs["clip/03"].read_bytes()
    with wave.open(str(media / "speech-01.wav")) as padded, wave.open(str(inputs["speech/01"])) as spoken:
        assert padded.getparams()[:3] == (2, *spoken.getparams()[1:3])
        assert padded.getnframes() == 36 * 24_000 / 30
        both = np.frombuffer(padded.readframes(spoken.getnframes()), "<i2").reshape(-1, 2).T
        assert {each.tobytes() for each in both} == {spoken.readframes(spoken.getnframes())}
    with wave.open(str(media / "music.wav")) as music:
        assert music.getnframes() == round(timeline_s(inputs) * 48_000)


def timeline_s(inputs: dict[str, Path]) -> float:
    return sum(len(frames(path)) for name, path in inputs.items() if name.startswith("clip/")) / 30


def test_speech_is_filled_up_to_a_whole_frame(tmp_path: Path) -> None:
    media = edited(tmp_path, music=False, duration_s=1.21)["unpacked"] / "media"
    with wave.open(str(media / "speech-01.wav")) as padded:
        assert padded.getnframes() == 37 * 24_000 / 30
        assert not np.frombuffer(padded.readframes(29_600), "<i2")[2 * round(1.21 * 24_000) :].any()
    assert not (media / "music.wav").exists()


def test_music_alone_is_as_loud_as_in_the_film(tmp_path: Path) -> None:
    """In a pause of a second, in which it has risen."""
    outputs = edited(tmp_path, with_other(scene_pause_s=4.0), duration_s=1.0)
    with wave.open(str(outputs["unpacked"] / "media/music.wav")) as music:
        bed = np.frombuffer(music.readframes(music.getnframes()), "<i2").reshape(-1, 2)[:, 0] / 32768
    heard = sound(outputs["video"])
    spoken, pause = slice(24 * 1600, 24 * 1600 + 48_000), slice(24 * 1600 + 3 * 48_000, 24 * 1600 + 4 * 48_000)
    gain = rms(heard[pause]) / rms(bed[pause])
    assert rms(heard[spoken]) > 3 * gain * rms(bed[spoken])
    assert np.corrcoef(heard[pause], bed[pause])[0, 1] > 0.98


def sound(path: Path) -> np.ndarray:
    """Its first channel at 48 kHz."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48_000)
    with av.open(str(path)) as container:
        played = [*container.decode(container.streams.audio[0]), None]
        return np.concatenate([out.to_ndarray()[0] for frame in played for out in resampler.resample(frame)])


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def test_a_picture_of_no_known_kind_is_named(tmp_path: Path) -> None:
    inputs = told(tmp_path)
    inputs["image/02"].write_bytes(b"GIF89a and more")
    result = compose(inputs, tmp_path / "out", VideoNarratedParams(edit=True))
    assert isinstance(result, CorruptInput)
    assert str(result) == "input image/02 is GIF; allowed: JPEG, PNG, WebP"


def test_a_damaged_file_is_not_passed_on(tmp_path: Path) -> None:
    path = edited(tmp_path)["edit"]
    frames = 24 + 36 + 12 + 36 + 12
    check_edit(path, frames)
    with pytest.raises(CheckFailed, match="lasts 120 frames; allowed: 7$"):
        check_edit(path, 7)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CheckFailed, match="allowed: a whole archive"):
        check_edit(path, frames)
    with ZipFile(io.BytesIO(whole)) as found:
        at = found.getinfo("media/picture-01.png").header_offset + 1000
    path.write_bytes(whole[:at] + bytes(9) + whole[at + 9 :])
    with pytest.raises(CheckFailed, match="picture-01.png is damaged"):
        check_edit(path, frames)
    with ZipFile(io.BytesIO(whole)) as found, ZipFile(path, "w") as lacking:
        for name in ("content.otio", "media/clip-01.mp4"):
            lacking.writestr(name, found.read(name))
    with pytest.raises(CheckFailed, match="media/clip-02.mp4, .* is not in it"):
        check_edit(path, frames)


def test_an_intro_is_handed_over_as_a_clip_and_as_its_sound(tmp_path: Path) -> None:
    outputs = around(tmp_path)
    media = outputs["unpacked"] / "media"
    with wave.open(str(media / "intro.wav")) as intro:
        assert (intro.getnchannels(), intro.getframerate(), intro.getnframes()) == (2, 48_000, 48_000)
        heard = np.frombuffer(intro.readframes(48_000), "<i2").reshape(-1, 2)[:, 0] / 32768
    own = sound(outputs["video"])[:48_000]
    assert np.corrcoef(heard, own)[0, 1] > 0.98
    assert not (media / "outro.wav").exists()
    assert (media / "clip-07.mp4").exists()


def around(folder: Path) -> dict[str, Path]:
    """The film of a story between an intro that is heard and an outro that is not."""
    heard = tone(1.0, 48_000)
    intro = clip(folder / "intro.mp4", 10, size=(320, 240), sound="stereo", heard=heard)
    story = {**story_inputs(folder / "in"), "intro": intro, "outro": clip(folder / "outro.mp4", 8, size=(320, 240))}
    inputs = film_inputs(story, folder / "clips", with_other(subtitles=False))
    outputs = made(inputs, folder / "out", VideoNarratedParams(edit=True))
    with ZipFile(outputs["edit"]) as found:
        found.extractall(folder / "unpacked")
    return {**outputs, "unpacked": folder / "unpacked"}


@needs_melt
def test_melt_renders_intro_and_outro_too(tmp_path: Path) -> None:
    outputs = around(tmp_path)
    rendered = melt(without_subtitles(outputs["unpacked"]), tmp_path)
    ours, theirs = frames(outputs["video"]), frames(rendered)
    assert len(theirs) == len(ours)
    shown = {index: psnr(ours[index], theirs[index]) for index in (0, 15, 29, 60, len(ours) - 20, len(ours) - 1)}
    assert min(shown.values()) > LEAST_PSNR_DB, shown
    heard, played = levels(sound(outputs["video"])), levels(sound(rendered))
    assert np.corrcoef(heard[: len(played)], played[: len(heard)])[0, 1] > 0.98
    louder_db = (heard - played)[heard > -30]
    assert np.ptp(louder_db) < 1.5


@needs_melt
@pytest.mark.parametrize(
    ("choice", "story"),
    [
        ({}, {}),
        ({"transition": "fade_black", "camera": "lively", "aspect": "9:16"}, {"size": (240, 426)}),
        ({"transition": "cut", "closing_text": "The end"}, {"size": (500, 240)}),
        ({"camera": "none", "language": "he"}, {"texts": [["למה דבש לא מתקלקל? <b>{\\an8}"]]}),
    ],
)
def test_melt_renders_every_frame_and_what_it_shows_is_the_film(
    tmp_path: Path, choice: dict[str, object], story: dict[str, object]
) -> None:
    clips = with_other(**choice, subtitles=False)
    outputs = edited(tmp_path, clips, **story)
    rendered = melt(without_subtitles(outputs["unpacked"]), tmp_path)
    ours, theirs = frames(outputs["video"]), frames(rendered)
    assert len(theirs) == len(ours)
    timeline = otio.adapters.read_from_file(str(outputs["edit"]))
    middles = [middle(clip) for clip in timeline.tracks[1].find_clips() if "picture" in clip.name]
    shown = {index: psnr(ours[index], theirs[index]) for index in (3, *middles, len(ours) - 2)}
    assert min(shown.values()) > LEAST_PSNR_DB, shown
    heard, played = levels(sound(outputs["video"])), levels(sound(rendered))
    assert np.corrcoef(heard[: len(played)], played[: len(heard)])[0, 1] > 0.98


def middle(clip: otio.schema.Clip) -> int:
    found = clip.range_in_parent()
    return int(found.start_time.value + found.duration.value // 2)


@needs_melt
def test_melt_draws_the_subtitles(tmp_path: Path) -> None:
    outputs = edited(tmp_path, with_other(subtitles=False))
    bare = frames(melt(without_subtitles(outputs["unpacked"]), tmp_path))
    written = frames(melt(outputs["unpacked"] / "film.mlt", tmp_path))
    change = np.abs(written[40][:240].astype(int) - bare[40][:240])
    assert change[180:].max() > 100
    assert change[:150].max() == 0


@needs_melt
def test_melt_draws_no_subtitle_over_a_clip_that_shows_it(tmp_path: Path) -> None:
    outputs = edited(tmp_path, with_other(transition="slide"))
    timeline = otio.adapters.read_from_file(str(outputs["edit"]))
    (starts,) = (
        one.range_in_parent().start_time.value for one in timeline.tracks[1].find_clips() if one.name == "clip-03"
    )
    before, slid = int(starts) - 10, int(starts) + 2
    shown = frames(outputs["video"])[slid][180:240]
    bare = frames(melt(without_subtitles(outputs["unpacked"]), tmp_path))
    written = frames(melt(outputs["unpacked"] / "film.mlt", tmp_path))
    assert shown.max() > 200
    assert np.abs(written[slid].astype(int) - bare[slid]).max() == 0
    assert np.abs(written[before].astype(int) - bare[before]).max() > 100
    every, drawn = ((outputs["unpacked"] / name).read_text() for name in ("subtitles.srt", "drawn.ass"))
    assert every.count(" --> ") == drawn.count("Dialogue: ") == 2


@pytest.mark.parametrize(
    ("style", "colours", "events"),
    [
        ("lines", {"&H00FFFFFF"}, 2),
        ("highlight", {"&H00FFFFFF", "&H000AD6FF"}, 2),
        ("word", {"&H00FFFFFF"}, 3),
    ],
)
def test_what_is_drawn_has_the_colours_of_the_film_and_as_many_words_at_a_time(
    tmp_path: Path, style: str, colours: set[str], events: int
) -> None:
    outputs = edited(tmp_path, with_other(subtitle_style=style))
    drawn, film = (outputs["unpacked"] / "drawn.ass").read_text(), outputs["subtitles_ass"].read_text()
    (look,) = (line.split(",") for line in drawn.splitlines() if line.startswith("Style: "))
    assert set(look[3:5]) == colours
    assert drawn.count("Dialogue: ") == film.count("Dialogue: ") == events


def test_subtitles_that_are_in_every_picture_are_not_drawn(tmp_path: Path) -> None:
    files = [clip(tmp_path / f"{number}.mp4", 60, size=(320, 240)) for number in (1, 2)]
    story = {f"own/{number:02d}": file for number, file in enumerate(files, 1)}
    inputs = film_inputs({**story_inputs(tmp_path / "in"), **story}, tmp_path / "clips", SMALL_CLIPS)
    outputs = made(inputs, tmp_path / "out", VideoNarratedParams(edit=True))
    with ZipFile(outputs["edit"]) as found:
        assert "drawn.ass" not in found.namelist()
        assert "avfilter.subtitles" not in found.read("film.mlt").decode()
        assert found.read("subtitles.srt").decode().count(" --> ") == 2


def without_subtitles(unpacked: Path) -> Path:
    """The document beside itself, its last filter left out."""
    document = parse(unpacked / "film.mlt")
    film = document.find("tractor[@id='film']")
    film.remove(film.find("filter"))
    document.write(unpacked / "bare.mlt")
    return unpacked / "bare.mlt"


def melt(document: Path, folder: Path) -> Path:
    """What Debian's `melt` renders, from any folder, every frame and without loss."""
    path = folder / f"{document.stem}.mkv"
    consumer = [f"avformat:{path}", "vcodec=ffv1", "pix_fmt=yuv420p", "acodec=pcm_s16le", "real_time=-1"]
    # Without a screen Qt's pictures end the program; then others are taken.
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [str(MELT), "-silent", str(document), "-consumer", *consumer]
    subprocess.run(command, check=True, capture_output=True, timeout=300, env=environment)
    return path


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Of the luma of two frames."""
    height = one.shape[0] * 2 // 3
    error = np.mean((one[:height].astype(float) - other[:height]) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def levels(samples: np.ndarray) -> np.ndarray:
    """How loud each tenth of a second is, in dB."""
    tenths = samples[: len(samples) // 4800 * 4800].reshape(-1, 4800)
    return 20 * np.log10(np.maximum(1e-3, np.sqrt(np.mean(np.square(tenths), axis=1))))
