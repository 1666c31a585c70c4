"""When everything happens: the frames of a scene in its clips, and the times of a film that clips are joined to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.contract.clips import ClipFacts
from include.contract.params import ClipStillParams
from include.contract.ports import BROUGHT, Place
from include.runtime.media.audio import SAMPLE_RATE_HZ

END_FADE_S = 0.6
"""How long a closing card takes to become black."""
TITLE_JOIN_SHARE = 0.28
"""The most of a title card that may be its transition to the first picture."""


@dataclass(frozen=True)
class Slot:
    """The frames of one scene, counted from the first one after the transition to it.

    Its last `join_frames` show the next scene too, and its picture is already seen in as many before the first.
    """

    frames: int
    join_frames: int

    @property
    def body_frames(self) -> int:
        """Those that show this scene alone."""
        return self.frames - self.join_frames

    def progress(self, frame: int) -> float:
        """How far the camera is in `frame`, from 0 to 1; negative ones are those before the first."""
        return max(0.0, (frame + self.join_frames) / (self.frames + self.join_frames))


def slot_of(speech_s: float, params: ClipStillParams) -> Slot:
    """The slot of a scene whose speech takes `speech_s`: at least one frame besides its transition."""
    spoken = round((speech_s + params.scene_pause_s) * params.fps)
    return Slot(max(spoken, params.join_frames + 1), params.join_frames)


def title_frames(params: ClipStillParams) -> tuple[int, int]:
    """Frames of the title card, and how many of its last ones are its transition to the first picture."""
    frames = round(params.title_card_s * params.fps)
    return frames, min(params.join_frames, int(frames * TITLE_JOIN_SHARE))


@dataclass(frozen=True)
class Timeline:
    """A film's clock."""

    fps: int
    frame_count: int
    scene_starts: tuple[int, ...]
    """First frame of each scene."""
    intro_frames: int = 0
    """Those before the title."""
    outro_frames: int = 0
    """Those after the end."""

    @property
    def duration_s(self) -> float:
        """All of it."""
        return self.frame_count / self.fps

    @property
    def scene_starts_s(self) -> tuple[float, ...]:
        """When each scene starts, and with it its speech."""
        return tuple(start / self.fps for start in self.scene_starts)

    @property
    def sample_count(self) -> int:
        """Audio samples per channel at `SAMPLE_RATE_HZ`."""
        return round(self.duration_s * SAMPLE_RATE_HZ)

    @property
    def story_end(self) -> int:
        """The first frame after the end."""
        return self.frame_count - self.outro_frames

    @property
    def story_samples(self) -> tuple[int, int]:
        """The samples between intro and outro: the first, and the first one after them."""
        first, end = (round(frame / self.fps * SAMPLE_RATE_HZ) for frame in (self.intro_frames, self.story_end))
        return first, end


def timeline_of(clips: Sequence[ClipFacts]) -> Timeline:
    """The timeline of the film that consists of `clips`, in their order."""
    first, starts = 0, []
    for clip in clips:
        if clip.place is Place.PART:
            starts.append(first)
        first += clip.frames
    intro, outro = (sum(clip.frames for clip in clips if clip.place is place) for place in BROUGHT)
    return Timeline(clips[0].fps, first, tuple(starts), intro, outro)
