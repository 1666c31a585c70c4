"""English: hibari, a small neural voice whose model is in its wheel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from hibari import Hibari
from hibari.dsp import synth
from numpy.typing import NDArray

from include.runtime.voices.audio import RATE_HZ, Samples
from include.runtime.voices.spoken import SpokenAudio

MAX_PHONEMES = 400
"""What the model takes at once; it was trained on single sentences."""
LOWERED_FORMANTS, LOWERED_PITCH = 0.86, 0.62
"""Relative to the plain voice: about the ratio of a man's to a woman's (Peterson and Barney 1952)."""
BIN_HZ, VOICED_FROM_HZ = 20.0, 40.0
"""Of hibari's spectra."""
SNAP_WITHIN_S = 0.4
"""How far around the place that the phoneme count gives a boundary is looked for in the sound."""

Spectrum = NDArray[np.float32]
"""Frequency × frames, as hibari's network gives each part of the sound."""


class EnglishVoice:
    """Hibari's voices, on one thread: several would add up in another order."""

    def __init__(self, model: Path) -> None:
        self._tts = Hibari(voice="heart", model=str(model), threads=1)

    def speak(self, parts: Sequence[str], seed: Sequence[int], is_lowered: bool = False) -> SpokenAudio:
        """One utterance made of `parts`; `seed` settles the noise in its consonants.

        :param is_lowered: as a larger speaker would say it.

        A part that is longer than the model takes is cut, which the check of the finished length finds.
        """
        random = np.random.default_rng(seed)
        samples: list[Samples] = []
        starts: list[int] = []
        at = 0
        for phonemes in _fitting([self._tts.g2p(part) for part in parts]):
            sound = self._sound(self._tts.ids(" ".join(phonemes)), random, is_lowered)
            starts += [at + start for start in _boundaries(sound, [len(part) + 1 for part in phonemes])]
            samples.append(sound)
            at += len(sound)
        return SpokenAudio(np.concatenate(samples), tuple(starts))

    def _sound(self, ids: Sequence[int], random: np.random.Generator, is_lowered: bool) -> Samples:
        if not is_lowered:
            return np.asarray(self._tts.from_ids(ids, rng=random), np.float32)
        feed = {"ids": np.asarray([ids], np.int64), "speed": np.ones(1, np.float32)}
        harmonic, phase, *noise, pitch_hz = (output[0] for output in self._tts.sess.run(None, feed))
        tones = (_lowered(_enveloped(spectrum, pitch_hz)) for spectrum in (harmonic, phase))
        lower_hz = pitch_hz * np.float32(LOWERED_PITCH)
        return np.asarray(synth(*tones, *map(_lowered, noise), lower_hz, random), np.float32)


def _enveloped(spectrum: Spectrum, pitch_hz: Spectrum) -> Spectrum:
    """Voiced frames interpolated between their harmonics: what the network gives there is never heard."""
    bins, found = np.arange(len(spectrum)), spectrum.copy()
    for frame in np.flatnonzero(pitch_hz > VOICED_FROM_HZ):
        step = float(pitch_hz[frame]) / BIN_HZ
        harmonics = np.round(np.arange(step, len(spectrum) - 1, step)).astype(np.int64)
        found[:, frame] = np.interp(bins, harmonics, spectrum[harmonics, frame])
    return found


def _lowered(spectrum: Spectrum) -> Spectrum:
    """What was at a frequency, moved to `LOWERED_FORMANTS` of it; the highest band is extended to the top."""
    bins = np.arange(len(spectrum)) / LOWERED_FORMANTS
    return np.asarray(spectrum[np.minimum(bins.astype(np.int64), len(spectrum) - 1)])


def _fitting(parts: Sequence[str]) -> Iterator[list[str]]:
    """Neighbouring parts together, as many as the model takes at once; a part that alone is too long loses its end."""
    chunk: list[str] = []
    for phonemes in parts:
        if chunk and sum(len(part) + 1 for part in chunk) + len(phonemes) > MAX_PHONEMES:
            yield chunk
            chunk = []
        chunk.append(phonemes[:MAX_PHONEMES])
    if chunk:
        yield chunk


def _boundaries(sound: Samples, weights: Sequence[int]) -> list[int]:
    """Start of each part: where its share of the phonemes puts it, moved to the quietest moment near by."""
    expected = [len(sound) * before / sum(weights) for before in accumulate(weights[:-1], initial=0)]
    return [0, *(_quietest_near(sound, round(position)) for position in expected[1:])]


def _quietest_near(sound: Samples, position: int) -> int:
    """Middle of the quietest 60 ms within `SNAP_WITHIN_S` of `position`."""
    width, reach = RATE_HZ * 6 // 100, round(SNAP_WITHIN_S * RATE_HZ)
    start = max(0, position - reach)
    near = sound[start : position + reach].astype(np.float64) ** 2
    if len(near) <= width:
        return position
    energy = np.convolve(near, np.ones(width), mode="valid")
    return start + int(np.argmin(energy)) + width // 2
