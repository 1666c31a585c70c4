"""Films laid out on tracks, without any media."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from include.contract.clips import ClipCue, ClipFacts, View
from include.contract.digital_source import DigitalSource
from include.contract.ports import Place
from include.contract.values import Transition
from include.runtime.composition.timeline import timeline_of
from include.runtime.editing.tracks import Piece, Tracks, tracks_of

BODY = 60
SIZE = (426, 240)


def facts(place: Place, frames: int, **more: object) -> ClipFacts:
    width, height = SIZE
    return ClipFacts(
        place=place,
        width=width,
        height=height,
        fps=30,
        frames=frames,
        digital_source=DigitalSource.ALGORITHMIC,
        **more,
    )


def views(join: int) -> tuple[View, ...]:
    """A camera that comes nearer, from the transition to a scene to the end of the one away from it."""
    return tuple(
        View(frame=frame, left=share, top=share, width=1 - 2 * share, height=1 - 2 * share)
        for frame, share in ((-join, 0.05), (BODY + join - 1, 0.1))
    )


def clips(
    scenes: int, transition: Transition = Transition.CROSSFADE, join: int = 12, text: str = "Bees hum."
) -> list[ClipFacts]:
    """A title card, so many scenes with what lies between them, and an end."""
    cue = ClipCue(start_s=0.2, end_s=2.1, lines=(text,))
    found = [facts(Place.OPENING, 24)]
    for number in range(scenes):
        if number and join:
            found.append(facts(Place.BETWEEN, join, transition=transition))
        found.append(facts(Place.PART, BODY, cues=(cue,), views=views(join)))
    return [*found, facts(Place.ENDING, join)] if join else found


def tracks(
    found: Sequence[ClipFacts],
    pictures: bool = True,
    music: bool = True,
    title: str = "Bees hum.",
    speech_s: float = 2,
    heard: Collection[Place] = (),
) -> Tracks:
    scenes = sum(each.place is Place.PART for each in found)
    names = [f"picture-{number:02d}.jpg" if pictures else "" for number in range(1, scenes + 1)]
    return tracks_of(found, timeline_of(found), [speech_s] * scenes, [title] * scenes, names, music, heard)


def seen(pieces: Sequence[Piece]) -> list[str]:
    return [piece.medium.name.partition(".")[0] for piece in pieces]
