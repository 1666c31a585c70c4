"""Who speaks when, and where the chapters start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from include.runtime.podcast.episode import Episode, SpokenLine

INTRO_S, OUTRO_S = 5.0, 7.0
"""Music before the first word and after the last."""
LEAD_S, TAIL_S = 0.5, 1.0
"""Silence there if there is no music."""


@dataclass(frozen=True)
class Chapter:
    """A part of the episode that players can jump to."""

    title: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Schedule:
    """An episode's clock, in seconds from its start."""

    starts_s: tuple[float, ...]
    """Of each line's speech."""
    talk_end_s: float
    duration_s: float
    chapters: tuple[Chapter, ...]

    @property
    def talk_start_s(self) -> float:
        """When the first line begins."""
        return self.starts_s[0]


def lay_out(episode: Episode, has_music: bool, line_pause_s: float, chapter_pause_s: float) -> Schedule:
    """The schedule of `episode`: one line after the other, none over another."""
    starts_s = [INTRO_S if has_music else LEAD_S]
    for before, after in pairwise(episode.lines):
        pause_s = chapter_pause_s if after.line.chapter else line_pause_s
        starts_s.append(starts_s[-1] + before.speech_s + pause_s)
    talk_end_s = starts_s[-1] + episode.lines[-1].speech_s
    duration_s = talk_end_s + (OUTRO_S if has_music else TAIL_S)
    chapters = _chapters(episode.dialogue.title, episode.lines, starts_s, duration_s)
    return Schedule(tuple(starts_s), talk_end_s, duration_s, chapters)


def _chapters(
    title: str, lines: Sequence[SpokenLine], starts_s: Sequence[float], duration_s: float
) -> tuple[Chapter, ...]:
    """The first chapter begins with the episode, under the episode's title if the first line opens none."""
    begun = [(one.line.chapter, start_s) for one, start_s in zip(lines, starts_s, strict=True) if one.line.chapter]
    opening = (lines[0].line.chapter or title, 0.0)
    begun = [opening, *(begun[1:] if lines[0].line.chapter else begun)]
    ends_s = [start_s for _, start_s in begun[1:]] + [duration_s]
    return tuple(Chapter(name, start_s, end_s) for (name, start_s), end_s in zip(begun, ends_s, strict=True))
