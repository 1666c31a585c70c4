"""Clips that people bring become a film's frames, whatever their size, rate, turn, fields and sound."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.reformatter import ColorTrc
from numpy.typing import NDArray

from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.contract.values import Fit
from include.runtime.own.clips import clip_answer, first_picture_answer
from tests.include.runtime.composition.media import tone, track
from tests.include.runtime.own.films import clip, turned

FRAME = (128, 72)
Luma = NDArray[np.uint8]


def asked(limits: MediaLimits | None = None, **more: object) -> dict[str, object]:
    told = {"what": "the clip", "frame": list(FRAME), "fit": Fit.COVER, "background": [0, 200, 0], **more}
    return {**(limits or MediaLimits()).model_dump(), **told}


def frames(
    path: Path, fps: int = 10, skip: int = 0, most: int = 1000, fit: Fit = Fit.COVER, frame: tuple[int, int] = FRAME
) -> tuple[dict[str, object], list[NDArray[np.uint8]]]:
    """What is told, and each frame's planes, one over the other."""
    with path.open("rb") as file:
        told, *bodies = clip_answer(file, asked(fps=fps, skip=skip, frames=most, fit=fit, frame=list(frame)))
    assert isinstance(told, dict)
    width, height = told["box"]
    return told, [np.frombuffer(body, np.uint8).reshape(height * 3 // 2, width) for body in bodies]  # type: ignore[arg-type]


def bar(planes: NDArray[np.uint8], height: int = 72) -> float:
    """Where the white bar is, in the lower half."""
    row = planes[height * 3 // 4].astype(float)
    return float(np.flatnonzero(row > 160).mean())


def test_frames_come_in_order_and_all_of_them(tmp_path: Path) -> None:
    told, found = frames(clip(tmp_path / "a.mp4"))
    assert (told["duration_s"], told["fps"], told["width_px"]) == (2.0, 10.0, 128)
    assert [bar(each) for each in found] == pytest.approx([3.5 + number * 120 // 19 for number in range(20)], abs=1)


@pytest.mark.parametrize(("fps", "count"), [(5, 10), (10, 20), (25, 50), (30, 60)])
def test_another_rate_keeps_the_time(tmp_path: Path, fps: int, count: int) -> None:
    _, found = frames(clip(tmp_path / "a.mp4"), fps)
    assert len(found) == pytest.approx(count, abs=1)
    assert bar(found[len(found) // 2]) == pytest.approx(64, abs=10)


def test_a_variable_rate_keeps_the_time(tmp_path: Path) -> None:
    times = [*range(10), *range(30, 40)]
    _, found = frames(clip(tmp_path / "a.mp4", times=times))
    assert len(found) == 40
    assert bar(found[5]) == pytest.approx(3.5 + 5 * 120 / 19, abs=2)
    assert [bar(each) for each in found[10:30]] == [bar(found[9])] * 20
    assert bar(found[35]) == pytest.approx(3.5 + 15 * 120 / 19, abs=2)


def test_it_may_begin_later_and_stop_before_its_end_and_holds_its_last_frame(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    whole = frames(path)[1]
    some = frames(path, skip=7, most=3)[1]
    assert [each.tobytes() for each in some] == [each.tobytes() for each in whole[7:10]]
    (last,) = frames(path, skip=500)[1]
    assert last.tobytes() == whole[-1].tobytes()


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))], ids=str)
def test_a_clip_that_a_phone_made_is_upright(tmp_path: Path, degrees: int, corner: tuple[int, int]) -> None:
    """The red corner is where a player shows it."""
    frame = (72, 128) if degrees in (90, 270) else FRAME
    path = turned(clip(tmp_path / "a.mp4", frames=3), degrees)
    with path.open("rb") as file:
        _, body = first_picture_answer(file, asked(frame=list(frame)))
    picture = np.frombuffer(body, np.uint8).reshape(frame[1], frame[0], 3)  # type: ignore[arg-type]
    places = {(y, x): picture[12 if y == 0 else -12, 12 if x == 0 else -12] for y in (0, -1) for x in (0, -1)}
    assert max(places, key=lambda place: int(places[place][0]) - int(places[place][2])) == corner


def test_the_first_picture_has_its_colours(tmp_path: Path) -> None:
    with clip(tmp_path / "a.mp4").open("rb") as file:
        told, body = first_picture_answer(file, asked())
    picture = np.frombuffer(body, np.uint8).reshape(72, 128, 3)  # type: ignore[arg-type]
    assert np.abs(picture[10, 40].astype(int) - (220, 20, 20)).max() < 12
    assert np.abs(picture[60, 40].astype(int) - (20, 20, 220)).max() < 12
    assert isinstance(told, dict)
    assert told["warnings"] == []


def test_pixels_that_are_not_square_are_shown_as_wide_as_they_are(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", size=(64, 72), aspect=Fraction(2))
    assert frames(path, fit=Fit.CONTAIN)[0]["box"] == [128, 72]
    assert frames(clip(tmp_path / "b.mp4", size=(64, 72)), fit=Fit.CONTAIN)[0]["box"] == [64, 72]


def test_fields_become_pictures(tmp_path: Path) -> None:
    said = {"x264-params": "interlaced=1:tff=1"}
    woven, whole = clip(tmp_path / "a.mp4", options=said, is_woven=True), clip(tmp_path / "b.mp4", is_woven=True)
    found, combed = (frames(each)[1] for each in (woven, whole))
    assert len(found) == 20
    assert bar(found[10]) == pytest.approx(66, abs=4)
    assert combing(found[10]) < 0.2 * combing(combed[10]), "what does not say that it has fields keeps its rows"


def combing(planes: NDArray[np.uint8]) -> float:
    """How much neighbouring rows of the lower half differ."""
    rows = planes[40:70].astype(float)
    return float(np.abs(np.diff(rows, axis=0)).mean())


def test_a_large_clip_that_does_not_say_its_colours_is_taken_to_be_in_hd_ones_and_a_small_one_is_not(
    tmp_path: Path,
) -> None:
    def first(size: tuple[int, int], says_space: bool) -> bytes:
        path = clip(tmp_path / f"{size[0]}-{says_space}.mp4", frames=1, size=size, says_space=says_space)
        return frames(path)[1][0].tobytes()

    assert first((1280, 720), says_space=True) == first((1280, 720), says_space=False)
    assert first((128, 72), says_space=True) != first((128, 72), says_space=False)


@pytest.mark.parametrize("sound", ["mono", "5.1"])
def test_sound_is_left_out(tmp_path: Path, sound: str) -> None:
    assert len(frames(clip(tmp_path / "a.mp4", sound=sound))[1]) == 20


def test_a_clip_of_one_frame_is_one(tmp_path: Path) -> None:
    assert len(frames(clip(tmp_path / "a.mp4", frames=1))[1]) == 1
    assert len(frames(clip(tmp_path / "a.mkv", frames=1, container="matroska"), skip=3)[1]) == 1


def test_of_two_hours_no_more_is_decoded_than_is_asked_for(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", frames=21, times=[*range(20), 72_000])
    told, found = frames(path, most=6)
    assert told["duration_s"] == pytest.approx(7200, abs=1)
    assert len(found) == 6


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b"ffconcat version 1.0\nfile /etc/hostname\n"), "found a concat script, which"),
        (lambda path: path.write_bytes(b"#EXTM3U\nfile:///etc/hostname\n"), "found a playlist (M3U8 or HLS), which"),
        (lambda path: path.write_bytes(clip(path).read_bytes()[:800]), "found M4A or MP4, damaged or cut short"),
        (lambda path: track(path, tone(1.0), "aac", "mp4"), "the clip has no picture; allowed: a film; bring one"),
        (lambda path: clip(path, size=(16, 16)), "the clip is 16x16 px; allowed: at least 32 px each way"),
        (lambda path: clip(path, trc=ColorTrc.SMPTE2084), "is in high dynamic range (PQ); allowed: SDR"),
        (lambda path: clip(path, trc=ColorTrc.ARIB_STD_B67), "is in high dynamic range (HLG); allowed: SDR"),
        (lambda path: clip(path, frames=60), "lasts 6 s; allowed by the deployment: at most 5 s; cut it"),
    ],
)
def test_a_clip_that_cannot_be_shown_is_refused(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    path = tmp_path / "a.mp4"
    make(path)
    with path.open("rb") as file, pytest.raises(CorruptInput) as caught:
        list(clip_answer(file, asked(MediaLimits(clip_s=5), fps=10, skip=0, frames=10)))
    assert said in str(caught.value)
