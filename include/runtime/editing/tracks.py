"""The tracks of a film as an editor sees it: which medium lies where, in frames.

A scene that a still picture is all of is that picture, dissolved into its neighbours; whatever else a clip shows, cards
among it, is the clip itself.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from include.contract.clips import ClipFacts, View
from include.contract.ports import Place
from include.contract.values import Transition
from include.runtime.composition.ass import ass_cues
from include.runtime.composition.subtitles import SubtitleCue, film_cues
from include.runtime.composition.timeline import Timeline

BLACK = "black.png"
MUSIC = "music.wav"
_ROUNDING = 1e-6
"""Less than any part of a frame that counts."""


def clip_name(number: int) -> str:
    """File name of a clip, counted from 1 in their order."""
    return f"clip-{number:02d}.mp4"


def brought_name(place: Place) -> str:
    """File name of what is heard of the intro or the outro."""
    return f"{place}.wav"


def speech_name(number: int) -> str:
    """File name of a scene's speech."""
    return f"speech-{number:02d}.wav"


@dataclass(frozen=True)
class Medium:
    """A file that lies on a track."""

    name: str
    frames: int
    """How long it is; of a still picture, how long it may be seen."""
    views: tuple[View, ...] = ()
    """Of a still picture: what a camera sees of it, the first view in its first frame."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a medium on a track."""

    medium: Medium
    first: int
    """Frame of the medium with which it begins."""
    frames: int
    dissolve: int = 0
    """Over so many frames, half of them before its end, it gives way to the next piece."""

    @property
    def before_cut(self) -> int:
        """How many frames of the dissolve come before its end."""
        return self.dissolve // 2

    @property
    def after_cut(self) -> int:
        """How many come after it."""
        return self.dissolve - self.before_cut


@dataclass(frozen=True)
class Gap:
    """Nothing, for so many frames."""

    frames: int


@dataclass(frozen=True)
class Chapter:
    """A scene by its number and first words."""

    title: str
    first: int
    frames: int


@dataclass(frozen=True)
class Tracks:
    """A whole film."""

    size: tuple[int, int]
    timeline: Timeline
    pictures: tuple[Piece, ...]
    clips: tuple[Piece, ...]
    """The film as it is, for comparison: not seen and not heard."""
    speech: tuple[Piece | Gap, ...]
    music: tuple[Piece, ...]
    cues: tuple[SubtitleCue, ...]
    cues_to_draw: tuple[SubtitleCue, ...]
    """What is seen of them at a time, over still pictures: clips show their own. In hundredths of a second, as ASS has
    them, rounded down, so that each is drawn in those frames in which the film shows it."""
    chapters: tuple[Chapter, ...]

    @property
    def media(self) -> tuple[Medium, ...]:
        """All media, each once."""
        every = (*self.pictures, *self.clips, *self.speech, *self.music)
        return tuple({piece.medium.name: piece.medium for piece in every if isinstance(piece, Piece)}.values())


def tracks_of(
    clips: Sequence[ClipFacts],
    timeline: Timeline,
    speech_s: Sequence[float],
    titles: Sequence[str],
    pictures: Sequence[str],
    has_music: bool,
    heard: Collection[Place] = (),
) -> Tracks:
    """The film that consists of `clips`, in their order.

    :param speech_s: the length of each scene's speech.
    :param titles: of the scenes.
    :param pictures: file name of each scene's still picture, or empty.
    :param heard: which of intro and outro have sound.
    """
    as_clips = [Piece(Medium(clip_name(number), each.frames), 0, each.frames) for number, each in enumerate(clips, 1)]
    ends = [*timeline.scene_starts[1:], timeline.frame_count]
    seen, cues = _pictures(clips, as_clips, pictures), film_cues(clips, timeline)
    size = clips[0].width, clips[0].height
    return Tracks(
        size=size,
        timeline=timeline,
        pictures=seen,
        clips=tuple(as_clips),
        speech=_speech(timeline, speech_s, heard),
        music=(Piece(Medium(MUSIC, timeline.frame_count), 0, timeline.frame_count),) if has_music else (),
        cues=tuple(cues),
        cues_to_draw=tuple(_without(ass_cues(cues, size), _covered(clips, as_clips, seen), timeline.fps)),
        chapters=tuple(
            Chapter(title, start, end - start)
            for title, start, end in zip(titles, timeline.scene_starts, ends, strict=True)
        ),
    )


