"""English: hibari, a small neural voice whose model is in its wheel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from hibari import Hibari
from hibari.dsp import synth
from hibari.g2p.normalize import normalize
from numpy.typing import NDArray

from include.runtime.voices.audio import Samples
from include.runtime.voices.spoken import SpokenAudio, SpokenWord
from include.runtime.voices.traced import Traced

MAX_PHONEMES = 400
"""What the model takes at once; it was trained on single sentences."""
LOWERED_FORMANTS, LOWERED_PITCH = 0.86, 0.62
"""Relative to the plain voice: about the ratio of a man's to a woman's (Peterson and Barney 1952)."""
BIN_HZ, VOICED_FROM_HZ = 20.0, 40.0
"""Of hibari's spectra."""
DURATIONS = b"/Round_output_0"
"""What hibari's network computes on its way: how long each phoneme is."""
SAMPLES_PER_STEP = 600
"""Of these durations: 25 ms."""
HEARD_EARLIER = 2 * SAMPLES_PER_STEP
"""How much before these durations say a phoneme is heard; found by where sibilants are in the sound."""

Spectrum = NDArray[np.float32]
"""Frequency × frames, as hibari's network gives each part of the sound."""


@dataclass(frozen=True)
class _Reading:
    """How a part of an utterance is read."""

    phonemes: str
    words: tuple[tuple[int, int, int], ...]
    """Each one's place in the part, and where it begins and ends in `phonemes`."""


class EnglishVoice:
    """Hibari's voices, on one thread: several would add up in another order."""

    def __init__(self, model: Path) -> None:
        self._tts = Hibari(voice="heart", model=_with_durations(model.read_bytes()), threads=1)

    def speak(self, parts: Sequence[str], seed: Sequence[int], is_lowered: bool = False) -> SpokenAudio:
        """One utterance made of `parts`; `seed` settles the noise in its consonants.

        :param is_lowered: as a larger speaker would say it.

        A part that is longer than the model takes is cut, which the check of the finished length finds.
        """
        random = np.random.default_rng(seed)
        samples: list[Samples] = []
        words: list[tuple[SpokenWord, ...]] = []
        starts: list[int] = []
        at = 0
        for readings in _fitting([self._read(part) for part in parts]):
            phonemes = " ".join(reading.phonemes for reading in readings)
            sound, edges = self._sound(phonemes, random, is_lowered)
            begin = 0
            for reading in readings:
                starts.append(at + edges[begin] if begin else at)
                words.append(tuple(_spoken(reading, [at + edge for edge in edges[begin:]])))
                begin += len(reading.phonemes) + 1
            samples.append(sound)
            at += len(sound)
        return SpokenAudio(np.concatenate(samples), tuple(starts), tuple(words))

    def _read(self, part: str) -> _Reading:
        """As `self._tts.g2p` reads it, word by word."""
        said = Traced(part)
        said.become(normalize(part))
        phonemes, words, at = "", [], 0
        for token in self._tts.g2p.phonemize_tokens(self._tts.g2p.tokenize(said.text)):
            at = max(at, said.text.find(token.text, at))
            sounds = token.phonemes or ""
            if any(character.isalpha() for character in sounds):
                words.append((said.origin(at), len(phonemes), len(phonemes) + len(sounds)))
            phonemes = (phonemes + sounds + (" " if token.whitespace else "")).lstrip()
        return _Reading(phonemes.rstrip()[:MAX_PHONEMES], tuple(words))

    def _sound(self, phonemes: str, random: np.random.Generator, is_lowered: bool) -> tuple[Samples, list[int]]:
        """The sound of `phonemes`, and the sample at which each of them begins, and the last one ends."""
        ids = self._tts.ids(phonemes)
        if len(ids) < 3:
            return np.zeros(0, np.float32), [0] * (len(phonemes) + 1)
        feed = {"ids": np.asarray([ids], np.int64), "speed": np.ones(1, np.float32)}
        *outputs, durations = self._tts.sess.run(None, feed)
        harmonic, phase, *noise, pitch_hz = (output[0] for output in outputs)
        if is_lowered:
            harmonic, phase = (_lowered(_enveloped(spectrum, pitch_hz)) for spectrum in (harmonic, phase))
            noise, pitch_hz = [_lowered(spectrum) for spectrum in noise], pitch_hz * np.float32(LOWERED_PITCH)
        sound = np.asarray(synth(harmonic, phase, *noise, pitch_hz, random), np.float32)
        ends = np.cumsum(durations, dtype=np.float64).round().astype(int) * SAMPLES_PER_STEP - HEARD_EARLIER
        spoken = accumulate((character in self._tts.vocab for character in phonemes), initial=0)
        return sound, [max(0, int(ends[before])) for before in spoken]


def _with_durations(model: bytes) -> bytes:
    """An ONNX `model` with `DURATIONS` as its last output: in Protocol Buffers, what is appended is merged."""
    output = _field(12, _field(1, DURATIONS))  # GraphProto.output of ValueInfoProto.name
    return model + _field(7, output)  # ModelProto.graph


def _field(number: int, content: bytes) -> bytes:
    """A field of Protocol Buffers that holds at most 127 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


def _spoken(reading: _Reading, edges: Sequence[int]) -> Iterator[SpokenWord]:
    for place, begin, end in reading.words:
        if end <= len(reading.phonemes):
            yield SpokenWord(place, edges[begin], edges[end])


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


def _fitting(parts: Sequence[_Reading]) -> Iterator[list[_Reading]]:
    """Neighbouring parts together, as many as the model takes at once."""
    chunk: list[_Reading] = []
    for part in parts:
        if chunk and sum(len(one.phonemes) + 1 for one in chunk) + len(part.phonemes) > MAX_PHONEMES:
            yield chunk
            chunk = []
        chunk.append(part)
    if chunk:
        yield chunk
