"""The film's sound: each scene's speech at its time, over music that makes way for the voice."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from include.runtime.composition.story import SpokenScene
from include.runtime.composition.timeline import Timeline
from include.runtime.media.audio import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Block, BlockReader, decode, exactly
from include.runtime.media.loudness import integrated_lufs
from include.runtime.media.music import Music, looped

MUSIC_LEVEL_DB = -8.0
"""How loud music alone is beside the voice."""
DUCK_DB = 12.0
"""How much further it goes down while someone speaks."""
ATTACK_S, RELEASE_S = 0.35, 0.9
"""Ducking begins early enough to be complete at the first word, and ends after the last."""
JOIN_PAUSE_S = 1.2
"""A shorter silence within the speech does not let the music rise."""
MUSIC_FADE_IN_S, MUSIC_FADE_OUT_S = 1.2, 2.0

_start_s, _end_s = itemgetter(0), itemgetter(1)
"""Of a stretch of speech."""


class Soundtrack:
    """The mix before its loudness is brought to the target; can be played again and again."""

    def __init__(
        self,
        scenes: Sequence[SpokenScene],
        timeline: Timeline,
        music: Music | None,
        music_level_db: float | None = None,
    ) -> None:
        """:param music_level_db: of music alone beside the voice; `MUSIC_LEVEL_DB` if left out."""
        self._level_db = MUSIC_LEVEL_DB if music_level_db is None else music_level_db
        self._scenes = scenes
        self._timeline = timeline
        self._music = music if music and music.is_heard else None
        self._voice_lufs = integrated_lufs(_stereo(self._voice())) if self._music else 0.0

    def blocks(self) -> Iterator[Block]:
        """The mix in stereo, `timeline.sample_count` long."""
        voice = BlockReader(_stereo(self._voice()))
        bed = BlockReader(self.bed()) if self._music else None
        for position in range(0, self._timeline.sample_count, BLOCK_SAMPLES):
            length = min(BLOCK_SAMPLES, self._timeline.sample_count - position)
            block = voice.read(length)
            yield block if bed is None else block + bed.read(length)

    def _voice(self) -> Iterator[Block]:
        """Speech at its times, silence between, mono."""
        total = self._timeline.sample_count
        starts = [round(start_s * SAMPLE_RATE_HZ) for start_s in self._timeline.scene_starts_s]
        yield from exactly([], starts[0], 1)
        for scene, start, end in zip(self._scenes, starts, [*starts[1:], total], strict=True):
            yield from exactly(decode(scene.speech, f"speech/{scene.number}", "mono"), end - start, 1)

    @property
    def has_music(self) -> bool:
        """Whether any is heard."""
        return self._music is not None

    def bed(self) -> Iterator[Block]:
        """The music by itself, as it lies under the voice; nothing where there is none."""
        return self._bed(self._music) if self._music else iter(())

    def _bed(self, music: Music) -> Iterator[Block]:
        voice_lufs = max(self._voice_lufs, -40.0)
        gain_db = voice_lufs + self._level_db - music.integrated_lufs
        envelope = Envelope(self._speaking(), self._timeline.duration_s)
        bed = BlockReader(looped(music))
        for position in range(0, self._timeline.sample_count, BLOCK_SAMPLES):
            length = min(BLOCK_SAMPLES, self._timeline.sample_count - position)
            yield bed.read(length) * envelope.gain(position, length, gain_db)

    def _speaking(self) -> list[tuple[float, float]]:
        """Stretches of speech in seconds, those closer than `JOIN_PAUSE_S` joined."""
        scenes = zip(self._scenes, self._timeline.scene_starts_s, strict=True)
        stretches = [(at_s + start_s, at_s + end_s) for scene, at_s in scenes for start_s, end_s in _voiced(scene)]
        joined: list[tuple[float, float]] = []
        for start_s, end_s in sorted(stretches):  # what stands later in the text may be heard before, or meanwhile
            if joined and start_s - joined[-1][1] < JOIN_PAUSE_S:
                joined[-1] = joined[-1][0], max(joined[-1][1], end_s)
            else:
                joined.append((start_s, end_s))
        return joined


def _voiced(scene: SpokenScene) -> list[tuple[float, float]]:
    """When words are spoken in `scene`: as it was timed, or throughout if it was not."""
    if scene.is_silent:
        return []
    return [(one.start_s, one.end_s) for one in scene.segments] or [(0.0, scene.speech_s)]


class Envelope:
    """The music's gain over time: faded at both ends of the film, ducked while someone speaks."""

    def __init__(self, speaking: Sequence[tuple[float, float]], film_s: float) -> None:
        self._speaking = speaking
        self._film_s = film_s

    def gain(self, position: int, length: int, base_db: float) -> NDArray[np.float32]:
        """Linear gain of each of `length` samples from `position`."""
        times_s = np.arange(position, position + length) / SAMPLE_RATE_HZ
        gains_db = base_db - DUCK_DB * self._ducked(times_s)
        fade = np.clip(times_s / MUSIC_FADE_IN_S, 0, 1) * np.clip((self._film_s - times_s) / MUSIC_FADE_OUT_S, 0, 1)
        return (10 ** (gains_db / 20) * fade).astype(np.float32)

    def _ducked(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far the music is turned down at each time, 0 to 1."""
        ducked = np.zeros_like(times_s)
        first = bisect_left(self._speaking, times_s[0] - RELEASE_S, key=_end_s)
        end = bisect_right(self._speaking, times_s[-1] + ATTACK_S, key=_start_s)
        for start_s, end_s in self._speaking[first:end]:
            corners_s = [start_s - ATTACK_S, start_s, end_s, end_s + RELEASE_S]
            ducked = np.maximum(ducked, np.interp(times_s, corners_s, [0, 1, 1, 0]))
        return ducked


def _stereo(blocks: Iterable[Block]) -> Iterator[Block]:
    return (np.repeat(block, 2, axis=0) for block in blocks)
