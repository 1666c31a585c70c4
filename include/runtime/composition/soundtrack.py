"""The film's sound: speech at its times over music that makes way for it, between what intro and outro bring."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from include.contract.ports import Place
from include.runtime.composition.story import Clip, SpokenScene
from include.runtime.composition.timeline import Timeline
from include.runtime.media.audio import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Block, BlockReader, decode, exactly
from include.runtime.media.loudness import SILENCE_LUFS, integrated_lufs
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

_QUIETEST_VOICE_LUFS = -40.0
"""Music is as loud as under such a voice where nobody speaks."""
MOST_GAIN_DB = 20.0
"""By so much at most what is heard of an intro is made louder: what is quieter still is meant to be."""
_MEASURABLE_S = 0.5
"""What is shorter has no loudness by itself, and is measured as if it were repeated."""

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
        brought: Sequence[Clip] = (),
    ) -> None:
        """What it consists of; `brought` is measured, and the voice if anything depends on how loud it is.

        :param music_level_db: of music alone beside the voice; `MUSIC_LEVEL_DB` if left out.
        :param brought: intro and outro, as far as they have sound.
        """
        self._level_db = MUSIC_LEVEL_DB if music_level_db is None else music_level_db
        self._scenes = scenes
        self._timeline = timeline
        self._music = music if music and music.is_heard else None
        self._voice_lufs = integrated_lufs(_stereo(self._voice())) if self._music or brought else 0.0
        self._brought = {clip.facts.place: (clip, self._gain_db(clip)) for clip in brought}

    def blocks(self) -> Iterator[Block]:
        """The mix in stereo, `timeline.sample_count` long."""
        voice = BlockReader(_stereo(self._voice()))
        more = [BlockReader(self.bed())] if self._music else []
        more += [BlockReader(self._around())] if self._brought else []
        for position in range(0, self._timeline.sample_count, BLOCK_SAMPLES):
            length = min(BLOCK_SAMPLES, self._timeline.sample_count - position)
            block = voice.read(length)
            for each in more:
                block = block + each.read(length)
            yield block

    def _voice(self) -> Iterator[Block]:
        """Speech at its times, silence between, mono."""
        _, last = self._timeline.story_samples
        starts = [round(start_s * SAMPLE_RATE_HZ) for start_s in self._timeline.scene_starts_s]
        yield from exactly([], starts[0], 1)
        for scene, start, end in zip(self._scenes, starts, [*starts[1:], last], strict=True):
            yield from exactly(decode(scene.speech, f"speech/{scene.number}", "mono"), end - start, 1)
        yield from exactly([], self._timeline.sample_count - last, 1)

    @property
    def has_music(self) -> bool:
        """Whether any is heard."""
        return self._music is not None

    def bed(self) -> Iterator[Block]:
        """The music by itself, as it lies under the voice; nothing where there is none."""
        return self._bed(self._music) if self._music else iter(())

    def _bed(self, music: Music) -> Iterator[Block]:
        first, last = self._timeline.story_samples
        gain_db = self._music_lufs - music.integrated_lufs
        begin_s, story = first / SAMPLE_RATE_HZ, last - first
        speaking = [(start_s - begin_s, end_s - begin_s) for start_s, end_s in self._speaking()]
        envelope = Envelope(speaking, (self._timeline.story_end - self._timeline.intro_frames) / self._timeline.fps)
        bed = BlockReader(looped(music))
        yield from exactly([], first, 2)
        for position in range(0, story, BLOCK_SAMPLES):
            length = min(BLOCK_SAMPLES, story - position)
            yield bed.read(length) * envelope.gain(position, length, gain_db)
        yield from exactly([], self._timeline.sample_count - last, 2)

    @property
    def _music_lufs(self) -> float:
        """Of music alone."""
        return max(self._voice_lufs, _QUIETEST_VOICE_LUFS) + self._level_db

    def _gain_db(self, clip: Clip) -> float:
        """What makes an intro or an outro as loud as the voices, or as the music if nobody speaks."""
        rounds = 1 + round(_MEASURABLE_S * clip.facts.fps / clip.facts.frames)
        own_lufs = integrated_lufs(chain.from_iterable(_sound_of(clip) for _ in range(rounds)))
        if own_lufs <= SILENCE_LUFS:
            return 0.0
        wanted_lufs = self._voice_lufs if self._voice_lufs > SILENCE_LUFS else self._music_lufs
        return min(wanted_lufs - own_lufs, MOST_GAIN_DB)

    def _around(self) -> Iterator[Block]:
        """What is heard of intro and outro, silence between."""
        first, last = self._timeline.story_samples
        yield from exactly(self.brought(Place.INTRO), first, 2)
        yield from exactly([], last - first, 2)
        yield from exactly(self.brought(Place.OUTRO), self._timeline.sample_count - last, 2)

    def brought(self, place: Place) -> Iterator[Block]:
        """What is heard of the intro or the outro, in stereo, as loud as in the mix; nothing if it has no sound."""
        if place not in self._brought:
            return
        clip, gain_db = self._brought[place]
        for block in _sound_of(clip):
            yield block * np.float32(10 ** (gain_db / 20))

    @property
    def heard(self) -> tuple[Place, ...]:
        """Which of intro and outro have sound."""
        return tuple(self._brought)

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


def _sound_of(clip: Clip) -> Iterator[Block]:
    return decode(clip.path, clip.name, "stereo")


def _voiced(scene: SpokenScene) -> list[tuple[float, float]]:
    """When words are spoken in `scene`: as it was timed, or throughout if it was not."""
    if scene.is_silent:
        return []
    return [(one.start_s, one.end_s) for one in scene.segments] or [(0.0, scene.speech_s)]


class Envelope:
    """The music's gain over time: faded at both ends of it, ducked while someone speaks."""

    def __init__(self, speaking: Sequence[tuple[float, float]], music_s: float) -> None:
        self._speaking = speaking
        self._music_s = music_s

    def gain(self, position: int, length: int, base_db: float) -> NDArray[np.float32]:
        """Linear gain of each of `length` samples from `position`."""
        times_s = np.arange(position, position + length) / SAMPLE_RATE_HZ
        gains_db = base_db - DUCK_DB * self._ducked(times_s)
        fade = np.clip(times_s / MUSIC_FADE_IN_S, 0, 1) * np.clip((self._music_s - times_s) / MUSIC_FADE_OUT_S, 0, 1)
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
