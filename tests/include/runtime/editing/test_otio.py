from __future__ import annotations

import json

import opentimelineio as otio
import pytest
from opentimelineio.schema import Clip, Timeline, Track, Transition

from include.contract.values import Transition as Kind
from include.runtime.editing.otio import timeline_in, timeline_json
from include.runtime.editing.tracks import Tracks
from tests.include.runtime.editing.parts import clips, tracks

ODD = 'למה "דבש" <b>{\\an8} & 🐝\t/../ \u2028 蜂蜜'


def read(made: Tracks) -> Timeline:
    return otio.adapters.read_from_string(timeline_json(made, "film"), "otio_json")


def named(timeline: Timeline, name: str) -> Track:
    return next(track for track in timeline.tracks if track.name == name)


@pytest.mark.parametrize("transition", [Kind.CROSSFADE, Kind.FADE_BLACK])
@pytest.mark.parametrize("scenes", [1, 3])
def test_the_library_reads_what_was_laid_out(transition: Kind, scenes: int) -> None:
    made = tracks(clips(scenes, transition))
    timeline = read(made)
    frames = made.timeline.frame_count
    assert timeline.duration() == otio.opentime.RationalTime(frames, 30)
    kinds = [(track.name, track.kind, track.enabled) for track in timeline.tracks]
    assert kinds == [
        ("clips", "Video", False),
        ("pictures", "Video", True),
        ("subtitles", "Subtitle", True),
        ("speech", "Audio", True),
        ("music", "Audio", True),
    ]
    lengths = {track.name: track.duration().value for track in timeline.tracks}
    assert lengths.pop("subtitles") <= frames
    assert set(lengths.values()) == {frames}


def test_a_dissolve_shows_only_what_the_media_have() -> None:
    track = named(read(tracks(clips(3, Kind.FADE_BLACK))), "pictures")
    found = [child for child in track if isinstance(child, Transition)]
    assert len(found) == 4
    assert {each.transition_type for each in found} == {"SMPTE_Dissolve"}
    for index, child in enumerate(track):
        if isinstance(child, Transition):
            left, right = track[index - 1], track[index + 1]
            assert left.source_range.end_time_exclusive() + child.out_offset <= left.available_range().duration
            assert right.source_range.start_time - child.in_offset >= right.available_range().start_time


def test_names_are_relative_and_within_the_folder_of_media() -> None:
    media = timeline_in(timeline_json(tracks(clips(2)), "film")).media
    assert media == {
        *(f"media/clip-0{number}.mp4" for number in range(1, 6)),
        *(f"media/{kind}" for kind in ("picture-01.jpg", "picture-02.jpg", "speech-01.wav", "speech-02.wav")),
        "media/music.wav",
    }


def test_any_text_comes_back() -> None:
    timeline = read(tracks(clips(2, text=ODD), title=ODD))
    assert [marker.comment for marker in timeline.tracks.markers] == [ODD, ODD]
    assert [marker.marked_range.start_time.value for marker in timeline.tracks.markers] == [24, 96]
    said = [clip for clip in named(timeline, "subtitles") if isinstance(clip, Clip)]
    assert [clip.name for clip in said] == [ODD, ODD]
    assert [clip.range_in_parent().start_time.value for clip in said] == [24 + 6, 96 + 6]


def test_the_same_film_is_the_same_text() -> None:
    one, other = (timeline_json(tracks(clips(2)), "film") for _ in range(2))
    assert one == other
    assert json.loads(one)["OTIO_SCHEMA"] == "Timeline.1"


def test_a_film_without_music_and_words_has_empty_tracks() -> None:
    found = [each.model_copy(update={"cues": ()}) for each in clips(2)]
    timeline = read(tracks(found, music=False))
    assert [len(named(timeline, name)) for name in ("music", "subtitles")] == [0, 0]
