"""Frames and sound become an MP4: H.264 and AAC, index first, the same bytes on any number of cores."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from include.contract.errors import ScratchFull
from include.runtime.composition.ahead import ahead
from include.runtime.composition.planes import Planes
from include.runtime.composition.timeline import Timeline
from include.runtime.media.audio import SAMPLE_RATE_HZ, Block, BlockReader

X264_THREADS = 8
"""Fixed, since x264's result depends on it; the number of cores then makes no difference."""
X264_INSTRUCTIONS = "MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
"""Without AVX-512: there, x264's macroblock tree reads memory it never wrote, and its result varies from run to run.
From SSE4.2 up to here the result is the same."""
PRESET, CRF, GOP_S = "faster", 20, 2
AUDIO_BIT_RATE = 192_000
AAC_FRAME_SAMPLES = 1024
FRAMES_AHEAD = 4


def video_options(fps: int) -> dict[str, str]:
    """x264's options; the lookahead's threads and the slices affect the result too."""
    fixed = f"asm={X264_INSTRUCTIONS}:lookahead-threads=1:sliced-threads=0:slices=1:open-gop=0"
    return {
        "preset": PRESET,
        "crf": str(CRF),
        "profile": "high",
        "x264-params": f"{fixed}:keyint={GOP_S * fps}:min-keyint={fps}",
    }


def add_video_stream(container: av.container.OutputContainer, frame: tuple[int, int], fps: int) -> av.VideoStream:
    """The H.264 stream of every film: BT.709, limited range, closed groups of pictures."""
    stream = container.add_stream("libx264", rate=fps, options=video_options(fps))
    stream.width, stream.height = frame
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.thread_type, context.thread_count = "FRAME", X264_THREADS
    context.flags |= Flags.bitexact
    context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    return stream


def write_film(
    path: Path,
    timeline: Timeline,
    frame: tuple[int, int],
    paint: Callable[[int, Planes], None],
    sound: Iterable[Block],
    comment: str,
) -> None:
    """Encode the frames that `paint` writes, with stereo `sound`, into an MP4 at `path` whose tags hold `comment`.

    :raises ScratchFull: no room for it.
    """
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with _full_scratch(path), av.open(str(path), "w", format="mp4", options=options) as container:
        container.metadata["comment"] = comment
        video = add_video_stream(container, frame, timeline.fps)
        audio = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo")
        audio.bit_rate = AUDIO_BIT_RATE
        audio.codec_context.flags |= Flags.bitexact
        samples = _audio_frames(BlockReader(sound))
        heard_s = 0.0
        for index, picture in enumerate(ahead(_pictures(timeline, frame, paint), FRAMES_AHEAD)):
            container.mux(video.encode(picture))
            while heard_s <= index / timeline.fps and (piece := next(samples, None)):
                container.mux(audio.encode(piece))
                heard_s += AAC_FRAME_SAMPLES / SAMPLE_RATE_HZ
        container.mux(video.encode())
        for piece in samples:
            container.mux(audio.encode(piece))
        container.mux(audio.encode())


def _pictures(
    timeline: Timeline, frame: tuple[int, int], paint: Callable[[int, Planes], None]
) -> Iterator[av.VideoFrame]:
    for index in range(timeline.frame_count):
        picture = av.VideoFrame(*frame, "yuv420p")
        paint(index, planes_of(picture))
        picture.pts = index
        picture.time_base = Fraction(1, timeline.fps)
        yield picture


def planes_of(picture: av.VideoFrame) -> Planes:
    """The memory of `picture`, to be written without a copy."""
    return Planes(
        *(
            np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
            for plane in picture.planes
        )
    )


def _audio_frames(sound: BlockReader) -> Iterator[av.AudioFrame]:
    position = 0
    while (block := sound.read(AAC_FRAME_SAMPLES)).shape[1]:
        piece = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        piece.sample_rate, piece.time_base, piece.pts = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ), position
        position += block.shape[1]
        yield piece


@contextmanager
def _full_scratch(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, av.error.FFmpegError) as error:
        if error.errno != errno.ENOSPC:
            raise
        raise ScratchFull(f"no room left for {path.name} in its work folder; give the stage more scratch") from error
