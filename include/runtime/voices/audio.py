"""Mono sound at 24 kHz as float32 arrays between -1 and 1: files, trimming, resampling, loudness."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE_HZ = 24_000
Samples = npt.NDArray[np.float32]

SILENCE_BELOW_PEAK_DB = 45.0
"""Frames this far below the loudest one are silence; breath and reverb of both engines lie under it."""
SILENCE_BELOW_DBFS = -60.0

_FRAME = RATE_HZ // 100


def seconds(samples: Samples) -> float:
    """Length in seconds."""
    return len(samples) / RATE_HZ


def silence(duration_s: float) -> Samples:
    """Silence of that length."""
    return np.zeros(round(duration_s * RATE_HZ), np.float32)


def frame_levels_db(samples: Samples) -> npt.NDArray[np.float64]:
    """RMS in dBFS of each whole frame of 10 ms."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    return np.asarray(10 * np.log10(np.maximum((frames**2).mean(axis=1), 1e-12)))


def speech_span(samples: Samples) -> tuple[int, int]:
    """First and one past the last sample that is heard; (0, 0) when nothing is."""
    levels = frame_levels_db(samples)
    if not len(levels):
        return 0, 0
    heard = np.flatnonzero(levels > max(levels.max() - SILENCE_BELOW_PEAK_DB, SILENCE_BELOW_DBFS))
    if not len(heard):
        return 0, 0
    return int(heard[0]) * _FRAME, (int(heard[-1]) + 1) * _FRAME


def resampled(pcm: bytes, rate_hz: int) -> Samples:
    """16-bit mono PCM at `rate_hz` as samples at 24 kHz, of the length that the rates give.

    Done in 16-bit integers, whose sums come out the same on every processor.
    """
    source = np.frombuffer(pcm, "<i2")
    if not len(source):
        return np.zeros(0, np.float32)
    frame = av.AudioFrame.from_ndarray(source.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate_hz
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    parts = [part.to_ndarray()[0] for part in (*resampler.resample(frame), *resampler.resample(None))]
    length = round(len(source) * RATE_HZ / rate_hz)
    joined = np.concatenate(parts)[:length]
    return np.pad(joined, (0, length - len(joined))).astype(np.float32) / np.float32(32768)


def loudness_lufs(samples: Samples) -> float:
    """Integrated loudness after ITU-R BS.1770-4 of mono sound; speech shorter than a gating block counts whole."""
    power = _k_weighted(samples) ** 2
    block, step = RATE_HZ * 4 // 10, RATE_HZ // 10
    if len(power) < block:
        return _lufs(power.mean()) if len(power) else -70.0
    sums = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(power) - block + 1, step)
    blocks = (sums[starts + block] - sums[starts]) / block
    loud = blocks[_lufs_of(blocks) > -70.0]
    if not len(loud):
        return -70.0
    return _lufs(loud[_lufs_of(loud) > _lufs(loud.mean()) - 10.0].mean())


def write_wav(path: Path, samples: Samples) -> None:
    """Write 16-bit mono WAV."""
    pcm = np.rint(np.clip(samples, -1, 1) * np.float32(32767)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm.tobytes())


def read_wav(path: Path) -> Samples:
    """Read what `write_wav` wrote.

    :raises wave.Error, EOFError: not a WAV file.
    :raises ValueError: a WAV file of another format.
    """
    with wave.open(str(path), "rb") as file:
        shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        if shape != (1, 2, RATE_HZ):
            raise ValueError(f"has (channels, bytes, Hz) {shape}, needs (1, 2, {RATE_HZ})")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / np.float32(32767)


def _lufs(mean_square: float) -> float:
    return float(-0.691 + 10 * np.log10(max(mean_square, 1e-12)))


def _lufs_of(mean_squares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return -0.691 + 10 * np.log10(np.maximum(mean_squares, 1e-12))


def _k_weighted(samples: Samples) -> npt.NDArray[np.float64]:
    """Both filters of BS.1770 applied as one frequency response; a second of zeros or more keeps the ends apart."""
    length = 1 << (len(samples) + RATE_HZ).bit_length()
    z = np.exp(2j * np.pi * np.fft.rfftfreq(length))
    spectrum = np.fft.rfft(samples, length) * _shelf(z) * _high_pass(z)
    return np.asarray(np.fft.irfft(spectrum, length)[: len(samples)])


def _shelf(z: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
    """The head's high shelf, at any rate: De Man, "Evaluation of implementations of the EBU R128", 2014."""
    k, q = np.tan(np.pi * 1681.974450955533 / RATE_HZ), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    numerator = (high + band * k / q + k * k) + 2 * (k * k - high) / z + (high - band * k / q + k * k) / z**2
    return np.asarray(numerator / ((1 + k / q + k * k) + 2 * (k * k - 1) / z + (1 - k / q + k * k) / z**2))


def _high_pass(z: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
    k, q = np.tan(np.pi * 38.13547087602444 / RATE_HZ), 0.5003270373238773
    scale = 1 + k / q + k * k
    return np.asarray((1 - 2 / z + 1 / z**2) / (1 + 2 * (k * k - 1) / scale / z + (1 - k / q + k * k) / scale / z**2))
