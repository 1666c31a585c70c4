from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.contract.errors import CheckFailed
from include.runtime.composition.checks import (
    Expected,
    check_clip,
    check_clip_sound,
    check_film,
    check_picture,
    check_subtitles,
)
from include.runtime.composition.encoder import write_clip
from include.runtime.composition.joining import write_film
from include.runtime.composition.planes import Planes
from include.runtime.composition.timeline import Timeline, timeline_of
from tests.include.runtime.composition.test_encoder import FRAME, Counted
from tests.include.runtime.composition.test_joining import clips, tone

ROOT = Path(__file__).resolve().parents[4]
LUFS = -14.8
FILM = Timeline(30, 60, (15,))


def made(folder: Path, level: float = 1.0) -> Path:
    clips_made, timeline = clips(folder, (15, 45))
    path = folder / "film.mp4"
    write_film(path, clips_made, timeline, [level * block for block in tone(timeline)], "AI")
    return path


def expected() -> Expected:
    return Expected(FRAME, FILM, LUFS, "AI", (0, 15))


def test_a_good_film_passes_and_its_loudness_is_told(tmp_path: Path) -> None:
    assert check_film(made(tmp_path), expected()).integrated_lufs == pytest.approx(LUFS, abs=0.5)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (replace(expected(), frame=(90, 160)), "frame size"),
        (replace(expected(), timeline=Timeline(30, 69, (15,))), "length"),
        (replace(expected(), timeline=Timeline(25, 50, (15,))), "frame rate"),
        (replace(expected(), timeline=Timeline(30, 61, (15,))), "number of frames"),
        (replace(expected(), loudness_lufs=-20.0), "loudness"),
        (replace(expected(), firsts=(0, 14)), r"without a key frame is \[14\]"),
    ],
)
def test_another_film_than_asked_is_refused(tmp_path: Path, wrong: Expected, message: str) -> None:
    with pytest.raises(CheckFailed, match=message):
        check_film(made(tmp_path), wrong)


def test_a_silent_film_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="silent"):
        check_film(made(tmp_path, level=0.0), expected())


class Noise(Counted):
    """Pictures that no encoder makes small."""

    def paint(self, index: int, target: Planes) -> None:
        chance = np.random.default_rng(index)
        for plane in target.each():
            plane[:] = chance.integers(16, 235, plane.shape)


def test_a_large_film_is_not_held_in_memory(tmp_path: Path) -> None:
    noise, frame = tmp_path / "noise.mp4", (640, 360)
    write_clip(noise, frame, 30, Noise(30))
    (one,), _ = clips(tmp_path / "one", (30,))
    facts = one.facts.model_copy(update={"width": frame[0], "height": frame[1]})
    made = [replace(one, path=noise, facts=facts)] * 40
    film, timeline = tmp_path / "film.mp4", timeline_of([facts] * 40)
    write_film(film, made, timeline, tone(timeline), "AI")
    program = (
        "import sys; from pathlib import Path; from resource import RUSAGE_SELF, getrusage;"
        "from tests.include.runtime.composition.test_checks import *;"
        "timeline = Timeline(30, 1200, tuple(range(0, 1200, 30)));"
        "before = getrusage(RUSAGE_SELF).ru_maxrss;"
        "check_film(Path(sys.argv[1]), Expected((640, 360), timeline, LUFS, 'AI', timeline.scene_starts));"
        "print(getrusage(RUSAGE_SELF).ru_maxrss - before)"
    )
    child = subprocess.run([sys.executable, "-c", program, film], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(child.stdout) << 10 < film.stat().st_size / 4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [(((90, 160), 30, 20), "frame size"), ((FRAME, 25, 20), "frame rate"), ((FRAME, 30, 21), "times of frames")],
)
def test_another_clip_than_asked_is_refused(tmp_path: Path, wrong: tuple, message: str) -> None:
    path = tmp_path / "clip.mp4"
    write_clip(path, FRAME, 30, Counted(20))
    check_clip(path, FRAME, 30, 20)
    with pytest.raises(CheckFailed, match=message):
        check_clip(path, *wrong)


def test_sound_of_another_length_than_the_pictures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    write_clip(path, FRAME, 30, Counted(20), sound=np.ones((9, 2), np.int16))
    check_clip_sound(path, 30, 20)
    with pytest.raises(CheckFailed, match="samples of a clip's sound is 32000; allowed: 33600"):
        check_clip_sound(path, 30, 21)


def test_a_clip_with_a_broken_frame_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    write_clip(path, FRAME, 30, Counted(40))
    content = bytearray(path.read_bytes())
    content[-200:-100] = bytes(100)
    path.write_bytes(content)
    with pytest.raises(CheckFailed, match="does not decode"):
        check_clip(path, FRAME, 30, 40)


def test_a_poster_is_of_the_frames_size_and_shows_something(tmp_path: Path) -> None:
    Image.new("RGB", FRAME, "white").save(tmp_path / "blank.jpg")
    with pytest.raises(CheckFailed, match="luma"):
        check_picture(tmp_path / "blank.jpg", FRAME)
    with pytest.raises(CheckFailed, match="size"):
        check_picture(tmp_path / "blank.jpg", (90, 160))


def test_lost_or_overlapping_cues_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "cues.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:03,000\na\n\n2\n00:00:02,000 --> 00:00:04,000\nb\n")
    with pytest.raises(CheckFailed, match="overlapping"):
        check_subtitles(path, 2)
    with pytest.raises(CheckFailed, match="cues in"):
        check_subtitles(path, 3)
