"""Sound that people bring, played as players do: what does not decode is passed over, and counted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.audio.resampler import AudioResampler

from include.contract.errors import CorruptInput
from include.runtime.foreign.media import opened_media
from include.runtime.media.audio import SAMPLE_RATE_HZ, Block, samples_of
from include.runtime.media.coverage import Coverage

LOUDEST_SAMPLE = 2.0**32
"""Beyond what any scale of samples reaches; such a sample is damage, as one that is no number is."""
_MISSING_S = 0.15
"""By how much a track may be shorter than its header says before that is told; encoders' delays are less."""
_COUNTING_SAMPLES = ("flac", "mov,mp4,m4a,3gp,3g2,mj2")
"""Formats whose headers say exactly how long the sound is."""
LONGEST_S = 3 * 3600.0
"""A longer track is refused: a few kilobytes may hold months of silence."""
LEAST_RATE_HZ = 4000
"""Sound of fewer samples a second is refused: one packet of it would become gigabytes at our rate."""
_FAILURES_TO_GIVE_UP = 32
"""Of reading the next packet, one after the other."""


@dataclass
class Damage:
    """What is wrong with a file, as far as it was played."""

    good_bytes: int = 0
    bad_bytes: int = 0
    """Of packets that do not decode, and of what no packet could be made of."""
    bad_samples: int = 0
    good_s: float = 0.0
    promised_s: float = 0.0
    """By headers that count the samples; 0 where none does."""

    @property
    def share(self) -> float:
        """How much of it decodes, 0 to 1."""
        by_bytes = self.good_bytes / (self.good_bytes + self.bad_bytes) if self.bad_bytes else 1.0
        return min(by_bytes, self.good_s / self.promised_s) if self.promised_s else by_bytes

    def warnings(self, name: str) -> Iterator[str]:
        """In plain words, for people."""
        if self.bad_bytes:
            yield f"{name}: damaged parts are skipped; {100 * self.share:.1f} % of it plays"
        elif self.promised_s - self.good_s > _MISSING_S:
            yield f"{name}: is cut short or damaged; {self.good_s:.1f} of {self.promised_s:.1f} s play"
        if self.bad_samples:
            yield f"{name}: {self.bad_samples} samples are no numbers (NaN or infinite); they play as silence"


def play(path: Path, name: str, damage: Damage) -> Iterator[Block]:
    """As `play_opened`, of the file at `path`."""
    with path.open("rb") as file:
        yield from play_opened(file, name, damage)


def play_opened(file: BinaryIO, name: str, damage: Damage) -> Iterator[Block]:
    """The first audio stream of `file` in stereo, as blocks of any length; adds to `damage`.

    :raises CorruptInput: it is no sound, or too long; the message says `name`.
    """
    links = _links(file)
    if not links:
        yield from _played(file, name, damage)
    for link in links:
        try:
            yield from _played(io.BytesIO(link), name, damage)
        except CorruptInput:
            damage.bad_bytes += len(link)
        _check_length(name, damage)


def _links(file: BinaryIO) -> list[bytes]:
    """The streams of an Ogg file that is a chain of several, of which FFmpeg plays the first; else nothing."""
    head = file.read(4)
    file.seek(0)
    if head != b"OggS":
        return []
    body = file.read()
    file.seek(0)
    starts, was_first = [], False
    # RFC 3533, 6: capture pattern, version, and a type whose second bit says that a stream begins.
    for page in re.finditer(rb"OggS\x00([\x00-\x07])", body):
        is_first = bool(page[1][0] & 2)
        if is_first and not was_first:
            starts.append(page.start())
        was_first = is_first
    ends = [*starts[1:], len(body)]
    return [body[start:end] for start, end in zip(starts, ends, strict=True)] if len(starts) > 1 else []


def _played(file: BinaryIO, name: str, damage: Damage) -> Iterator[Block]:
    with opened_media(file, f"input {name}") as container:
        if not container.streams.audio or container.streams.audio[0].codec_context is None:
            raise CorruptInput(f"input {name} has no sound that can be decoded")
        stream = container.streams.audio[0]
        if container.format.name in _COUNTING_SAMPLES:
            damage.promised_s += float((stream.duration or 0) * (stream.time_base or 0))
        resampling = _Resampling()
        for packet in _packets(container, stream, file, damage):
            for frame in _frames(packet, damage):
                _check_length(name, damage)
                _check_rate(name, frame)
                yield from resampling.blocks(_finite(frame, damage))
        yield from resampling.rest()


def _check_length(name: str, damage: Damage) -> None:
    if damage.good_s > LONGEST_S:
        raise CorruptInput(f"input {name} plays for more than {LONGEST_S / 3600:g} h; bring a shorter one")


def _check_rate(name: str, frame: av.AudioFrame) -> None:
    if frame.sample_rate < LEAST_RATE_HZ:
        raise CorruptInput(
            f"input {name} has {frame.sample_rate} samples a second; allowed: at least {LEAST_RATE_HZ}; "
            "bring a recording of a usual rate, such as 44100"
        )


def _packets(
    container: av.container.InputContainer, stream: av.AudioStream, file: BinaryIO, damage: Damage
) -> Iterator[av.Packet[av.AudioStream]]:
    """Every packet that can be read; what none could be made of is damage."""
    coverage = Coverage(container.format.name, len(container.streams.audio) == len(container.streams))
    failures = 0
    while failures < _FAILURES_TO_GIVE_UP:
        try:
            for packet in container.demux(stream):
                failures = 0
                coverage.add(packet.pos, packet.size)
                yield packet
            break
        except av.error.FFmpegError:
            failures += 1
    damage.bad_bytes += coverage.lost_bytes(file, is_cut_off=failures > 0)


def _frames(packet: av.Packet[av.AudioStream], damage: Damage) -> list[av.AudioFrame]:
    try:
        frames = packet.decode()
    except av.error.FFmpegError:
        damage.bad_bytes += packet.size
        return []
    damage.good_bytes += packet.size
    damage.good_s += sum(frame.samples / frame.sample_rate for frame in frames)
    return frames


def _finite(frame: av.AudioFrame, damage: Damage) -> av.AudioFrame:
    """`frame` with silence for samples that are no numbers."""
    if frame.format.name.rstrip("p") not in ("flt", "dbl"):
        return frame
    samples = frame.to_ndarray()
    bad = ~(np.abs(samples) < LOUDEST_SAMPLE)
    if not bad.any():
        return frame
    damage.bad_samples += int(bad.sum())
    mended = av.AudioFrame.from_ndarray(np.where(bad, 0, samples), format=frame.format.name, layout=frame.layout)
    mended.sample_rate, mended.time_base, mended.pts = frame.sample_rate, frame.time_base, frame.pts
    return mended


class _Resampling:
    """To stereo at `SAMPLE_RATE_HZ`, also where rate or channels change within the stream."""

    def __init__(self) -> None:
        self._resampler: AudioResampler | None = None
        self._shape: tuple[str, str, int] | None = None

    def blocks(self, frame: av.AudioFrame) -> Iterator[Block]:
        """What `frame` becomes."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._resampler is None or shape != self._shape:
            yield from self.rest()
            self._resampler, self._shape = AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE_HZ), shape
        yield from map(samples_of, self._resampler.resample(frame))

    def rest(self) -> Iterator[Block]:
        """What is still within."""
        if self._resampler is not None:
            yield from map(samples_of, self._resampler.resample(None))
