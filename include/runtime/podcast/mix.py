"""The episode's sound: one line after the other, with music before and after them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from include.runtime.media.audio import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Block, BlockReader, decode, exactly
from include.runtime.media.loudness import integrated_lufs
from include.runtime.media.music import Music, looped
from include.runtime.podcast.episode import Episode
from include.runtime.podcast.schedule import Schedule

MUSIC_BELOW_VOICE_LU = 4.0
"""How much quieter music alone is than the voice."""
DUCKED_DB = -14.0
"""How much it is turned down under the first and the last words."""
_SILENT_DB = -70.0
FADE_IN_S, FADE_OUT_S = 1.0, 4.0
DUCK_S = 0.8
"""How long the music takes to make way; it is down when the first word is spoken."""
UNDER_S, LEAVING_S = 3.0, 5.0
"""How long it then stays under the voice, and how long it takes to fade out; at the end the same in reverse."""


class Mix:
    """The sound before its loudness is brought to the target; can be read any number of times."""

    def __init__(self, episode: Episode, schedule: Schedule, music: Music | None) -> None:
        self._episode, self._schedule = episode, schedule
        self._music = music if music and music.is_heard else None
        self._samples = round(schedule.duration_s * SAMPLE_RATE_HZ)
        self._music_db = self._level_of_music() if self._music else 0.0

    def blocks(self) -> Iterator[Block]:
        """The mix in stereo."""
        voice = BlockReader(self._voice())
        bed = BlockReader(looped(self._music)) if self._music else None
        for position in range(0, self._samples, BLOCK_SAMPLES):
            length = min(BLOCK_SAMPLES, self._samples - position)
            block = voice.read(length)
            yield block if bed is None else block + bed.read(length) * self._gain(position, length)

    def _voice(self) -> Iterator[Block]:
        """Speech at its times in both channels, silence between."""
        starts = [round(start_s * SAMPLE_RATE_HZ) for start_s in self._schedule.starts_s]
        yield from exactly([], starts[0], 2)
        for line, start, end in zip(self._episode.lines, starts, [*starts[1:], self._samples], strict=True):
            mono = decode(line.speech, f"speech/{line.number}", "mono")
            yield from exactly((np.repeat(block, 2, axis=0) for block in mono), end - start, 2)

    def _level_of_music(self) -> float:
        voice_lufs = max(integrated_lufs(self._voice()), -40.0)
        music_lufs = self._music.integrated_lufs if self._music else 0.0
        return voice_lufs - MUSIC_BELOW_VOICE_LU - music_lufs

    def _gain(self, position: int, length: int) -> NDArray[np.float32]:
        """The music's linear gain at each of `length` samples from `position`."""
        times_s = np.arange(position, position + length) / SAMPLE_RATE_HZ
        gains_db = self._music_db + music_db(times_s, self._schedule)
        return np.where(gains_db > self._music_db + _SILENT_DB, 10 ** (gains_db / 20), 0).astype(np.float32)


def music_db(times_s: NDArray[np.float64], schedule: Schedule) -> NDArray[np.float64]:
    """How loud the music is at `times_s`, in dB of its full level; `_SILENT_DB` is silence."""
    first_s, last_s, end_s = schedule.talk_start_s, schedule.talk_end_s, schedule.duration_s
    before = np.interp(
        times_s,
        [0, FADE_IN_S, first_s - DUCK_S, first_s, first_s + UNDER_S, first_s + UNDER_S + LEAVING_S],
        [_SILENT_DB, 0, 0, DUCKED_DB, DUCKED_DB, _SILENT_DB],
    )
    after = np.interp(
        times_s,
        [last_s - UNDER_S - LEAVING_S, last_s - UNDER_S, last_s, last_s + DUCK_S, end_s - FADE_OUT_S, end_s],
        [_SILENT_DB, DUCKED_DB, DUCKED_DB, 0, 0, _SILENT_DB],
    )
    ducked = (times_s >= first_s) & (times_s <= last_s)
    return np.where(
        ducked, np.minimum(np.maximum(before, after), DUCKED_DB), np.where(times_s < first_s, before, after)
    )
