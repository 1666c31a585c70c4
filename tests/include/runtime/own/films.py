"""Tiny clips such as people bring: of any size, rate, field order and turn."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
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
    heard: NDArray[np.float64] | None = None,
    late_s: float = 0.0,
    aspect: Fraction | None = None,
    options: Mapping[str, str] | None = None,
    trc: ColorTrc = ColorTrc.BT709,
    container: str = "mp4",
    is_woven: bool = False,
    says_space: bool = True,
) -> Path:
    """A clip of `halves`, in BT.709.

    :param sound: layout of its sound, if it has any; `heard` is in each channel, silence if left out.
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
            whole = np.tile(np.zeros(1024) if heard is None else heard, (channels, 1)).astype(np.float32)
            for start in range(0, whole.shape[1], 1024):
                samples = np.ascontiguousarray(whole[:, start : start + 1024])
                block = av.AudioFrame.from_ndarray(samples, format="fltp", layout=sound)
                block.sample_rate, block.time_base = 48_000, Fraction(1, 48_000)
                block.pts = start + round(48_000 * late_s)
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


PRIMARIES_2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
PRIMARIES_709 = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))


def to_xyz(primaries: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """From linear R, G, B of those primaries under D65 to X, Y, Z."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
    return columns * np.linalg.solve(columns, np.array([0.3127 / 0.3290, 1.0, 0.3583 / 0.3290]))


def pq(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """The signal of so many cd/m², after SMPTE ST 2084."""
    power = (light / 10_000) ** 0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375)


def hlg(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """The signal of so many cd/m² of BT.2020's red, green and blue, on a display of 1000, after BT.2100."""
    luminance = (light @ to_xyz(PRIMARIES_2020)[1])[..., None] / 1000
    scene = light / 1000 * np.maximum(luminance, 1e-9) ** (1 / 1.2 - 1)
    logarithm = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.asarray(np.where(scene <= 1 / 12, np.sqrt(3 * scene), logarithm))


def hdr_clip(
    path: Path,
    signal: NDArray[np.float64],
    trc: ColorTrc,
    codec: str = "libx265",
    space: int = Colorspace.BT2020,
    primaries: int = ColorPrimaries.BT2020,
    is_full: bool = False,
    frames: int = 3,
) -> Path:
    """A clip of 10 bits that shows `signal`, R'G'B' of BT.2100 from 0 to 1, of even width and height.

    :param space: that it says it is in, as it does of `primaries`.
    """
    height, width, _ = signal.shape
    luma = signal @ (0.2627, 0.6780, 0.0593)
    blue, red = ((signal[..., 2] - luma) / 1.8814, (signal[..., 0] - luma) / 1.4746)
    chroma = [each.reshape(height // 2, 2, width // 2, 2).mean((1, 3)) for each in (blue, red)]
    scale, black, swing = (1023, 0, 1023) if is_full else (876, 64, 896)
    planes = [black + scale * luma, *(512 + swing * each for each in chroma)]
    options = {"crf": "4", "preset": "ultrafast"} | ({"x265-params": "log-level=none"} if codec == "libx265" else {})
    with av.open(str(path), "w", format="mp4") as out:
        video = out.add_stream(codec, rate=10, options=options)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p10le"
        for number in range(frames):
            frame = av.VideoFrame(width, height, "yuv420p10le")
            for plane, values in zip(frame.planes, planes, strict=True):
                rows = np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, -1)
                rows[:, : plane.width] = np.clip(np.round(values), 0, 1023)
            for each in (video.codec_context, frame):
                each.colorspace, each.color_primaries, each.color_trc = space, primaries, trc
                each.color_range = ColorRange.JPEG if is_full else ColorRange.MPEG
            frame.pts, frame.time_base = number, Fraction(1, 10)
            out.mux(video.encode(frame))
        out.mux(video.encode())
    return path
