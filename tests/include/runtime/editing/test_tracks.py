from __future__ import annotations

from itertools import accumulate, pairwise
from random import Random

import pytest

from include.contract.clips import ClipCue
from include.contract.ports import BROUGHT, Place
from include.contract.values import Transition
from include.runtime.editing.tracks import Gap, Piece
from tests.include.runtime.editing.parts import BODY, clips, facts, seen, tracks, views


def check(pieces: tuple[Piece | Gap, ...], frames: int) -> None:
    """A track is as long as the film, and what a dissolve shows is there on both of its sides."""
    assert sum(piece.frames for piece in pieces) == frames
    for left, right in zip(pieces, pieces[1:], strict=False):
        if isinstance(left, Piece) and left.dissolve:
            assert isinstance(right, Piece)
            assert left.first + left.frames + left.after_cut <= left.medium.frames
            assert right.first >= left.before_cut
            assert right.frames >= left.after_cut + right.before_cut


@pytest.mark.parametrize("transition", [Transition.CROSSFADE, Transition.FADE_BLACK])
@pytest.mark.parametrize("join", [*range(9), 18, 150])
@pytest.mark.parametrize("scenes", [1, 2, 5])
def test_tracks_are_as_long_as_the_film_and_no_dissolve_lacks_a_frame(
    transition: Transition, join: int, scenes: int
) -> None:
    made = tracks(clips(scenes, transition, join))
    frames = made.timeline.frame_count
    for track in (made.pictures, made.clips, made.speech, made.music):
        check(track, frames)
    stills = [piece for piece in made.pictures if piece.medium.views]
    assert len(stills) == scenes
    assert (
        sum(piece.dissolve > 0 for piece in made.pictures)
        == {
            Transition.CROSSFADE: (scenes - 1) * (join > 0),
            Transition.FADE_BLACK: (scenes - 1) * (2 if join >= 4 else 0),
        }[transition]
    )


def test_a_picture_moves_as_in_the_film_on_both_sides_of_a_dissolve() -> None:
    made = tracks(clips(2))
    first, second = (piece for piece in made.pictures if piece.medium.views)
    starts = [24, 24 + BODY + 12 - second.first]
    assert (first.first, second.first, first.dissolve) == (12, 6, 12)
    assert starts == [made.timeline.scene_starts[0], made.timeline.scene_starts[1] - 12 + 12 - 6]
    assert first.medium.frames == 12 + BODY + 12


def test_cards_are_clips_and_black_is_a_picture() -> None:
    assert seen(tracks(clips(2)).pictures) == ["clip-01", "picture-01", "picture-02", "clip-05"]
    assert seen(tracks(clips(2, Transition.FADE_BLACK)).pictures)[2] == "black"
    assert seen(tracks(clips(2, join=0)).pictures) == ["clip-01", "picture-01", "picture-02"]


def test_what_no_dissolve_shows_is_the_clip_itself() -> None:
    slid = clips(2, Transition.SLIDE)
    assert seen(tracks(slid).pictures) == ["clip-01", "picture-01", "clip-03", "picture-02", "clip-05"]
    filmed = [*clips(2)[:3], facts(Place.PART, BODY), facts(Place.ENDING, 12)]
    assert seen(tracks(filmed).pictures) == ["clip-01", "picture-01", "clip-03", "clip-04", "clip-05"]
    assert seen(tracks(clips(2), pictures=False).pictures) == [f"clip-0{number}" for number in range(1, 6)]


def test_subtitles_are_drawn_over_pictures_and_not_over_clips_that_show_them() -> None:
    shows = {"shows_subtitles": True}
    own = facts(Place.PART, BODY, cues=clips(1)[1].cues, **shows)
    found = [clip if clip.place is Place.PART else clip.model_copy(update=shows) for clip in clips(2)]
    made = tracks([*found[:3], own, found[4]])
    assert len(made.cues) == 2
    (drawn,) = made.cues_to_draw
    assert (drawn.start_s, drawn.end_s) == (1.0, (24 + BODY) / 30)
    assert len(tracks(found).cues_to_draw) == len(tracks(clips(2), pictures=False).cues_to_draw) == 2
    assert tracks([clip.model_copy(update=shows) for clip in found], pictures=False).cues_to_draw == ()