def _pictures(clips: Sequence[ClipFacts], as_clips: Sequence[Piece], names: Sequence[str]) -> tuple[Piece, ...]:
    """Still pictures where scenes are such, with dissolves in place of the clips between two of them."""
    stills = _stills(clips, names)
    black = Medium(BLACK, sum(clip.frames for clip in clips))
    track: list[Piece] = []
    lead = 0
    """How many frames before its scene the next picture is first cut to."""
    for at, (clip, as_clip) in enumerate(zip(clips, as_clips, strict=True)):
        still = stills.get(at)
        if still is not None:
            track.append(Piece(still, -still.views[0].frame - lead, clip.frames + lead))
            lead = 0
        elif at - 1 in stills and at + 1 in stills and clip.transition in _DISSOLVED:
            lead = _dissolve(track, clip.frames, None if clip.transition is Transition.CROSSFADE else black)
        else:
            track.append(as_clip)
    return tuple(track)


def _covered(
    clips: Sequence[ClipFacts], as_clips: Sequence[Piece], seen: Collection[Piece]
) -> Iterator[tuple[int, int]]:
    """The frames in which a clip is seen as it is, with subtitles in its pictures: the first, and the first after."""
    names = {piece.medium.name for piece in seen}
    ends = accumulate(clip.frames for clip in clips)
    for clip, as_clip, end in zip(clips, as_clips, ends, strict=True):
        if clip.shows_subtitles and as_clip.medium.name in names:
            yield end - clip.frames, end


def _without(cues: Iterable[SubtitleCue], covered: Iterable[tuple[int, int]], fps: int) -> Iterator[SubtitleCue]:
    """What is left of `cues` outside of these frames: each from its first frame to the first one after it."""
    every = [*covered]
    for cue in cues:
        first, end = (math.ceil(time_s * fps - _ROUNDING) for time_s in (cue.start_s, cue.end_s))
        left = [(first, end)]
        for begins, ends in every:
            if begins < end and ends > first:
                left = [part for one in left for part in ((one[0], min(one[1], begins)), (max(one[0], ends), one[1]))]
        for one in left:
            if one[0] < one[1]:
                start_s, end_s = (frame * 100 // fps / 100 for frame in one)
                yield replace(cue, start_s=start_s, end_s=end_s)


def _stills(clips: Sequence[ClipFacts], names: Sequence[str]) -> dict[int, Medium]:
    """The still picture that a clip is all of, by the clip's place."""
    scenes = [at for at, clip in enumerate(clips) if clip.place is Place.PART]
    found = ((at, name, clips[at].views) for at, name in zip(scenes, names, strict=True))
    return {
        at: Medium(name, views[-1].frame + 1 - views[0].frame, views) for at, name, views in found if name and views
    }


_DISSOLVED = (Transition.CROSSFADE, Transition.FADE_BLACK)
"""Transitions that tracks can show as dissolves."""


def _dissolve(track: list[Piece], frames: int, through: Medium | None) -> int:
    """Have the last piece of `track` give way over so many frames; how many of them the next one is on the track."""
    if through is None:
        track[-1] = replace(track[-1], frames=track[-1].frames + frames // 2, dissolve=frames)
        return frames - frames // 2
    quarter = frames // 4
    track[-1] = replace(track[-1], frames=track[-1].frames + quarter, dissolve=2 * quarter)
    track.append(Piece(through, quarter, frames - 2 * quarter, 2 * quarter))
    return quarter


def _speech(timeline: Timeline, lengths_s: Sequence[float], heard: Collection[Place]) -> tuple[Piece | Gap, ...]:
    """Each scene's speech at its start, as far as the next one's, and silence between; with intro and outro."""
    intro, outro = (
        frames if place in heard else 0
        for place, frames in ((Place.INTRO, timeline.intro_frames), (Place.OUTRO, timeline.outro_frames))
    )
    track: list[Piece | Gap] = [*_brought(Place.INTRO, intro)]
    if timeline.scene_starts[0] > intro:
        track.append(Gap(timeline.scene_starts[0] - intro))
    ends = [*timeline.scene_starts[1:], timeline.frame_count - outro]
    for number, (start, end, length_s) in enumerate(zip(timeline.scene_starts, ends, lengths_s, strict=True), 1):
        whole = speech_frames(length_s, timeline.fps)
        frames = min(whole, end - start)
        track.append(Piece(Medium(speech_name(number), whole), 0, frames))
        if end - start > frames:
            track.append(Gap(end - start - frames))
    return (*track, *_brought(Place.OUTRO, outro))


def _brought(place: Place, frames: int) -> Iterator[Piece]:
    if frames:
        yield Piece(Medium(brought_name(place), frames), 0, frames)


def speech_frames(length_s: float, fps: int) -> int:
    """How many frames a speech takes, the last one filled with silence."""
    return max(1, math.ceil(length_s * fps))
