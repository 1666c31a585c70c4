from __future__ import annotations

import os
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from include.contract.errors import ScratchFull
from include.runtime.composition.checks import check_clip, top_boxes
from include.runtime.composition.encoder import write_clip
from include.runtime.composition.planes import Planes

FRAME = (160, 90)


class Counted:
    """Pictures whose luma tells their number."""

    def __init__(self, frames: int = 60, first: int = 0) -> None:
        self.frames, self._first = frames, first

    def paint(self, index: int, target: Planes) -> None:
        target.y[:] = 40 + 2 * ((self._first + index) % 90)
        target.u[:] = 128
        target.v[:] = 128


def test_every_frame_arrives_at_its_time_with_its_colours(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", FRAME, 30, Counted())
    with av.open(str(tmp_path / "clip.mp4")) as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, len(container.streams.audio)) == ("h264", 0)
        assert video.average_rate == 30
        context = video.codec_context
        assert (context.pix_fmt, context.colorspace, context.color_range) == ("yuv420p", 1, 1)
        assert (context.color_primaries, context.color_trc) == (1, 1)
        frames = list(container.decode(video))
    assert [round(frame.time * 30) for frame in frames] == list(range(60))
    seen = [int(np.frombuffer(frame.planes[0], np.uint8)[50]) for frame in frames]
    assert np.abs(np.array(seen) - (40 + 2 * np.arange(60))).max() <= 2


@pytest.mark.parametrize("frames", [1, 2, 3, 250])
def test_clips_of_any_length_have_the_same_parameter_sets(tmp_path: Path, frames: int) -> None:
    sets = []
    for number, count in enumerate((60, frames)):
        write_clip(tmp_path / f"{number}.mp4", FRAME, 30, Counted(count))
        with av.open(str(tmp_path / f"{number}.mp4")) as container:
            context = container.streams.video[0].codec_context
            sets.append((context.extradata, context.reorder_depth))
    assert sets[0] == sets[1]


def test_the_index_comes_first_and_no_time_or_tool_is_written(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    write_clip(path, FRAME, 30, Counted())
    boxes = list(top_boxes(path))
    assert boxes.index("moov") < boxes.index("mdat")
    content = path.read_bytes()
    assert b"Lavf" not in content
    assert b"Lavc" not in content
    header = content.index(b"mvhd")
    assert content[header + 8 : header + 16] == bytes(8)


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    os.symlink("/dev/full", tmp_path / "clip.mp4")
    with pytest.raises(ScratchFull, match=r"clip\.mp4"):
        write_clip(tmp_path / "clip.mp4", FRAME, 30, Counted())


def test_what_painting_raises_comes_out(tmp_path: Path) -> None:
    class Broken(Counted):
        def paint(self, index: int, target: Planes) -> None:
            if index == 20:
                raise ValueError("picture 2")
            super().paint(index, target)

    with pytest.raises(ValueError, match="picture 2"):
        write_clip(tmp_path / "clip.mp4", FRAME, 30, Broken())


def test_frames_are_painted_as_any_processor_paints_them(tmp_path: Path) -> None:
    seen: set[bool] = set()

    class Watched(Counted):
        def paint(self, index: int, target: Planes) -> None:
            seen.add(cv2.ipp.useIPP())
            super().paint(index, target)

    write_clip(tmp_path / "clip.mp4", FRAME, 30, Watched())
    assert seen == {False}


def test_how_much_is_done_is_told(tmp_path: Path) -> None:
    told: list[float] = []
    write_clip(tmp_path / "clip.mp4", FRAME, 30, Counted(), told.append)
    assert (told[0], told == sorted(told), 0.95 < told[-1] <= 1) == (0, True, True)


def test_sound_is_written_without_loss_for_as_long_as_there_are_pictures(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).integers(-9000, 9000, (60_000, 2)).astype(np.int16)
    for frames in (1, 45):
        path = tmp_path / f"{frames}.mp4"
        write_clip(path, FRAME, 30, Counted(frames), sound=sound)
        with av.open(str(path)) as container:
            audio = container.streams.audio[0]
            heard = np.concatenate([one.to_ndarray() for one in container.decode(audio)], axis=1).reshape(-1, 2)
        length = frames * 1600
        assert len(heard) == length
        assert np.array_equal(heard[:60_000], sound[:length])
        assert not heard[60_000:].any()


class Ending(Counted):
    """It has fewer than it says, which it only knows once it has been asked for one more."""

    def paint(self, index: int, target: Planes) -> None:
        if index == 7:
            self.frames = 7
        super().paint(index, target)


def test_pictures_may_end_before_they_are_counted(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", FRAME, 30, Ending())
    check_clip(tmp_path / "clip.mp4", FRAME, 30, 7)
