"""Tiny clips such as people bring: of any size, rate, field order and turn."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]


def halves(number: int, of: int, size: tuple[int, int] = (128, 72)) -> Rgb:
    """A red top left, a blue bottom, and a white bar that moves from left to right: where it is tells the frame."""
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    picture[: size[1] // 2, : size[0] // 2] = (220, 20, 20)
    picture[size[1] // 2 :] = (20, 20, 220)
    at = number * (size[0] - 8) // max(1, of - 1)
    picture[:, at : at + 8] = 235
    return picture


def clip(
    path: Path,
    frames: int = 20,
    rate: int = 10,
    size: tuple[int, int] = (128, 72),
    times: Sequence[int] | None = None,
    sound: str = "",
    aspect: Fraction | None = None,
    options: Mapping[str, str] | None = None,
    trc: ColorTrc = ColorTrc.BT709,
    container: str = "mp4",
    is_woven: bool = False,
    says_space: bool = True,
) -> Path:
    """A clip of `halves`, in BT.709.

    :param is_woven: whether every other row is of half a frame later, as in two fields.
    :param says_space: whether it says which colour space it is in.

    :param times: of each frame, in frames; as they are counted if left out.
    :param sound: layout of its sound, if it has any.
    """
    with av.open(str(path), "w", format=container) as out:
        video = out.add_stream("libx264", rate=rate, options={"crf": "12", "preset": "ultrafast", **(options or {})})
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        video.codec_context.time_base = Fraction(1, rate)
        context = video.codec_context
        if says_space:
            context.colorspace, context.color_primaries, context.color_trc = (
                Colorspace.ITU709,
                ColorPrimaries.BT709,
                trc,
            )
        if aspect:
            video.sample_aspect_ratio = aspect
        audio = out.add_stream("aac", rate=48_000, layout=sound) if sound else None
        for number in range(frames):
            rgb = halves(2 * number, 2 * frames, size) if is_woven else halves(number, frames, size)
            if is_woven:
                rgb[1::2] = halves(2 * number + 1, 2 * frames, size)[1::2]
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            picture = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
            picture.pts, picture.time_base = (times[number] if times else number), Fraction(1, rate)
            out.mux(video.encode(picture))
        out.mux(video.encode())
        if audio:
            channels = av.AudioLayout(sound).nb_channels
            block = av.AudioFrame.from_ndarray(np.zeros((channels, 1024), np.float32), format="fltp", layout=sound)
            block.sample_rate, block.pts = 48_000, 0
            out.mux(audio.encode(block))
            out.mux(audio.encode())
    return path


def turned(path: Path, degrees: int) -> Path:
    """Have the MP4 at `path` say that it is shown turned to the right by `degrees`, as phones do."""
    one = 1 << 16
    cosine, sine = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    matrix = struct.pack(">9i", cosine * one, sine * one, 0, -sine * one, cosine * one, 0, 0, 0, 1 << 30)
    body = bytearray(path.read_bytes())
    at = body.index(b"tkhd") + 4 + 40
    body[at : at + 36] = matrix
    path.write_bytes(bytes(body))
    return path
