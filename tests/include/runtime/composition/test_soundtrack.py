from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from include.contract.errors import CorruptInput, UnknownModel
from include.contract.values import Mood
from include.runtime.composition.soundtrack import DUCK_DB, Soundtrack, built_in, survey
from include.runtime.composition.story import FilmInputs, read_story
from include.runtime.composition.timeline import Timeline, lay_out
from include.runtime.media.audio import SAMPLE_RATE_HZ
from tests.include.runtime.composition.media import compositor, story_inputs, tone, track, write_wav

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


def test_every_registered_track_is_sound(tmp_path: Path) -> None:
    for name, path in compositor().files.items():
        if name.startswith("music-"):
            music = survey(path, name)
            assert music.samples > 20 * SAMPLE_RATE_HZ
            assert -40 < music.integrated_lufs < 0


def test_a_built_in_track_is_of_the_mood_that_was_asked_for(tmp_path: Path) -> None:
    names = ["calm-acoustic-1", "calm-electronic-2", "tender-acoustic-1"]
    tracks = {name: write_wav(tmp_path / f"{name}.wav", tone(1, 48_000)) for name in names}
    assert {built_in(tracks, None, seed).name for seed in range(9)} == {*names}
    assert {built_in(tracks, Mood.CALM, seed).name for seed in range(9)} == {*names[:2]}
    with pytest.raises(UnknownModel, match="no nostalgic track; it has calm-acoustic-1, calm-electronic-2, tender"):
        built_in(tracks, Mood.NOSTALGIC, 0)


def test_every_mood_has_registered_tracks() -> None:
    tracks = {name.removeprefix("music-") for name in compositor().files if name.startswith("music-")}
    assert {name.partition("-")[0] for name in tracks} == {*Mood}


def test_less_than_half_of_a_track_is_refused_and_more_is_played_with_a_warning(tmp_path: Path) -> None:
    whole = track(tmp_path / "music.mp3", tone(6.0)).read_bytes()
    for share, refused in ((0.4, False), (0.6, True)):
        path = tmp_path / f"{share}.mp3"
        path.write_bytes(whole[: round((1 - share) * len(whole))] + bytes(round(share * len(whole))))
        if refused:
            with pytest.raises(
                CorruptInput, match=r"input music is damaged: (39|40|41) % of it decodes, at least 50 %"
            ):
                survey(path, "music")
        else:
            assert survey(path, "music").warnings == ("music: damaged parts are passed over; 60.2 % of it plays",)


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


def test_silent_music_is_told(tmp_path: Path) -> None:
    music = survey(write_wav(tmp_path / "music.wav", np.zeros(48_000)), "music")
    assert music.warnings == ("music: nothing in it is louder than -70 LUFS, so none plays",)
    assert survey(write_wav(tmp_path / "heard.wav", tone(2.0, 24_000)), "music").warnings == ()


@pytest.mark.parametrize("content", [b"", b"no music at all", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_music_that_cannot_be_played_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "music.mp3").write_bytes(content)
    with pytest.raises(CorruptInput, match="music"):
        survey(tmp_path / "music.mp3", "music")
