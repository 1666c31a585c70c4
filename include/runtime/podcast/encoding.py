"""Sound becomes MP3 and M4A: the same bytes each time, without a clock or the muxer's version in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags

from include.runtime.composition.audio import Block, Reader
from include.runtime.composition.timeline import SAMPLE_RATE_HZ
from include.runtime.podcast.schedule import Chapter

MP3_BIT_RATE, AAC_BIT_RATE = 128_000, 128_000
LAME_SCALE = np.float32(0.95)
"""By what LAME multiplies the sound before it encodes it at this bit rate, against clipping."""
_BITEXACT = {"fflags": "+bitexact"}


def write_mp3(path: Path, sound: Iterable[Block]) -> None:
    """Stereo `sound` as MP3 of a constant bit rate, with the frame that tells its length and no tags."""
    options = {**_BITEXACT, "id3v2_version": "0", "write_id3v1": "0"}
    with av.open(str(path), "w", format="mp3", options=options) as container:
        stream = container.add_stream("libmp3lame", rate=SAMPLE_RATE_HZ, layout="stereo", format="fltp")
        stream.bit_rate = MP3_BIT_RATE
        _encode(container, stream, (block / LAME_SCALE for block in sound))


def write_m4a(path: Path, sound: Iterable[Block], language: str, chapters: Sequence[Chapter]) -> None:
    """Stereo `sound` as AAC in MPEG-4 with `chapters`, index first.

    :param language: of the track, three letters of ISO 639-2.
    """
    options = {**_BITEXACT, "movflags": "+faststart"}
    with av.open(str(path), "w", format="ipod", options=options) as container:
        stream = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo", format="fltp")
        stream.bit_rate = AAC_BIT_RATE
        stream.metadata["language"] = language
        container.set_chapters([_marked(number, chapter) for number, chapter in enumerate(chapters)])
        _encode(container, stream, sound)


def _marked(number: int, chapter: Chapter) -> av.container.Chapter:
    return {
        "id": number,
        "start": round(chapter.start_s * 1000),
        "end": round(chapter.end_s * 1000),
        "time_base": Fraction(1, 1000),
        "metadata": {"title": chapter.title},
    }


def _encode(container: av.container.OutputContainer, stream: av.AudioStream, sound: Iterable[Block]) -> None:
    stream.codec_context.flags |= Flags.bitexact
    stream.codec_context.thread_count = 1
    container.start_encoding()
    for frame in _frames(Reader(sound), stream.codec_context.frame_size):
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _frames(sound: Reader, frame_samples: int) -> Iterator[av.AudioFrame]:
    position = 0
    while (block := sound.read(frame_samples)).shape[1]:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ), position
        position += block.shape[1]
        yield frame
