from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import av
import numpy as np
import pytest

from include.contract.clips import ClipFacts
from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput, ScratchFull
from include.contract.ports import Place
from include.runtime.composition.checks import top_boxes
from include.runtime.composition.encoder import write_clip
from include.runtime.composition.joining import write_film
from include.runtime.composition.story import Clip
from include.runtime.composition.timeline import Timeline, timeline_of
from include.runtime.media.audio import SAMPLE_RATE_HZ
from tests.include.runtime.composition.test_encoder import FRAME, Counted

LENGTHS = (14, 1, 20, 2, 23)
"""Also of one frame and of two, whose decoding times start elsewhere."""


def clip(path: Path, frames: int, first: int = 0, fps: int = 30, frame: tuple[int, int] = FRAME) -> Clip:
    write_clip(path, frame, fps, Counted(frames, first))
    facts = ClipFacts(
        place=Place.PART,
        width=frame[0],
        height=frame[1],
        fps=fps,
        frames=frames,
        digital_source=DigitalSource.ALGORITHMIC,
    )
    return Clip(f"clip/{path.stem}", path, facts)


def clips(folder: Path, lengths: Sequence[int] = LENGTHS) -> tuple[list[Clip], Timeline]:
    folder.mkdir(exist_ok=True)
    firsts = accumulate(lengths[:-1], initial=0)
    made = [
        clip(folder / f"{number:02d}.mp4", frames, first)
        for number, (frames, first) in enumerate(zip(lengths, firsts, strict=True), 1)
    ]
    return made, timeline_of([one.facts for one in made])


def tone(timeline: Timeline) -> list[np.ndarray]:
    times = np.arange(timeline.sample_count) / SAMPLE_RATE_HZ
    wave = (0.2 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
    return np.array_split(np.stack([wave, wave]), 5, axis=1)


def joined(folder: Path, made: Sequence[Clip], timeline: Timeline, titles: Sequence[str] = ()) -> Path:
    path = folder / "film.mp4"
    write_film(path, made, timeline, tone(timeline), "AI", titles)
    return path


def frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]


@pytest.mark.parametrize("lengths", [LENGTHS, (1, 1, 1), (2, 1, 2), (60,), (75, 75)])
def test_a_films_frames_are_bit_for_bit_those_of_its_clips(tmp_path: Path, lengths: Sequence[int]) -> None:
    made, timeline = clips(tmp_path, lengths)
    shown = frames(joined(tmp_path, made, timeline))
    apart = [frame for one in made for frame in frames(one.path)]
    assert len(shown) == len(apart) == sum(lengths)
    assert all(np.array_equal(one, other) for one, other in zip(shown, apart, strict=True))


