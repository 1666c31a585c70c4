"""Sound becomes MP3 and M4A with tags: the same bytes each time, since they hold no time and no muxer's version."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags
from av.stream import Disposition
from PIL import Image

from include.runtime.media.audio import SAMPLE_RATE_HZ, Block, BlockReader
from include.runtime.podcast.tags import Tags

MP3_BIT_RATE, AAC_BIT_RATE = 128_000, 128_000
LAME_SCALE = np.float32(0.95)
"""The factor by which LAME scales the sound before encoding it at this bit rate, against clipping."""
_HEAD_BYTES, _SYNCHSAFE_SHIFTS = 10, (21, 14, 7, 0)
"""ID3 begins a tag with its size in the last four bytes of ten, seven bits in each."""
_BITEXACT = {"fflags": "+bitexact"}
_FRONT_COVER = "Cover (front)"
"""FFmpeg's name for this kind of picture in ID3."""


def write_mp3(path: Path, sound: Iterable[Block], tags: Tags) -> None:
    """Stereo `sound` as MP3 of a constant bit rate, after its `tags` and the frame that gives its length.

    The tags are ID3 v2.3 with chapters as its Chapter Frame Addendum 1.0 has them.
    """
    options = {**_BITEXACT, "id3v2_version": "3", "write_id3v1": "0"}
    with av.open(str(path), "w", format="mp3", options=options) as container:
        stream = container.add_stream("libmp3lame", rate=SAMPLE_RATE_HZ, layout="stereo", format="fltp")
        stream.bit_rate = MP3_BIT_RATE
        _tag(container, tags, tags.mp3())
        _encode(container, stream, (block / LAME_SCALE for block in sound), tags.cover)
    _add_frame(path, tags.id3_comment())


def write_m4a(path: Path, sound: Iterable[Block], tags: Tags) -> None:
    """Stereo `sound` as AAC in MPEG-4 with `tags`, index first."""
    # The `ipod` muxer is the same under another name, for which a picture as a stream is refused.
    options = {**_BITEXACT, "movflags": "+faststart", "brand": "M4A "}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        stream = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo", format="fltp")
        stream.bit_rate = AAC_BIT_RATE
        stream.metadata["language"] = tags.language
        _tag(container, tags, tags.m4a())
        _encode(container, stream, sound, tags.cover)


def _add_frame(path: Path, frame: bytes) -> None:
    """Put a frame in front of those in the ID3 v2.3 tag at the start of the file."""
    more = path.with_suffix(".more")
    with path.open("rb") as file, more.open("wb") as made:
        head = file.read(_HEAD_BYTES)
        size = sum(byte << shift for byte, shift in zip(head[6:], _SYNCHSAFE_SHIFTS, strict=True)) + len(frame)
        told = bytes(size >> shift & 0x7F for shift in _SYNCHSAFE_SHIFTS)
        made.write(head[:6] + told + frame)
        shutil.copyfileobj(file, made)
    more.replace(path)


def _tag(container: av.container.OutputContainer, tags: Tags, told: Mapping[str, str]) -> None:
    container.metadata.update(told)
    container.set_chapters(tags.marks())


def _encode(
    container: av.container.OutputContainer, stream: av.AudioStream, sound: Iterable[Block], cover: Path
) -> None:
    stream.codec_context.flags |= Flags.bitexact
    stream.codec_context.thread_count = 1
    picture = _picture_stream(container, cover)
    container.start_encoding()
    container.mux(_picture_packet(picture, cover))
    for frame in _frames(BlockReader(sound), stream.codec_context.frame_size):
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _picture_stream(container: av.container.OutputContainer, cover: Path) -> av.VideoStream:
    """A stream of one picture, which a muxer writes among the tags."""
    with Image.open(cover) as image:
        width_px, height_px = image.size
    stream = container.add_stream("mjpeg")
    stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuvj420p"
    stream.disposition = Disposition.attached_pic
    stream.metadata["comment"] = _FRONT_COVER
    return stream


def _picture_packet(stream: av.VideoStream, cover: Path) -> av.Packet[av.stream.Stream]:
    packet = av.Packet(cover.read_bytes())
    packet.stream, packet.pts, packet.dts, packet.is_keyframe = stream, 0, 0, True
    packet.time_base = Fraction(1, SAMPLE_RATE_HZ)
    return packet


def _frames(sound: BlockReader, frame_samples: int) -> Iterator[av.AudioFrame]:
    position = 0
    while (block := sound.read(frame_samples)).shape[1]:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ), position
        position += block.shape[1]
        yield frame
