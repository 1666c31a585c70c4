"""What an engine gives back."""

from __future__ import annotations

from dataclasses import dataclass

from include.runtime.voices.audio import Samples


@dataclass(frozen=True)
class SpokenAudio:
    """One utterance."""

    samples: Samples
    starts: tuple[int, ...]
    """Sample at which each part of the utterance is first heard, in order."""
