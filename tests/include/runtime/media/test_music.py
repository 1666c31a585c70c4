from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from include.contract.errors import CorruptInput, UnknownModel
from include.contract.values import Mood
from include.runtime.media import music as module
from include.runtime.media.audio import SAMPLE_RATE_HZ
from include.runtime.media.music import built_in, looped, survey
from tests.include.runtime.composition.media import compositor, tone, track, write_wav


def test_every_registered_track_is_sound(tmp_path: Path) -> None:
    tracks = {name: path for name, path in compositor().files.items() if name.startswith("music-")}
    assert {name.split("-")[1] for name in tracks} == set(Mood)
    for name, path in tracks.items():
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
            assert survey(path, "music").warnings == ("music: damaged parts are skipped; 60.2 % of it plays",)


def test_a_track_sounds_the_same_whether_it_is_kept_or_decoded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = survey(track(tmp_path / "music.mp3", tone(9.0)), "music")
    kept = np.concatenate([*islice(looped(music), 60)], axis=1)
    monkeypatch.setattr(module, "KEPT_S", 1.0)
    assert kept.shape[1] > 2 * music.samples
    assert np.array_equal(kept, np.concatenate([*islice(looped(music), 60)], axis=1))


def test_silent_music_is_told(tmp_path: Path) -> None:
    music = survey(write_wav(tmp_path / "music.wav", np.zeros(48_000)), "music")
    assert music.warnings == ("music: nothing in it is louder than -70 LUFS, so none plays",)
    assert survey(write_wav(tmp_path / "heard.wav", tone(2.0, 24_000)), "music").warnings == ()


@pytest.mark.parametrize("content", [b"", b"no music at all", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_music_that_cannot_be_played_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "music.mp3").write_bytes(content)
    with pytest.raises(CorruptInput, match="music"):
        survey(tmp_path / "music.mp3", "music")
