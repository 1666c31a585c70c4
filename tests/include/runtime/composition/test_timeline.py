from __future__ import annotations

import pytest

from include.contract.clips import ClipFacts
from include.contract.digital_source import DigitalSource
from include.contract.params import ClipStillParams
from include.contract.ports import BROUGHT, Place
from include.contract.values import Transition
from include.runtime.composition.timeline import slot_of, timeline_of, title_frames


def facts(place: Place, frames: int) -> ClipFacts:
    source = DigitalSource.ALGORITHMIC
    return ClipFacts(place=place, width=426, height=240, fps=30, frames=frames, digital_source=source)


def film(*scenes: int, join: int = 12, title: int = 24) -> list[ClipFacts]:
    """The facts of a film whose scenes last so many frames, their transitions included."""
    clips = [facts(Place.OPENING, title)]
    for frames in scenes:
        clips += [facts(Place.PART, frames - join), *([facts(Place.BETWEEN, join)] if join else [])]
    return clips[:-1] + [facts(Place.ENDING, join)] if join else clips


@pytest.mark.parametrize("fps", [10, 25, 30, 60])
@pytest.mark.parametrize("speech_s", [0.0, 0.003, 0.2, 3.217, 91.0])
def test_a_slot_is_as_long_as_speech_and_pause_and_its_transition_lies_in_the_pause(fps: int, speech_s: float) -> None:
    params = ClipStillParams(fps=fps)
    slot = slot_of(speech_s, params)
    assert abs(slot.frames / fps - (speech_s + 0.6)) <= 1.001 / fps
    assert slot.join_frames <= 0.6 * fps
    assert slot.body_frames >= 1


def test_equal_speeches_get_equal_slots() -> None:
    assert {slot_of(3.517, ClipStillParams()).frames for _ in range(4)} == {124}


def test_the_camera_starts_with_the_transition_to_its_scene_and_arrives_at_the_slots_end() -> None:
    slot = slot_of(2.0, ClipStillParams())
    assert slot.progress(-slot.join_frames) == 0.0
    assert slot.progress(slot.frames) == 1.0
    assert slot.progress(0) == pytest.approx(slot.join_frames / (slot.join_frames + slot.frames))


@pytest.mark.parametrize(
    ("params", "frames"),
    [
        (ClipStillParams(), 18),
        (ClipStillParams(scene_pause_s=1.0), 21),
        (ClipStillParams(transition_s=0.2), 6),
        (ClipStillParams(scene_pause_s=0.0), 0),
        (ClipStillParams(transition=Transition.CUT), 0),
    ],
)
def test_a_transition_is_never_longer_than_the_pause(params: ClipStillParams, frames: int) -> None:
    assert params.join_frames == frames


def test_the_title_gives_way_to_the_first_picture_at_its_end() -> None:
    assert title_frames(ClipStillParams()) == (75, 18)
    assert title_frames(ClipStillParams(title_card_s=0.8)) == (24, 6)


def test_a_films_clock_follows_from_the_frames_of_its_clips() -> None:
    timeline = timeline_of(film(100, 61, 13))
    assert (timeline.frame_count, timeline.scene_starts) == (198, (24, 124, 185))
    assert timeline.duration_s == pytest.approx(6.6)
    assert timeline.sample_count == 316_800
    assert timeline_of(film(100, 61, join=0)).scene_starts == (24, 124)


def test_what_is_brought_before_and_after_all_else_moves_and_lengthens_the_rest() -> None:
    clips = film(100, 61, 13)
    intro, outro = (clips[0].model_copy(update={"place": place, "frames": 50}) for place in BROUGHT)
    plain, around = timeline_of(clips), timeline_of([intro, *clips, outro])
    assert (around.intro_frames, around.outro_frames, around.story_end) == (50, 50, 248)
    assert around.frame_count == plain.frame_count + 100
    assert around.scene_starts == tuple(start + 50 for start in plain.scene_starts)
    assert around.story_samples == (80_000, 80_000 + plain.sample_count)
    assert plain.story_samples == (0, plain.sample_count)