def test_each_frame_has_its_time_and_is_decoded_before_it_is_shown(tmp_path: Path) -> None:
    made, timeline = clips(tmp_path)
    with av.open(str(joined(tmp_path, made, timeline))) as container:
        stream = container.streams.video[0]
        step = int(1 / stream.time_base / 30)
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
    assert [packet.dts // step for packet in packets] == list(range(-2, sum(LENGTHS) - 2))
    assert sorted(packet.pts // step for packet in packets) == list(range(sum(LENGTHS)))
    assert all(packet.dts <= packet.pts for packet in packets)


@pytest.mark.parametrize("at", [0, 14, 15, 34, 35, 37, 59])
def test_a_player_may_start_anywhere(tmp_path: Path, at: int) -> None:
    made, timeline = clips(tmp_path)
    path = joined(tmp_path, made, timeline)
    whole = frames(path)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        container.seek(int(at / 30 / stream.time_base), stream=stream)
        found = next(frame for frame in container.decode(stream) if round(frame.time * 30) >= at)
        assert np.array_equal(found.to_ndarray(format="yuv420p"), whole[at])


def test_picture_and_sound_end_together_and_the_index_comes_first(tmp_path: Path) -> None:
    path = joined(tmp_path, *clips(tmp_path))
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48_000, "stereo")
        assert video.average_rate == 30
        context = video.codec_context
        assert (context.pix_fmt, context.colorspace, context.color_range) == ("yuv420p", 1, 1)
        assert container.metadata["comment"] == "AI"
        video_s, audio_s = float(video.duration * video.time_base), float(audio.duration * audio.time_base)
    assert video_s == pytest.approx(2.0, abs=1 / 30)
    assert audio_s == pytest.approx(video_s, abs=1024 / 48_000 + 1 / 30)
    boxes = list(top_boxes(path))
    assert boxes.index("moov") < boxes.index("mdat")
    assert b"Lav" not in path.read_bytes()


def test_each_scene_is_a_chapter_and_the_title_belongs_to_the_first(tmp_path: Path) -> None:
    made, _ = clips(tmp_path)
    timeline = Timeline(30, sum(LENGTHS), (14, 35))
    with av.open(str(joined(tmp_path, made, timeline, ["Honey", "蜂蜜 & <b>"]))) as container:
        found = [
            (
                float(each["start"] * each["time_base"]),
                float(each["end"] * each["time_base"]),
                each["metadata"]["title"],
            )
            for each in container.chapters()
        ]
    assert found == [
        (0.0, pytest.approx(35 / 30, abs=0.001), "Honey"),
        (pytest.approx(35 / 30, abs=0.001), 2.0, "蜂蜜 & <b>"),
    ]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"frame": (90, 160)}, "sizes \\(160, 90\\) and \\(90, 160\\)"),
        ({"fps": 25}, "frame rates 30 and 25"),
    ],
)
def test_clips_that_differ_are_refused_and_both_are_named(tmp_path: Path, other: dict, words: str) -> None:
    made, timeline = clips(tmp_path)
    made[2] = clip(tmp_path / "03.mp4", LENGTHS[2], **other)
    with pytest.raises(CorruptInput, match=rf"clip/01 and clip/03 have {words}"):
        joined(tmp_path, made, timeline)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"bf": "3", "x264-params": "cabac=0"}, "encoders' parameter sets that are not the same"),
        ({"bf": "0"}, "reorder delays 2 and 0"),
    ],
)
def test_clips_by_other_encoders_are_refused(tmp_path: Path, options: dict[str, str], words: str) -> None:
    made, timeline = clips(tmp_path)
    with av.open(str(made[3].path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "faster", **options})
        stream.width, stream.height, stream.pix_fmt = *FRAME, "yuv420p"
        for _ in range(LENGTHS[3]):
            container.mux(stream.encode(av.VideoFrame(*FRAME, "yuv420p")))
        container.mux(stream.encode())
    with pytest.raises(CorruptInput, match=f"clip/01 and clip/04 have {words}"):
        joined(tmp_path, made, timeline)


def test_a_clip_that_does_not_begin_with_a_key_frame_is_named(tmp_path: Path) -> None:
    made, timeline = clips(tmp_path)
    whole, cut = made[2].path, tmp_path / "cut.mp4"
    with av.open(str(whole)) as source, av.open(str(cut), "w") as copy:
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in list(source.demux(video=0))[1:-1]:
            packet.stream = stream
            copy.mux(packet)
    with pytest.raises(CorruptInput, match="clip/03 does not begin with a key frame"):
        joined(tmp_path, [*made[:2], replace(made[2], path=cut), *made[3:]], timeline)


def test_a_clip_that_is_not_what_its_facts_say_is_named(tmp_path: Path) -> None:
    made, timeline = clips(tmp_path)
    write_clip(made[1].path, FRAME, 30, Counted(3))
    with pytest.raises(CorruptInput, match="clip/02 has 3 frames; its facts say 1"):
        joined(tmp_path, made, timeline)
    made[1].path.write_bytes(b"noise")
    with pytest.raises(CorruptInput, match="clip/02"):
        joined(tmp_path, made, timeline)


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    os.symlink("/dev/full", tmp_path / "film.mp4")
    with pytest.raises(ScratchFull, match=r"film\.mp4"):
        joined(tmp_path, *clips(tmp_path / "in"))
