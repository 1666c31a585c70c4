"""An intro is shown from its first frame to its last, whatever it is, and heard if it has sound."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.contract.values import Fit
from include.runtime.composition.brought_clip import BroughtClip
from include.runtime.composition.planes import Planes
from tests.include.runtime.composition.media import tone
from tests.include.runtime.own.films import clip

FRAME = (128, 72)


def brought(path: Path, fit: Fit = Fit.COVER, fps: int = 10, limits: MediaLimits | None = None) -> BroughtClip:
    return BroughtClip(path, "the intro", FRAME, fps, fit, limits or MediaLimits())


def painted(pictures: BroughtClip) -> list[Planes]:
    """All of its frames, asked for as an encoder asks."""
    found: list[Planes] = []
    with closing(pictures):
        while len(found) < pictures.frames:
            found.append(Planes.empty(*FRAME))
            pictures.paint(len(found) - 1, found[-1])
    return found[: pictures.frames]


@pytest.mark.parametrize(("frames", "rate", "shown"), [(1, 10, 1), (1, 60, 1), (20, 10, 20), (30, 25, 12), (5, 1, 50)])
def test_how_many_frames_it_has_is_known_once_they_are_painted(
    tmp_path: Path, frames: int, rate: int, shown: int
) -> None:
    pictures = brought(clip(tmp_path / "a.mp4", frames, rate))
    assert len(painted(pictures)) == pictures.frames == shown
    pictures.check()


@pytest.mark.parametrize("fit", [Fit.CONTAIN, Fit.BLUR])
def test_one_of_another_shape_has_black_or_itself_around_it(tmp_path: Path, fit: Fit) -> None:
    frames = painted(brought(clip(tmp_path / "a.mp4", size=(48, 72)), fit))
    edges = np.stack([frame.y[:, [0, -1]] for frame in frames])
    assert (edges == edges[0]).all()
    assert bool((edges == 16).all()) is (fit is Fit.CONTAIN)
    middles = np.stack([frame.y[:, 40:88] for frame in frames])
    assert not (middles == middles[0]).all()


def test_one_that_is_too_long_is_refused_by_what_it_says_or_once_it_is(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", 50, 10)
    with pytest.raises(CorruptInput, match="the intro lasts 5 s; allowed by the deployment: at most 3 s; cut it"):
        painted(brought(path, limits=MediaLimits(intro_s=3)))
    assert len(painted(brought(path, limits=MediaLimits(intro_s=5)))) == 50
    silent_about_it = clip(tmp_path / "a.mkv", 50, 10, container="matroska")
    body = silent_about_it.read_bytes()
    at = body.index(b"\x44\x89\x88")  # the duration, a float of 8 bytes
    silent_about_it.write_bytes(body[: at + 3] + bytes(8) + body[at + 11 :])
    with pytest.raises(CorruptInput, match=r"longer than it says; allowed by the deployment .`own_media.intro_s`."):
        painted(brought(silent_about_it, limits=MediaLimits(intro_s=3)))


def test_one_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", 60, 30, container="matroska", options={"g": "5", "bf": "0"})
    body = path.read_bytes()
    path.write_bytes(body[: len(body) * 2 // 3])
    pictures = brought(path)
    assert 5 < len(painted(pictures)) < 15
    with pytest.raises(
        CorruptInput, match=r"the intro is cut short or damaged: \d\.\d of its 2\.0 s can be seen; bring"
    ):
        pictures.check()


@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1"])
def test_what_is_heard_in_it_is_stereo_and_no_longer_than_it_may_be(tmp_path: Path, layout: str) -> None:
    path = clip(tmp_path / "a.mp4", sound=layout, heard=tone(2.0, 48_000))
    sound = brought(path).sound(tmp_path / "sound")
    assert sound is not None
    assert sound.shape[1] == 2
    assert len(sound) == pytest.approx(96_000, abs=2048)
    assert np.abs(np.fft.rfft(sound[:48_000, 1])).argmax() == 330
    short = brought(path, limits=MediaLimits(intro_s=1)).sound(tmp_path / "short")
    assert short is not None
    assert len(short) == 48_000


def test_one_without_sound_has_none(tmp_path: Path) -> None:
    assert brought(clip(tmp_path / "a.mp4")).sound(tmp_path / "sound") is None
