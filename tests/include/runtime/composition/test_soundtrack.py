from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from include.runtime.composition.soundtrack import DUCK_DB, Soundtrack
from include.runtime.composition.story import FilmInputs, read_story
from include.runtime.composition.timeline import Timeline, lay_out
from include.runtime.media.audio import SAMPLE_RATE_HZ
from include.runtime.media.music import survey
from tests.include.runtime.composition.media import story_inputs, tone, track, write_wav

PAUSE_S = 3.0


def story(folder: Path, speech_s: float = 3.0) -> tuple[FilmInputs, Timeline]:
    made = read_story(story_inputs(folder, duration_s=speech_s))
    return made, lay_out([scene.speech_s for scene in made.scenes], 2.5, PAUSE_S, 30)


def played(track: Soundtrack) -> np.ndarray:
    return np.concatenate(list(track.blocks()), axis=1)


def level_db(sound: np.ndarray, start_s: float, end_s: float) -> float:
    part = sound[:, round(start_s * SAMPLE_RATE_HZ) : round(end_s * SAMPLE_RATE_HZ)]
    return float(10 * np.log10(np.mean(part**2) + 1e-12))


def test_speech_lies_at_its_time_with_silence_around(tmp_path: Path) -> None:
    told, timeline = story(tmp_path)
    sound = played(Soundtrack(told.scenes, timeline, None))
    assert sound.shape == (2, timeline.sample_count)
    for times in timeline.scenes:
        assert level_db(sound, times.start_s + 0.05, times.speech_end_s - 0.05) > -30
        assert level_db(sound, times.speech_end_s + 0.05, times.end_s - 0.05) < -90
    assert level_db(sound, 0, timeline.scenes[0].start_s - 0.05) < -90


def test_music_makes_way_for_the_voice_and_ends_in_silence(tmp_path: Path) -> None:
    told, timeline = story(tmp_path)
    tone = 0.3 * np.sin(2 * np.pi * 330 * np.arange(24_000 * 5) / 24_000)
    music = survey(write_wav(tmp_path / "music.wav", tone), "music")
    voice = played(Soundtrack(told.scenes, timeline, None))
    bed = played(Soundtrack(told.scenes, timeline, music)) - voice
    scene = timeline.scenes[0]
    under = level_db(bed, scene.start_s, scene.speech_end_s)
    between = level_db(bed, scene.speech_end_s + 1.0, scene.end_s - 0.5)
    assert between - under == pytest.approx(DUCK_DB, abs=0.7)
    assert level_db(voice, scene.start_s, scene.speech_end_s) - under > 15
    assert level_db(bed, timeline.duration_s - 0.02, timeline.duration_s) < between - 30


def test_a_short_track_is_looped_without_a_gap(tmp_path: Path) -> None:
    told, timeline = story(tmp_path, speech_s=0.5)
    noise = np.random.default_rng(0).normal(0, 0.1, 24_000)
    music = survey(write_wav(tmp_path / "music.wav", noise), "music")
    bed = played(Soundtrack(told.scenes, timeline, music)) - played(Soundtrack(told.scenes, timeline, None))
    pause = timeline.scenes[0]
    start_s, end_s = pause.speech_end_s + 1.0, pause.end_s - 0.5
    levels = [level_db(bed, at, at + 0.1) for at in np.arange(start_s, end_s - 0.1, 0.1)]
    assert max(levels) - min(levels) < 2.5


def test_a_sample_that_is_no_number_does_not_silence_the_music(tmp_path: Path) -> None:
    told, timeline = story(tmp_path)
    sound = tone(5.0, 24_000)
    sound[30_000] = np.nan
    music = survey(track(tmp_path / "music.wav", sound, "pcm_f32le", "wav", rate_hz=24_000), "music")
    bed = played(Soundtrack(told.scenes, timeline, music)) - played(Soundtrack(told.scenes, timeline, None))
    scene = timeline.scenes[0]
    assert level_db(bed, scene.speech_end_s + 1.0, scene.end_s - 0.5) > -50
    assert [warning.partition(" samples")[2] for warning in music.warnings] == [
        " are no numbers (NaN or infinite); they play as silence"
    ]
