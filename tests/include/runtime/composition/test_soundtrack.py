from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from include.contract.clips import ClipFacts
from include.contract.ports import BROUGHT, Place
from include.contract.timing import TimedText
from include.runtime.composition.soundtrack import DUCK_DB, MOST_GAIN_DB, Soundtrack
from include.runtime.composition.story import Clip, SpokenScene
from include.runtime.composition.timeline import Timeline
from include.runtime.media.audio import SAMPLE_RATE_HZ
from include.runtime.media.loudness import integrated_lufs
from include.runtime.media.music import survey
from include.runtime.media.speech import read_timing
from tests.include.runtime.composition.media import speech, story_inputs, tone, track, write_wav

PAUSE_S = 3.0


@dataclass(frozen=True)
class Times:
    """Of one scene, in seconds from the film's start."""

    start_s: float
    speech_end_s: float
    end_s: float


def story(folder: Path, speech_s: float = 3.0) -> tuple[list[SpokenScene], Timeline, list[Times]]:
    """Two scenes, each with a pause after its speech, and a title card before them."""
    inputs = story_inputs(folder, duration_s=speech_s)
    scenes = []
    for number in ("01", "02"):
        timed = read_timing(inputs[f"timing/{number}"], "timing")
        scenes.append(SpokenScene(number, inputs[f"speech/{number}"], speech_s, timed.segments, None))
    starts_s = [2.5, 2.5 + speech_s + PAUSE_S]
    end_s = starts_s[1] + speech_s + PAUSE_S
    timeline = Timeline(30, round(end_s * 30), tuple(round(start_s * 30) for start_s in starts_s))
    return scenes, timeline, [Times(one, one + speech_s, one + speech_s + PAUSE_S) for one in starts_s]


def played(track: Soundtrack) -> np.ndarray:
    return np.concatenate(list(track.blocks()), axis=1)


def level_db(sound: np.ndarray, start_s: float, end_s: float) -> float:
    part = sound[:, round(start_s * SAMPLE_RATE_HZ) : round(end_s * SAMPLE_RATE_HZ)]
    return float(10 * np.log10(np.mean(part**2) + 1e-12))


def test_speech_lies_at_its_time_with_silence_around(tmp_path: Path) -> None:
    scenes, timeline, times_of = story(tmp_path)
    sound = played(Soundtrack(scenes, timeline, None))
    assert sound.shape == (2, timeline.sample_count)
    for times in times_of:
        assert level_db(sound, times.start_s + 0.05, times.speech_end_s - 0.05) > -30
        assert level_db(sound, times.speech_end_s + 0.05, times.end_s - 0.05) < -90
    assert level_db(sound, 0, times_of[0].start_s - 0.05) < -90


def test_music_makes_way_for_the_voice_and_ends_in_silence(tmp_path: Path) -> None:
    scenes, timeline, times_of = story(tmp_path)
    tone = 0.3 * np.sin(2 * np.pi * 330 * np.arange(24_000 * 5) / 24_000)
    music = survey(write_wav(tmp_path / "music.wav", tone), "music")
    voice = played(Soundtrack(scenes, timeline, None))
    bed = played(Soundtrack(scenes, timeline, music)) - voice
    scene = times_of[0]
    under = level_db(bed, scene.start_s, scene.speech_end_s)
    between = level_db(bed, scene.speech_end_s + 1.0, scene.end_s - 0.5)
    assert between - under == pytest.approx(DUCK_DB, abs=0.7)
    assert level_db(voice, scene.start_s, scene.speech_end_s) - under > 15
    assert level_db(bed, timeline.duration_s - 0.02, timeline.duration_s) < between - 30


def test_music_is_as_loud_beside_the_voice_as_asked_and_is_not_turned_down_where_nobody_is_to_speak(
    tmp_path: Path,
) -> None:
    scenes, timeline, times_of = story(tmp_path)
    music = survey(write_wav(tmp_path / "music.wav", tone(5.0, 24_000)), "music")
    voice = played(Soundtrack(scenes, timeline, None))
    usual, quiet, loud = (played(Soundtrack(scenes, timeline, music, level)) - voice for level in (None, -20.0, 0.0))
    span = times_of[0].speech_end_s + 1.0, times_of[0].end_s - 0.5
    assert level_db(usual, *span) - level_db(quiet, *span) == pytest.approx(12, abs=0.2)
    assert level_db(loud, *span) - level_db(usual, *span) == pytest.approx(8, abs=0.2)
    silent = [replace(scene, is_silent=True) for scene in scenes]
    bed = played(Soundtrack(silent, timeline, music)) - voice
    scene = times_of[0]
    assert level_db(bed, scene.start_s, scene.speech_end_s) == pytest.approx(level_db(bed, *span), abs=0.5)


@pytest.mark.parametrize("spans_s", [((0.5, 0.8), (0.0, 4.0)), ((0.0, 4.0), (0.5, 0.8)), ((2.0, 4.0), (0.0, 1.9))])
def test_music_stays_down_until_all_have_spoken_whatever_the_order_of_their_segments(
    tmp_path: Path, spans_s: tuple[tuple[float, float], ...]
) -> None:
    scenes, timeline, _ = story(tmp_path, speech_s=4.0)
    music = survey(write_wav(tmp_path / "music.wav", tone(5.0, 24_000)), "music")

    def bed(*spans_s: tuple[float, float]) -> np.ndarray:
        segments = tuple(TimedText(text="Bees", start_s=start_s, end_s=end_s) for start_s, end_s in spans_s)
        timed = [replace(scene, segments=segments) for scene in scenes]
        return np.concatenate(list(Soundtrack(timed, timeline, music).bed()), axis=1)

    assert np.array_equal(bed(*spans_s), bed((0.0, 4.0)))


