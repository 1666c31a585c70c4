"""Recordings that somebody brings, as mono sound at the rate of speech."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from include.contract.errors import CorruptInput
from include.runtime.foreign.media import opened_media
from include.runtime.own.program import Answer


def recording_answer(file: BinaryIO, asked: Mapping[str, object]) -> Answer:
    """What the recording in `file` is, then its samples: 16 bits, mono, at `rate_hz`."""
    what, most_s, rate_hz = (asked[name] for name in ("what", "voice_s", "rate_hz"))
    most_s, rate_hz = int(str(most_s)), int(str(rate_hz))
    with opened_media(file, str(what)) as container:
        if not container.streams.audio:
            raise CorruptInput(f"{what} has no sound; allowed: a recording of what is said; bring one")
        stream = container.streams.audio[0]
        lasts_s = (container.duration or 0) / 1e6
        if lasts_s > most_s:
            raise CorruptInput(_too_long(what, f"{lasts_s:.0f} s", most_s))
        yield {"form": container.format.long_name, "channels": stream.channels, "rate_hz": stream.rate}
        samples = 0
        for out in _paced(container.decode(stream), rate_hz):
            samples += out.samples
            if samples > most_s * rate_hz:
                raise CorruptInput(_too_long(what, f"more than {most_s} s", most_s))
            yield out.to_ndarray().tobytes()


def _paced(frames: Iterator[AudioFrame], rate_hz: int) -> Iterator[AudioFrame]:
    """`frames` in mono at that rate. In 16 bits before it changes: those sums are the same on every processor."""
    narrow, paced = AudioResampler("s16", "mono"), AudioResampler("s16", "mono", rate_hz)
    for frame in frames:
        for one in narrow.resample(frame):
            yield from paced.resample(one)
    for one in narrow.resample(None):
        yield from paced.resample(one)
    yield from paced.resample(None)


def _too_long(what: object, found: str, most_s: int) -> str:
    return f"{what} lasts {found}; allowed by the deployment: at most {most_s} s; shorten it"
