"""When everything happens: the title card, the scenes, the pauses and the cross-fades within them."""

from __future__ import annotations

from dataclasses import dataclass

from include.runtime.media.audio import SAMPLE_RATE_HZ

CROSSFADE_S = 0.7
TITLE_CROSSFADE_SHARE = 0.28
END_FADE_S = 0.6


@dataclass(frozen=True)
class SceneTimes:
    """One scene's times in seconds from the film's start: its speech, then its pause."""

    start_s: float
    speech_end_s: float
    end_s: float


@dataclass(frozen=True)
class ShotFrames:
    """The frames in which one picture is visible, including the cross-fades at both ends."""

    first_frame: int
    end_frame: int
    """The first frame in which it is no longer visible."""
    fade_in_frames: int
    """How many of its first frames are mixed with the shot before it."""


@dataclass(frozen=True)
class Timeline:
    """A film's clock. Shot 0 is the title card, shot n the n-th scene, the one after them the closing card."""

    fps: int
    title_card_s: float
    closing_card_s: float
    scenes: tuple[SceneTimes, ...]
    shots: tuple[ShotFrames, ...]
    end_fade_frames: int

    @property
    def duration_s(self) -> float:
        """Both cards, speech and pauses together."""
        return self.scenes[-1].end_s + self.closing_card_s

    @property
    def frame_count(self) -> int:
        """Frames of the film: the whole number nearest to its length."""
        return round(self.duration_s * self.fps)

    @property
    def sample_count(self) -> int:
        """Audio samples per channel at `SAMPLE_RATE_HZ`."""
        return round(self.duration_s * SAMPLE_RATE_HZ)


def lay_out(
    speech_s: list[float], title_card_s: float, scene_pause_s: float, fps: int, closing_card_s: float = 0.0
) -> Timeline:
    """The timeline of scenes whose speech takes `speech_s` each; without a closing card if that takes no time."""
    scenes, start_s = [], title_card_s
    for duration_s in speech_s:
        speech_end_s = start_s + duration_s
        scenes.append(SceneTimes(start_s, speech_end_s, speech_end_s + scene_pause_s))
        start_s = scenes[-1].end_s
    return Timeline(
        fps=fps,
        title_card_s=title_card_s,
        closing_card_s=closing_card_s,
        scenes=tuple(scenes),
        shots=_shots(scenes, title_card_s, scene_pause_s, fps) + _closing(scenes[-1].end_s, closing_card_s, fps),
        end_fade_frames=round(min(END_FADE_S, closing_card_s or scene_pause_s) * fps),
    )


def _shots(scenes: list[SceneTimes], title_card_s: float, scene_pause_s: float, fps: int) -> tuple[ShotFrames, ...]:
    title_fade = round(min(CROSSFADE_S, title_card_s * TITLE_CROSSFADE_SHARE) * fps)
    scene_fade = round(min(CROSSFADE_S, scene_pause_s) * fps)
    shots = [ShotFrames(0, round(title_card_s * fps), 0)]
    for number, scene in enumerate(scenes):
        fade = scene_fade if number else title_fade
        shots.append(ShotFrames(round(scene.start_s * fps) - fade, round(scene.end_s * fps), fade))
    return tuple(shots)


def _closing(start_s: float, closing_card_s: float, fps: int) -> tuple[ShotFrames, ...]:
    if not closing_card_s:
        return ()
    fade = round(min(CROSSFADE_S, closing_card_s * TITLE_CROSSFADE_SHARE) * fps)
    first = round(start_s * fps)
    return (ShotFrames(first, round((start_s + closing_card_s) * fps), fade),)
