"""Small real media: sound, film and pictures of a given length."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
from PIL import Image

RATE = 48_000


def picture(form: str = "JPEG", colour: str = "goldenrod", size: tuple[int, int] = (320, 180)) -> bytes:
    """One plain picture."""
    body = io.BytesIO()
    Image.new("RGB", size, colour).save(body, form)
    return body.getvalue()


def sound(seconds: float, container: str, codec: str) -> bytes:
    """A tone."""
    body = io.BytesIO()
    with av.open(body, "w", format=container) as out:
        stream = out.add_stream(codec, rate=RATE, layout="mono")
        times = np.arange(int(seconds * RATE)) / RATE
        samples = (np.sin(2 * np.pi * 220 * times) * 8000).astype(np.int16)[np.newaxis]
        frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
        frame.rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
        resampled = av.AudioResampler(stream.format, stream.layout, RATE, stream.frame_size).resample(frame)
        for piece in resampled:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return body.getvalue()


def film(seconds: float) -> bytes:
    """A grey picture that does not move."""
    body = io.BytesIO()
    with av.open(body, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for _ in range(int(seconds * 10)):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((90, 160, 3), 90, np.uint8), "rgb24")))
        out.mux(stream.encode(None))
    return body.getvalue()
