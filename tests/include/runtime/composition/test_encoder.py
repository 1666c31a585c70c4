from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import pytest

from include.contract.errors import ScratchFull
from include.runtime.composition.checks import top_boxes
from include.runtime.composition.encoder import write_film
from include.runtime.composition.planes import Planes
from include.runtime.composition.timeline import Timeline, lay_out
from include.runtime.media.audio import SAMPLE_RATE_HZ

FRAME = (160, 90)
TIMELINE = lay_out([1.0], title_card_s=0.5, scene_pause_s=0.5, fps=30)


def paint(index: int, target: Planes) -> None:
    """Luma tells the frame's number."""
    target.y[:] = 40 + 2 * index
    target.u[:] = 128
    target.v[:] = 128


def tone(timeline: Timeline = TIMELINE) -> list[np.ndarray]:
    times = np.arange(timeline.sample_count) / SAMPLE_RATE_HZ
    wave = (0.2 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
    return np.array_split(np.stack([wave, wave]), 5, axis=1)


def test_every_frame_arrives_at_its_time_with_its_colours(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", TIMELINE, FRAME, paint, tone(), "AI")
    with av.open(str(tmp_path / "film.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (audio.rate, audio.layout.name, video.average_rate) == (48_000, "stereo", 30)
        context = video.codec_context
        assert (context.pix_fmt, context.colorspace, context.color_range) == ("yuv420p", 1, 1)
        assert (context.color_primaries, context.color_trc) == (1, 1)
        frames = list(container.decode(video))
    assert [round(frame.time * 30) for frame in frames] == list(range(60))
    seen = [int(np.frombuffer(frame.planes[0], np.uint8)[50]) for frame in frames]
    assert np.abs(np.array(seen) - (40 + 2 * np.arange(60))).max() <= 2


def test_picture_and_sound_end_together(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", TIMELINE, FRAME, paint, tone(), "AI")
    with av.open(str(tmp_path / "film.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        video_s, audio_s = float(video.duration * video.time_base), float(audio.duration * audio.time_base)
    assert video_s == pytest.approx(2.0, abs=1 / 30)
    assert audio_s == pytest.approx(video_s, abs=1024 / 48_000 + 1 / 30)


def test_the_index_comes_first_and_no_time_or_tool_is_written(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, TIMELINE, FRAME, paint, tone(), "AI")
    boxes = list(top_boxes(path))
    assert boxes.index("moov") < boxes.index("mdat")
    content = path.read_bytes()
    assert b"Lavf" not in content
    assert b"Lavc" not in content
    header = content.index(b"mvhd")
    assert content[header + 8 : header + 16] == bytes(8)


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    os.symlink("/dev/full", tmp_path / "film.mp4")
    with pytest.raises(ScratchFull, match=r"film\.mp4"):
        write_film(tmp_path / "film.mp4", TIMELINE, FRAME, paint, tone(), "AI")


def test_what_painting_raises_comes_out(tmp_path: Path) -> None:
    def broken(index: int, target: Planes) -> None:
        if index == 20:
            raise ValueError("picture 2")
        paint(index, target)

    with pytest.raises(ValueError, match="picture 2"):
        write_film(tmp_path / "film.mp4", TIMELINE, FRAME, broken, tone(), "AI")
