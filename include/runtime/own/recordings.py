"""Sound that somebody brings: recordings in mono at the rate of speech, and what is heard in a clip, in stereo."""

from __future__ import annotations

import wave
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import BinaryIO

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from include.contract.errors import CorruptInput
from include.runtime.foreign.media import opened_media
from include.runtime.own.program import Answer

_SAYING = ("aiff", "matroska,webm")
"""FFmpeg's names of formats whose header says how long a file is, also if it was cut short. M4A and FLAC do not decode
then; of others FFmpeg reckons the length from what is there."""
_UNKNOWN_BYTES = 1 << 30
"""What is written to a pipe says that it has about two or four times as many."""
_WHOLE = 0.9
"""The least share of that which is heard in a whole file."""


def recording_answer(file: BinaryIO, asked: Mapping[str, object]) -> Answer:
    """What the recording in `file` is, then its samples: 16 bits, mono, at `rate_hz`."""
    what, most_s, rate_hz = (asked[name] for name in ("what", "voice_s", "rate_hz"))
    most_s, rate_hz = int(str(most_s)), int(str(rate_hz))
    wave_s = _wave_s(file)
    with opened_media(file, str(what)) as container:
        if not container.streams.audio:
            raise CorruptInput(f"{what} has no sound; allowed: a recording of what is said; bring one")
        stream = _known(container.streams.audio[0], what)
        lasts_s = (container.duration or 0) / 1e6
        if lasts_s > most_s:
            raise CorruptInput(_too_long(what, f"{lasts_s:.0f} s", most_s))
        yield {"form": container.format.long_name, "channels": stream.channels, "rate_hz": stream.rate}
        # What is heard in a film may end before its pictures.
        says = container.format.name in _SAYING and not container.streams.video
        said_s, samples = lasts_s if says else wave_s, 0
        for out in _paced(container.decode(stream), "mono", rate_hz):
            samples += out.samples
            if samples > most_s * rate_hz:
                raise CorruptInput(_too_long(what, f"more than {most_s} s", most_s))
            yield out.to_ndarray().tobytes()
        heard_s = samples / rate_hz
        if heard_s < _WHOLE * said_s:
            found = f"{heard_s:.1f} of its {said_s:.1f} s can be heard"
            raise CorruptInput(f"{what} is cut short or damaged: {found}; bring another copy of it")


def clip_sound_answer(file: BinaryIO, asked: Mapping[str, object]) -> Answer:
    """How many channels the clip in `file` has, then what is heard from its first picture on, for at most `most_s`.

    That is samples of 16 bits, stereo, at `rate_hz`; none where it has no sound.
    """
    what, rate_hz = str(asked["what"]), int(str(asked["rate_hz"]))
    with opened_media(file, what) as container:
        if not container.streams.audio:
            yield {"channels": 0}
            return
        stream = _known(container.streams.audio[0], what)
        yield {"channels": stream.channels}
        pictures = container.streams.video[0] if container.streams.video else stream
        start_s = float((pictures.start_time or 0) * (pictures.time_base or 0))
        left = int(str(asked["most_s"])) * rate_hz
        for samples in _from(start_s, container.decode(stream), rate_hz):
            yield samples[:left].tobytes()
            left -= min(left, len(samples))
            if not left:
                return


def _known(stream: AudioStream, what: object) -> AudioStream:
    """:raises CorruptInput: there is no decoder for it here."""
    if stream.codec_context is None:
        raise CorruptInput(f"{what} has sound of a kind that is not known; allowed: AAC, Opus, PCM; save it with one")
    return stream


def _from(start_s: float, frames: Iterator[AudioFrame], rate_hz: int) -> Iterator[NDArray[np.int16]]:
    """Samples of `frames` in stereo, an array of shape (samples, 2) at a time: silence until there are some."""
    first = next(frames, None)
    if first is None:
        return
    early = round((start_s - (first.time or start_s)) * rate_hz)
    for done in range(0, -early, rate_hz):
        yield np.zeros((min(rate_hz, -early - done), 2), np.int16)
    for out in _paced(chain([first], frames), "stereo", rate_hz):
        samples = out.to_ndarray().reshape(-1, 2).astype(np.int16, copy=False)
        yield samples[max(0, early) :]
        early -= min(max(0, early), len(samples))


def _paced(frames: Iterator[AudioFrame], layout: str, rate_hz: int) -> Iterator[AudioFrame]:
    """`frames` in that layout and rate. In 16 bits before it changes: those sums are the same on every processor."""
    narrow, paced = AudioResampler("s16", layout), AudioResampler("s16", layout, rate_hz)
    for frame in frames:
        for one in narrow.resample(frame):
            yield from paced.resample(one)
    for one in narrow.resample(None):
        yield from paced.resample(one)
    yield from paced.resample(None)


def _wave_s(file: BinaryIO) -> float:
    """How long a WAV file says that it is, which FFmpeg corrects by its size; 0 if it is not PCM, or does not say."""
    try:
        with wave.open(file) as said:
            count, size = said.getnframes(), said.getnchannels() * said.getsampwidth()
            return count / said.getframerate() if count * size < _UNKNOWN_BYTES else 0.0
    except (EOFError, wave.Error):
        return 0.0
    finally:
        file.seek(0)


def _too_long(what: object, found: str, most_s: int) -> str:
    return f"{what} lasts {found}; allowed by the deployment: at most {most_s} s; shorten it"
