"""A film's tracks as an OpenTimelineIO timeline, which editing programs open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import Clip, ExternalReference, Marker, Timeline, Track, Transition
from opentimelineio.schema import Gap as Nothing

from include.runtime.composition.subtitles import SubtitleCue
from include.runtime.editing.tracks import Gap, Piece, Tracks

MEDIA = "media/"
"""What names of media begin with; no other place is named."""
SUBTITLES = "Subtitle"
"""The kind of a track of subtitles, of which the format has none; programs leave alone what they don't know."""
_DISSOLVE = otio.schema.TransitionTypes.SMPTE_Dissolve


def timeline_json(tracks: Tracks, name: str) -> str:
    """The timeline, as a `.otio` file holds it."""
    return str(_timeline(tracks, name).to_json_string(indent=2))


@dataclass(frozen=True)
class FoundTimeline:
    """What was read back."""

    frames: int
    media: frozenset[str]
    """The names of all that lies on a track."""


def timeline_in(text: str) -> FoundTimeline:
    """The timeline in `text`, as the library reads it."""
    timeline = otio.adapters.read_from_string(text, "otio_json")
    references = (clip.media_reference for clip in timeline.find_clips())
    media = frozenset(each.target_url for each in references if isinstance(each, ExternalReference))
    return FoundTimeline(round(timeline.duration().value), media)


def _timeline(tracks: Tracks, name: str) -> Timeline:
    clock = _Clock(tracks.timeline.fps)
    clips = clock.track("clips", "Video", tracks.clips)
    clips.enabled = False
    timeline = Timeline(name)
    timeline.tracks.extend(
        [
            clips,
            clock.track("pictures", "Video", tracks.pictures),
            clock.subtitles(tracks.cues, tracks.timeline.frame_count),
            clock.track("speech", "Audio", tracks.speech),
            clock.track("music", "Audio", tracks.music),
        ]
    )
    timeline.tracks.markers.extend(
        Marker(name=chapter.title, comment=chapter.title, marked_range=clock.range(chapter.first, chapter.frames))
        for chapter in tracks.chapters
    )
    return timeline


class _Clock:
    """Makes what a timeline of so many frames a second consists of."""

    def __init__(self, fps: int) -> None:
        self._fps = fps

    def range(self, first: int, frames: int) -> TimeRange:
        return TimeRange(self._time(first), self._time(frames))

    def _time(self, frames: int) -> RationalTime:
        return RationalTime(frames, self._fps)

    def track(self, name: str, kind: str, pieces: Iterable[Piece | Gap]) -> Track:
        track = Track(name, kind=kind)
        for piece in pieces:
            if isinstance(piece, Gap):
                track.append(Nothing(source_range=self.range(0, piece.frames)))
                continue
            medium = piece.medium
            reference = ExternalReference(f"{MEDIA}{medium.name}", self.range(0, medium.frames))
            name, _, _ = medium.name.rpartition(".")
            track.append(Clip(name, reference, self.range(piece.first, piece.frames)))
            if piece.dissolve:
                offsets = self._time(piece.before_cut), self._time(piece.after_cut)
                track.append(Transition("dissolve", _DISSOLVE, *offsets))
        return track

    def subtitles(self, cues: Iterable[SubtitleCue], frames: int) -> Track:
        track, end = Track("subtitles", kind=SUBTITLES), 0
        for cue in cues:
            first = max(end, round(cue.start_s * self._fps))
            last = min(max(first + 1, round(cue.end_s * self._fps)), frames)
            if first > end:
                track.append(Nothing(source_range=self.range(0, first - end)))
            if last > first:
                track.append(Clip("\n".join(cue.lines), source_range=self.range(0, last - first)))
            end = max(first, last)
        return track
