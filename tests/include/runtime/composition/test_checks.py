from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.contract.errors import CheckFailed
from include.runtime.composition.checks import Expected, check_film, check_picture, check_subtitles
from include.runtime.composition.encoder import write_film
from include.runtime.composition.planes import Planes
from include.runtime.composition.timeline import lay_out
from tests.include.runtime.composition.test_encoder import FRAME, TIMELINE, tone

LUFS = -14.8


def paint(index: int, target: Planes) -> None:
    target.y[:] = np.linspace(40, 200, target.y.shape[1], dtype=np.uint8) - index
    target.u[:] = target.v[:] = 128


def blank(index: int, target: Planes) -> None:
    for plane in target.each():
        plane[:] = 128


def made(path: Path, painter: Callable[[int, Planes], None] = paint, level: float = 1.0) -> Path:
    write_film(path, TIMELINE, FRAME, painter, [level * block for block in tone()], "AI")
    return path


def expected() -> Expected:
    return Expected(FRAME, TIMELINE, LUFS, "AI")


def test_a_good_film_passes_and_its_loudness_is_told(tmp_path: Path) -> None:
    assert check_film(made(tmp_path / "film.mp4"), expected()) == pytest.approx(LUFS, abs=0.5)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (replace(expected(), frame=(90, 160)), "frame size"),
        (replace(expected(), timeline=lay_out([1.3], 0.5, 0.5, 30)), "length"),
        (replace(expected(), timeline=lay_out([1.0], 0.5, 0.5, 25)), "frame rate"),
        (replace(expected(), timeline=lay_out([1.04], 0.5, 0.5, 30)), "number of frames"),
        (replace(expected(), loudness_lufs=-20.0), "loudness"),
    ],
)
def test_another_film_than_asked_is_refused(tmp_path: Path, wrong: Expected, message: str) -> None:
    with pytest.raises(CheckFailed, match=message):
        check_film(made(tmp_path / "film.mp4"), wrong)


def test_a_blank_or_silent_film_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="luma"):
        check_film(made(tmp_path / "blank.mp4", blank), expected())
    with pytest.raises(CheckFailed, match="silent"):
        check_film(made(tmp_path / "silent.mp4", level=0.0), expected())


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