def test_a_short_track_is_looped_without_a_gap(tmp_path: Path) -> None:
    scenes, timeline, times_of = story(tmp_path, speech_s=0.5)
    noise = np.random.default_rng(0).normal(0, 0.1, 24_000)
    music = survey(write_wav(tmp_path / "music.wav", noise), "music")
    bed = played(Soundtrack(scenes, timeline, music)) - played(Soundtrack(scenes, timeline, None))
    pause = times_of[0]
    start_s, end_s = pause.speech_end_s + 1.0, pause.end_s - 0.5
    levels = [level_db(bed, at, at + 0.1) for at in np.arange(start_s, end_s - 0.1, 0.1)]
    assert max(levels) - min(levels) < 2.5


def test_a_sample_that_is_no_number_does_not_silence_the_music(tmp_path: Path) -> None:
    scenes, timeline, times_of = story(tmp_path)
    sound = tone(5.0, 24_000)
    sound[30_000] = np.nan
    music = survey(track(tmp_path / "music.wav", sound, "pcm_f32le", "wav", rate_hz=24_000), "music")
    bed = played(Soundtrack(scenes, timeline, music)) - played(Soundtrack(scenes, timeline, None))
    scene = times_of[0]
    assert level_db(bed, scene.speech_end_s + 1.0, scene.end_s - 0.5) > -50
    assert [warning.partition(" samples")[2] for warning in music.warnings] == [
        " are no numbers (NaN or infinite); they play as silence"
    ]


def around(folder: Path, timeline: Timeline, levels: tuple[float, float]) -> tuple[list[Clip], Timeline]:
    """An intro of two seconds and an outro of three, tones of these levels, and the clock of a film with them."""
    brought = []
    for place, frames, level in zip(BROUGHT, (60, 90), levels, strict=True):
        path = track(folder / f"{place}.m4a", tone(3.0, 48_000, level=level), "aac", "mp4", rate_hz=48_000)
        facts = ClipFacts(place=place, width=2, height=2, fps=30, frames=frames, digital_source="algorithmicMedia")
        brought.append(Clip(f"clip/{place}", path, facts))
    later = tuple(start + 60 for start in timeline.scene_starts)
    return brought, Timeline(30, timeline.frame_count + 150, later, 60, 90)


def test_an_intro_and_an_outro_are_heard_at_their_places_as_loud_as_the_voice_and_music_only_between(
    tmp_path: Path,
) -> None:
    scenes, plain, _ = story(tmp_path)
    brought, timeline = around(tmp_path, plain, (0.05, 0.8))
    music = survey(write_wav(tmp_path / "music.wav", tone(5.0, 24_000)), "music")
    whole = played(Soundtrack(scenes, timeline, music, brought=brought))
    first, last = timeline.story_samples
    assert whole.shape[1] == timeline.sample_count == last + 3 * SAMPLE_RATE_HZ
    without = played(Soundtrack(scenes, plain, music))
    assert np.abs(whole[:, first:last] - without).max() < 1e-6
    voice = integrated_lufs([played(Soundtrack(scenes, plain, None))])
    for part in (whole[:, :first], whole[:, last:]):
        assert integrated_lufs([np.ascontiguousarray(part)]) == pytest.approx(voice, abs=0.3)


def test_what_is_far_too_quiet_is_made_louder_only_so_far_and_what_is_short_is_measured_too(tmp_path: Path) -> None:
    scenes, plain, _ = story(tmp_path)
    brought, timeline = around(tmp_path, plain, (0.0005, 0.2))
    sound = Soundtrack(scenes, timeline, None, brought=brought)
    (quiet,) = (level_db(np.concatenate(list(sound.brought(Place.INTRO)), axis=1), 0.5, 1.5),)
    assert quiet == pytest.approx(20 * np.log10(0.0005) - 3 + MOST_GAIN_DB, abs=0.5)
    loud = brought[1].facts.model_copy(update={"frames": 3})
    short = track(tmp_path / "short.m4a", tone(0.1, 48_000, level=0.8), "aac", "mp4", rate_hz=48_000)
    short_film = Timeline(30, plain.frame_count + 3, plain.scene_starts, 0, 3)
    heard = Soundtrack(scenes, short_film, None, brought=[Clip("clip/03", short, loud)])
    assert -25 < level_db(np.concatenate(list(heard.brought(Place.OUTRO)), axis=1), 0.03, 0.08) < -10


def test_where_nobody_speaks_an_intro_is_as_loud_as_the_music(tmp_path: Path) -> None:
    scenes, plain, _ = story(tmp_path)
    silent = [
        replace(scene, speech=speech(tmp_path / f"{scene.number}.wav", 3.0, level=0.0), is_silent=True)
        for scene in scenes
    ]
    brought, timeline = around(tmp_path, plain, (0.3, 0.3))
    music = survey(write_wav(tmp_path / "music.wav", tone(5.0, 24_000)), "music")
    whole = played(Soundtrack(silent, timeline, music, brought=brought))
    first, _ = timeline.story_samples
    assert level_db(whole, 0.5, 1.5) == pytest.approx(level_db(whole[:, first:], 3.0, 8.0), abs=1.5)
