"""Frames become a clip: H.264 in MP4, index first, the same bytes on any number of cores."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

from include.contract.errors import ScratchFull
from include.runtime.composition.ahead import ahead
from include.runtime.composition.film import Pictures
from include.runtime.composition.planes import Planes, compute_alike
from include.runtime.media.audio import SAMPLE_RATE_HZ

Sound = NDArray[np.int16]
"""Samples of shape (samples, 2) at `SAMPLE_RATE_HZ`."""

X264_THREADS = 2
"""Fixed, since x264's result depends on it; the number of cores then makes no difference."""
X264_INSTRUCTIONS = "MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
"""Without AVX-512: there, x264's macroblock tree reads memory it never wrote, and its result varies from run to run.
From SSE4.2 up to here the result is the same."""
PRESET, CRF, GOP_S = "faster", 20, 2
FRAMES_AHEAD = 4
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Of `mallopt` (malloc.h): how much free memory goes back to the system, and what never joins it."""
MP4_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}


def keep_freed_memory() -> None:
    """Have the C library keep what an encoder frees for the next one; does nothing where it is not glibc.

    Else each clip's encoder gets hundreds of MiB anew, which the kernel clears first: a tenth of the processor time.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, 32 * 2**20)
        library.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


def video_options(fps: int) -> dict[str, str]:
    """x264's options; the lookahead's threads and the slices affect the result too.

    `stitchable` keeps a clip's length out of its parameter sets, so that clips can be joined without encoding.
    """
    fixed = f"asm={X264_INSTRUCTIONS}:lookahead-threads=1:sliced-threads=0:slices=1:open-gop=0:stitchable=1"
    return {
        "preset": PRESET,
        "crf": str(CRF),
        "profile": "high",
        "x264-params": f"{fixed}:keyint={GOP_S * fps}:min-keyint={fps}",
    }


def add_video_stream(container: av.container.OutputContainer, frame: tuple[int, int], fps: int) -> av.VideoStream:
    """The H.264 stream of every clip: BT.709, limited range, closed groups of pictures."""
    stream = container.add_stream("libx264", rate=fps, options=video_options(fps))
    stream.width, stream.height = frame
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.thread_type, context.thread_count = "FRAME", X264_THREADS
    context.flags |= Flags.bitexact
    context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    return stream


def write_clip(
    path: Path,
    frame: tuple[int, int],
    fps: int,
    pictures: Pictures,
    tell: Callable[[float], None] = lambda share: None,
    sound: Sound | None = None,
) -> None:
    """Encode `pictures` into an MP4 at `path`.

    :param tell: is told how much of it is done, from 0 to 1.
    :param sound: is written beside them without loss, for as long as they last; none if left out.
    :raises ScratchFull: no room for it.
    """
    with full_scratch(path), av.open(str(path), "w", format="mp4", options=MP4_OPTIONS) as container:
        video = add_video_stream(container, frame, fps)
        audio = container.add_stream("flac", rate=SAMPLE_RATE_HZ, layout="stereo") if sound is not None else None
        for index, picture in enumerate(ahead(_painted(frame, fps, pictures), FRAMES_AHEAD)):
            tell(index / pictures.frames)
            container.mux(video.encode(picture))
            if audio is not None and sound is not None:
                container.mux(audio.encode(_heard_in(index, fps, sound)))
        container.mux(video.encode())
        if audio is not None:
            container.mux(audio.encode())


def _heard_in(index: int, fps: int, sound: Sound) -> av.AudioFrame:
    """What of `sound` is heard during frame `index`, then silence."""
    first, last = (round(number * SAMPLE_RATE_HZ / fps) for number in (index, index + 1))
    samples = np.zeros((last - first, 2), np.int16)
    heard = sound[first:last]
    samples[: len(heard)] = heard
    piece = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="stereo")
    piece.sample_rate, piece.time_base, piece.pts = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ), first
    return piece


def _painted(frame: tuple[int, int], fps: int, pictures: Pictures) -> Iterator[av.VideoFrame]:
    """Frames in turns in the same memory: one is painted, one encoded, `FRAMES_AHEAD` wait between."""
    compute_alike()
    memory = [av.VideoFrame(*frame, "yuv420p") for _ in range(FRAMES_AHEAD + 2)]
    index = 0
    while index < pictures.frames:
        picture = memory[index % len(memory)]
        pictures.paint(index, planes_of(picture))
        if index >= pictures.frames:
            return
        picture.pts = index
        picture.time_base = Fraction(1, fps)
        yield picture
        index += 1


def planes_of(picture: av.VideoFrame) -> Planes:
    """The memory of `picture`, to be written without a copy."""
    return Planes(
        *(
            np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
            for plane in picture.planes
        )
    )


@contextmanager
def full_scratch(path: Path) -> Iterator[None]:
    """:raises ScratchFull: no room is left for the file at `path`."""
    try:
        yield
    except (OSError, av.error.FFmpegError) as error:
        if error.errno != errno.ENOSPC:
            raise
        raise ScratchFull(f"no room left for {path.name} in its work folder; give the stage more scratch") from error
