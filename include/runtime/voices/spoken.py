"""What an engine gives back."""

from __future__ import annotations

from dataclasses import dataclass

from include.runtime.voices.audio import Samples


@dataclass(frozen=True)
class SpokenWord:
    """A word, or a part of one, of which the engine says when it is heard."""

    place: int
    """Where it begins in the text of its part."""
    start: int
    end: int
    """Samples of the utterance."""


@dataclass(frozen=True)
class SpokenAudio:
    """One utterance."""

    samples: Samples
    starts: tuple[int, ...]
    """Sample at which each part of the utterance is first heard, in order."""
    words: tuple[tuple[SpokenWord, ...], ...]
    """Of each part, in order."""
