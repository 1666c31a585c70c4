"""Clips that people bring become a film's frames, whatever their size, rate, turn, fields and sound."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc
from numpy.typing import NDArray

from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.contract.values import Fit
from include.runtime.own.clips import clip_answer, first_picture_answer
from tests.include.runtime.composition.media import tone, track
from tests.include.runtime.own.films import clip, hdr_clip, hlg, pq, turned

FRAME = (128, 72)
Luma = NDArray[np.uint8]


def asked(limits: MediaLimits | None = None, **more: object) -> dict[str, object]:
    told = {"what": "the clip", "frame": list(FRAME), "fit": Fit.COVER, "background": [0, 200, 0], **more}
    return {**(limits or MediaLimits()).model_dump(), **told}


def frames(
    path: Path, fps: int = 10, skip: int = 0, most: int = 1000, fit: Fit = Fit.COVER, frame: tuple[int, int] = FRAME
) -> tuple[dict[str, object], list[NDArray[np.uint8]]]:
    """What is told, at first and at last, and each frame's planes, one over the other."""
    with path.open("rb") as file:
        told, *rest = clip_answer(file, asked(fps=fps, skip=skip, frames=most, fit=fit, frame=list(frame)))
    assert isinstance(told, dict)
    width, height = told["box"]
    bodies = [each for each in rest if isinstance(each, bytes)]
    told = {**told, **next((each for each in rest if isinstance(each, dict)), {})}
    return told, [np.frombuffer(body, np.uint8).reshape(height * 3 // 2, width) for body in bodies]


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


@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("codec", ["libx265", "libx264"])
@pytest.mark.parametrize(
    ("trc", "signal", "hdr"), [(ColorTrc.SMPTE2084, pq, "PQ"), (ColorTrc.ARIB_STD_B67, hlg, "HLG")]
)
def test_high_dynamic_range_is_shown_in_a_films(
    tmp_path: Path,
    trc: ColorTrc,
    signal: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    hdr: str,
    codec: str,
    is_full: bool,
) -> None:
    light = np.zeros((72, 128, 3))
    for at, each in enumerate(LIGHT):
        light[:, at * 16 : at * 16 + 16] = each
    path = hdr_clip(tmp_path / "a.mp4", signal(light), trc, codec, is_full=is_full)
    told, found = frames(path)
    assert (told["hdr"], len(found)) == (hdr, 3)
    luma, chroma = found[0][:72], found[0][72:]
    means = [luma[10:60, at * 16 + 5 : at * 16 + 11].mean() for at in range(len(LIGHT))]
    assert means == pytest.approx([16 + 219 * signal_of(each) for each in LIGHT], abs=1.0)
    assert np.abs(chroma.astype(int) - 128).max() <= 1
    with path.open("rb") as file:
        told, body = first_picture_answer(file, asked())
    assert isinstance(told, dict)
    assert told["warnings"] == [f"it is in high dynamic range ({hdr}); it is shown in standard range (BT.709)"]
    picture = np.frombuffer(body, np.uint8).reshape(72, 128, 3)  # type: ignore[arg-type]
    levels = [picture[30, at * 16 + 8].tolist() for at in range(len(LIGHT))]
    assert [level[1] for level in levels] == pytest.approx([255 * signal_of(each) for each in LIGHT], abs=2)
    assert max(max(level) - min(level) for level in levels) <= 2


LIGHT = (0.0, 5.0, 26.0, 80.0, 203.0, 400.0, 1000.0)
"""Greys, in cd/m²."""
GREY = np.full((72, 128, 3), 0.4)
ICTCP = 14


def signal_of(light: float) -> float:
    """What BT.709 shows for a grey, computed by itself: BT.2390's curve up to the white of BT.2408, then BT.1886."""

    def perceived(each: float) -> float:
        return float(pq(np.array(each)))

    x, most = perceived(light) / perceived(1000), perceived(203) / perceived(1000)
    knee = 1.5 * most - 0.5
    if x > knee:
        t = (x - knee) / (1 - knee)
        x = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    low, high = 0.0, 203.0
    for _ in range(60):  # by halving, so that nothing of what is tested is used
        middle = (low + high) / 2
        low, high = (middle, high) if perceived(middle) < x * perceived(1000) else (low, middle)
    return float((low / 203) ** (1 / 2.4))


def test_high_dynamic_range_that_does_not_say_its_space_is_taken_to_be_in_bt2020(tmp_path: Path) -> None:
    red = pq(np.broadcast_to(np.array([80.0, 10.0, 10.0]), (72, 128, 3)))
    said, unsaid = (
        frames(hdr_clip(tmp_path / f"{each}.mp4", red, ColorTrc.SMPTE2084, space=each))[1][0].astype(int)
        for each in (Colorspace.BT2020, 2)
    )
    assert np.abs(said - unsaid).max() <= 1


@pytest.mark.parametrize("sound", ["mono", "5.1"])
def test_sound_is_left_out(tmp_path: Path, sound: str) -> None:
    assert len(frames(clip(tmp_path / "a.mp4", sound=sound))[1]) == 20


def test_a_clip_of_one_frame_is_one(tmp_path: Path) -> None:
    assert len(frames(clip(tmp_path / "a.mp4", frames=1))[1]) == 1
    told, shown = frames(clip(tmp_path / "a.mkv", frames=1, container="matroska"), skip=3)
    assert (len(shown), told["frames"]) == (1, 1)


def test_a_clip_that_ends_before_it_is_asked_to_says_how_many_frames_it_has(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    assert frames(path, skip=5)[0]["frames"] == frames(path, skip=500)[0]["frames"] == 20
    assert "frames" not in frames(path, skip=5, most=15)[0]


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
        (lambda path: path.write_bytes(clip(path).read_bytes()[:800]), "found MP4 or M4A, damaged or cut short"),
        (lambda path: track(path, tone(1.0), "aac", "mp4"), "the clip has no picture; allowed: a film; bring one"),
        (
            lambda path: path.write_bytes(clip(path).read_bytes().replace(b"avc1", b"zzzz")),
            "of a kind that is not known",
        ),
        (lambda path: clip(path, size=(16, 16)), "the clip is 16x16 px; allowed: at least 32 px each way"),
        (
            lambda path: clip(path, trc=ColorTrc.SMPTE2084),
            "is in high dynamic range (PQ), but not in BT.2020's colours",
        ),
        (lambda path: hdr_clip(path, GREY, ColorTrc.SMPTE2084, space=ICTCP), "allowed: PQ and HLG as BT.2100 has them"),
        (lambda path: hdr_clip(path, GREY, ColorTrc.ARIB_STD_B67, primaries=ColorPrimaries.BT709), "(HLG), but not"),
        (lambda path: path.write_bytes(hdr_clip(path, GREY, ColorTrc.SMPTE2084).read_bytes()[:900]), "damaged or cut"),
        (lambda path: clip(path, frames=60), "lasts 6 s; allowed by the deployment: at most 5 s; cut it"),
    ],
)
def test_a_clip_that_cannot_be_shown_is_refused(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    path = tmp_path / "a.mp4"
    make(path)
    with path.open("rb") as file, pytest.raises(CorruptInput) as caught:
        list(clip_answer(file, asked(MediaLimits(clip_s=5), fps=10, skip=0, frames=10)))
    assert said in str(caught.value)