@pytest.mark.parametrize("fps", [10, 24, 25, 30, 50, 60])
@pytest.mark.parametrize("transition", Transition)
def test_in_each_frame_a_subtitle_is_seen_once_as_in_the_film(transition: Transition, fps: int) -> None:
    chance = Random(fps)
    found = []
    for clip in clips(6, transition, join=7):
        starts_s = sorted(chance.uniform(0, BODY / fps) for _ in range(4)) if clip.place is Place.PART else []
        cues = [ClipCue(start_s=start_s, end_s=end_s, lines=("Bees hum.",)) for start_s, end_s in pairwise(starts_s)]
        update = {"fps": fps, "shows_subtitles": True, "cues": tuple(cues)}
        own = {"views": ()} if clip.place is Place.PART and chance.random() < 0.4 else {}
        found.append(clip.model_copy(update=update | own))
    made = tracks(found)
    names = set(seen(made.pictures))
    as_clips = [name in names for name, clip in zip(seen(made.clips), found, strict=True) for _ in range(clip.frames)]
    for frame, is_clip in enumerate(as_clips):
        in_film = sum(cue.start_s <= frame / fps < cue.end_s for cue in made.cues)
        now_ms = frame * 1000 // fps
        drawn = sum(round(cue.start_s * 1000) <= now_ms < round(cue.end_s * 1000) for cue in made.cues_to_draw)
        assert drawn == (0 if is_clip else in_film), frame


def test_media_are_each_there_once() -> None:
    names = [medium.name for medium in tracks(clips(3, Transition.FADE_BLACK)).media]
    assert len(names) == len(set(names)) == 7 + 3 + 1 + 3 + 1
    assert "music.wav" not in [medium.name for medium in tracks(clips(3), music=False).media]


@pytest.mark.parametrize(("speech_s", "frames"), [(2.0, 60), (2.01, 61), (0.001, 1), (99.0, 72)])
def test_speech_starts_with_its_scene_and_ends_before_the_next(speech_s: float, frames: int) -> None:
    made = tracks(clips(2), speech_s=speech_s)
    spoken = [piece for piece in made.speech if isinstance(piece, Piece)]
    assert [piece.frames for piece in spoken] == [frames, frames]
    check(made.speech, made.timeline.frame_count)


def test_a_scene_without_a_title_card_starts_at_once() -> None:
    made = tracks([facts(Place.PART, BODY, views=views(0))])
    assert seen(made.pictures) == ["picture-01"]
    assert isinstance(made.speech[0], Piece)


def test_intro_and_outro_are_clips_and_what_is_heard_of_them_lies_beside_the_speech() -> None:
    found = [facts(Place.INTRO, 50), *clips(2), facts(Place.OUTRO, 40)]
    for heard in ((), (Place.INTRO,), (Place.OUTRO,), BROUGHT):
        made = tracks(found, heard=heard)
        assert seen(made.pictures) == ["clip-01", "clip-02", "picture-01", "picture-02", "clip-06", "clip-07"]
        for track in (made.pictures, made.clips, made.speech, made.music):
            check(track, made.timeline.frame_count)
        starts = dict(zip(accumulate((piece.frames for piece in made.speech), initial=0), made.speech, strict=False))
        spoken = {start: piece.medium.name for start, piece in starts.items() if isinstance(piece, Piece)}
        last = made.timeline.story_end
        brought = {0: "intro.wav"} if Place.INTRO in heard else {}
        brought |= {last: "outro.wav"} if Place.OUTRO in heard else {}
        assert spoken == {74: "speech-01.wav", 74 + BODY + 12: "speech-02.wav", **brought}
