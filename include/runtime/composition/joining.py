"""Clips become a film: their pictures are copied, never encoded again, and sound is laid under all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags

from include.contract.errors import CorruptInput
from include.runtime.composition.encoder import MP4_OPTIONS, full_scratch
from include.runtime.composition.story import Clip
from include.runtime.composition.timeline import Timeline
from include.runtime.foreign.media import opened_media
from include.runtime.media.audio import SAMPLE_RATE_HZ, Block, BlockReader

AUDIO_BIT_RATE = 192_000
AAC_FRAME_SAMPLES = 1024


def write_film(
    path: Path,
    clips: Sequence[Clip],
    timeline: Timeline,
    sound: Iterable[Block],
    comment: str,
    chapters: Sequence[str] = (),
    tell: Callable[[float], None] = lambda share: None,
) -> None:
    """Join `clips` under stereo `sound` to an MP4 at `path` whose tags hold `comment`.

    :param chapters: a title for each scene.
    :param tell: is told how much of it is done, from 0 to 1.
    :raises CorruptInput: a clip is not what its facts say, or does not go with the others; names it.
    :raises ScratchFull: no room for it.
    """
    with full_scratch(path), av.open(str(path), "w", format="mp4", options=MP4_OPTIONS) as film:
        film.metadata["comment"] = comment
        with _opened(clips[0]) as first:
            video = film.add_stream_from_template(first.streams.video[0])
        video.time_base = Fraction(1, timeline.fps)
        audio = film.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo")
        audio.bit_rate = AUDIO_BIT_RATE
        audio.codec_context.flags |= Flags.bitexact
        if chapters:
            film.set_chapters(_chapters(chapters, timeline))
        samples = _audio_frames(BlockReader(sound))
        heard_s = 0.0
        for number, packet in enumerate(_joined(clips)):
            tell(number / timeline.frame_count)
            packet.stream = video
            film.mux(packet)
            while heard_s <= number / timeline.fps and (piece := next(samples, None)):
                film.mux(audio.encode(piece))
                heard_s += AAC_FRAME_SAMPLES / SAMPLE_RATE_HZ
        for piece in samples:
            film.mux(audio.encode(piece))
        film.mux(audio.encode())


def _joined(clips: Sequence[Clip]) -> Iterator[av.Packet[av.VideoStream]]:
    """The packets of all clips in decoding order, on the film's clock.

    A clip's own decoding times are of no use: they start at 0 in one of two frames, and before 0 in all others.
    """
    number = first = 0
    kind = None
    for clip in clips:
        with _opened(clip) as container:
            stream = container.streams.video[0]
            kind = kind or _Kind.of(clips[0], stream)
            kind.check(clip, stream)
            for packet in _packets(clip, container):
                packet.pts, packet.dts, packet.duration = first + (packet.pts or 0), number - kind.delay, 1
                number += 1
                yield packet
        first += clip.facts.frames


def _packets(clip: Clip, container: av.container.InputContainer) -> Iterator[av.Packet[av.VideoStream]]:
    """The clip's packets, their times in frames from its first.

    :raises CorruptInput: it does not begin with a key frame, or has other frames than its facts say.
    """
    times: list[int] = []
    stream, frame_s = container.streams.video[0], Fraction(1, clip.facts.fps)
    ticks = round(frame_s / (stream.time_base or frame_s))
    for packet in container.demux(stream):
        if packet.pts is None:
            continue
        if not times and not packet.is_keyframe:
            raise CorruptInput(f"input {clip.name} does not begin with a key frame, so nothing can be joined to it")
        times.append(packet.pts // ticks)
        packet.time_base, packet.pts = frame_s, times[-1]
        yield packet
    if sorted(times) != list(range(clip.facts.frames)):
        raise CorruptInput(f"input {clip.name} has {len(times)} frames; its facts say {clip.facts.frames}, from 0 on")


@dataclass(frozen=True)
class _Kind:
    """What clips have to have in common for a player to show them as one."""

    name: str
    """Of the clip that sets it."""
    size: tuple[int, int]
    rate: Fraction | None
    parameter_sets: bytes | None
    delay: int
    """How many frames a decoder waits until it knows the first one to show."""

    @staticmethod
    def of(clip: Clip, stream: av.VideoStream) -> _Kind:
        context = stream.codec_context
        size = (context.width, context.height)
        return _Kind(clip.name, size, stream.average_rate, context.extradata, context.reorder_depth)

    def check(self, clip: Clip, stream: av.VideoStream) -> None:
        """:raises CorruptInput: `clip` cannot follow the first one; names both."""
        found = _Kind.of(clip, stream)
        differing = [
            f"{words} {theirs} and {ours}"
            for words, ours, theirs in (
                ("sizes", found.size, self.size),
                ("frame rates", found.rate, self.rate),
                ("reorder delays", found.delay, self.delay),
            )
            if ours != theirs
        ]
        if not differing and found.parameter_sets != self.parameter_sets:
            differing = ["encoders' parameter sets that are not the same"]
        if differing:
            raise CorruptInput(
                f"inputs {self.name} and {clip.name} have {' and '.join(differing)}, so they cannot be joined; make "
                "both by one stage with one set of parameters"
            )


@contextmanager
def _opened(clip: Clip) -> Iterator[av.container.InputContainer]:
    with opened_media(clip.path, f"input {clip.name}") as container:
        if not container.streams.video:
            raise CorruptInput(f"input {clip.name} has no picture")
        yield container


def _chapters(titles: Sequence[str], timeline: Timeline) -> list[av.container.Chapter]:
    """A chapter for each scene; the title card belongs to the first."""
    starts = [0, *timeline.scene_starts[1:]]
    ends = [*starts[1:], timeline.frame_count]
    return [
        {"id": number, "start": start, "end": end, "time_base": Fraction(1, timeline.fps), "metadata": {"title": title}}
        for number, (start, end, title) in enumerate(zip(starts, ends, titles, strict=True))
    ]


def _audio_frames(sound: BlockReader) -> Iterator[av.AudioFrame]:
    position = 0
    while (block := sound.read(AAC_FRAME_SAMPLES)).shape[1]:
        piece = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        piece.sample_rate, piece.time_base, piece.pts = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ), position
        position += block.shape[1]
        yield piece
