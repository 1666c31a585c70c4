"""Whatever players play is played here; what is wrong with it is counted."""

from __future__ import annotations

import io
import random
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract.errors import CorruptInput
from include.runtime.media.audio import SAMPLE_RATE_HZ, decode
from include.runtime.media.playing import Damage, play
from tests.include.runtime.composition.media import tone, track

MADE = {
    "mp3": ("libmp3lame", "mp3", "stereo", 44_100),
    "mono.mp3": ("libmp3lame", "mp3", "mono", 16_000),
    "flac": ("flac", "flac", "stereo", 44_100),
    "opus": ("libopus", "ogg", "stereo", 48_000),
    "m4a": ("aac", "mp4", "stereo", 44_100),
    "lossless.m4a": ("alac", "mp4", "stereo", 44_100),
    "aac": ("aac", "adts", "stereo", 44_100),
    "webm": ("libopus", "webm", "stereo", 48_000),
    "aiff": ("pcm_s16be", "aiff", "stereo", 44_100),
    "wav": ("pcm_s24le", "wav", "5.1", 96_000),
    "float.wav": ("pcm_f32le", "wav", "stereo", 48_000),
    "telephone.wav": ("pcm_u8", "wav", "mono", 8_000),
}


def made(folder: Path, kind: str, seconds: float = 4.0) -> Path:
    codec, container, layout, rate_hz = MADE[kind]
    return track(folder / f"bed.{kind}", tone(seconds, rate_hz), codec, container, layout, rate_hz)


def heard(path: Path) -> tuple[np.ndarray, Damage]:
    damage = Damage()
    return np.concatenate([*play(path, "music", damage), np.zeros((2, 0), np.float32)], axis=1), damage


def seconds(sound: np.ndarray) -> float:
    return sound.shape[1] / SAMPLE_RATE_HZ


def with_noise(path: Path, start: float, end: float) -> Path:
    """The file with noise over the part of it from `start` to `end`, as shares of its length."""
    body = bytearray(path.read_bytes())
    first, last = round(start * len(body)), round(end * len(body))
    body[first:last] = random.Random(1).randbytes(last - first)
    path.write_bytes(body)
    return path


@pytest.mark.parametrize("kind", MADE)
def test_a_sound_file_of_every_common_kind_plays_whole_and_without_a_word(tmp_path: Path, kind: str) -> None:
    path = made(tmp_path, kind)
    sound, damage = heard(path)
    assert seconds(sound) == pytest.approx(4.0, abs=0.1)
    assert np.array_equal(sound, np.concatenate(list(decode(path, "music", "stereo")), axis=1))
    assert (damage.share, list(damage.warnings("music"))) == (pytest.approx(1.0), [])


@pytest.mark.parametrize("kind", ["mp3", "flac", "aac", "opus", "m4a"])
def test_noise_within_is_passed_over_and_told(tmp_path: Path, kind: str) -> None:
    sound, damage = heard(with_noise(made(tmp_path, kind, 12.0), 0.5, 0.51))
    assert 9.9 < seconds(sound) < 12.1
    assert 0.8 < damage.share < 1
    (told,) = damage.warnings("music")
    assert re.fullmatch(r"music: .*damaged.* (9\d\.\d %|11\.\d of 12\.0 s).* plays?", told)


def test_noise_after_the_end_is_passed_over(tmp_path: Path) -> None:
    path = made(tmp_path, "mp3")
    whole = seconds(heard(path)[0])
    path.write_bytes(path.read_bytes() + random.Random(1).randbytes(5000))
    sound, damage = heard(path)
    assert seconds(sound) == pytest.approx(whole, abs=0.06)
    assert damage.bad_bytes == pytest.approx(5000, abs=500)


def test_files_that_were_joined_play_one_after_the_other_whatever_their_channels(tmp_path: Path) -> None:
    mono, stereo = made(tmp_path, "mono.mp3"), made(tmp_path, "mp3")
    joined = tmp_path / "joined.mp3"
    joined.write_bytes(mono.read_bytes() + stereo.read_bytes())
    sound, _ = heard(joined)
    assert seconds(sound) == pytest.approx(8.0, abs=0.2)
    assert np.sqrt((sound[:, -SAMPLE_RATE_HZ:] ** 2).mean()) > 0.1


def test_a_chained_ogg_file_plays_to_its_end_at_each_links_own_pitch(tmp_path: Path) -> None:
    low = track(tmp_path / "1.ogg", tone(3.0, 48_000, 300), "libopus", "ogg", "mono", 48_000)
    high = track(tmp_path / "2.ogg", tone(3.0, 48_000, 600), "libopus", "ogg", "stereo", 48_000)
    chained = tmp_path / "chained.ogg"
    chained.write_bytes(low.read_bytes() + high.read_bytes())
    sound, damage = heard(chained)
    assert seconds(sound) == pytest.approx(6.0, abs=0.1)
    assert damage.share == 1
    assert [_pitch_hz(sound[0, at : at + SAMPLE_RATE_HZ]) for at in (SAMPLE_RATE_HZ, 4 * SAMPLE_RATE_HZ)] == [300, 600]


def _pitch_hz(sound: np.ndarray) -> int:
    return int(np.argmax(np.abs(np.fft.rfft(sound))) * SAMPLE_RATE_HZ / len(sound))


def test_a_broken_link_of_a_chain_counts_as_damage(tmp_path: Path) -> None:
    good = made(tmp_path, "opus").read_bytes()
    path = tmp_path / "chained.ogg"
    path.write_bytes(good + good[: good.index(b"OpusHead")] + b"x" * 500)
    sound, damage = heard(path)
    assert seconds(sound) == pytest.approx(4.0, abs=0.1)
    assert damage.bad_bytes >= 500


@pytest.mark.parametrize("kind", ["flac", "m4a"])
def test_a_file_that_was_cut_short_says_so(tmp_path: Path, kind: str) -> None:
    path = made(tmp_path, "flac", 6.0)
    if kind == "m4a":
        path = tmp_path / "bed.m4a"
        _index_first(path, 6.0)
    body = path.read_bytes()
    path.write_bytes(body[: len(body) * 7 // 10])
    sound, damage = heard(path)
    assert 3.5 < seconds(sound) < 5
    assert damage.share == pytest.approx(0.7, abs=0.1)
    assert len(list(damage.warnings("music"))) == 1


def _index_first(path: Path, length_s: float) -> None:
    import av

    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream("aac", rate=48_000, layout="mono")
        sound = tone(length_s, 48_000).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48_000, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
@pytest.mark.parametrize("codec", ["pcm_f32le", "pcm_f64le"])
def test_samples_that_are_no_numbers_play_as_silence_and_are_told(tmp_path: Path, value: float, codec: str) -> None:
    sound = tone(2.0)
    sound[[20_000, 40_000]] = value
    found, damage = heard(track(tmp_path / "bed.wav", sound, codec, "wav"))
    assert np.abs(found).max() < 1
    assert damage.bad_samples == 4
    assert list(damage.warnings("music")) == ["music: 4 samples are no numbers (NaN or infinite); they play as silence"]


def test_a_file_without_sound_is_refused(tmp_path: Path) -> None:
    import av

    body = io.BytesIO()
    with av.open(body, "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        out.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        out.mux(stream.encode(None))
    (tmp_path / "bed.m4a").write_bytes(body.getvalue())
    with pytest.raises(CorruptInput, match="input music has no sound"):
        heard(tmp_path / "bed.m4a")


@pytest.mark.parametrize("links", [1, 2])
def test_sound_without_end_is_refused_before_much_of_it_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: int
) -> None:
    monkeypatch.setattr("include.runtime.media.playing.LONGEST_S", 6.0)
    path = made(tmp_path, "opus", 8.0 / links)
    path.write_bytes(path.read_bytes() * links)
    with pytest.raises(CorruptInput, match="input music plays for more than .* h; bring a shorter one"):
        heard(path)


def test_sound_of_one_sample_a_second_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = made(tmp_path, "telephone.wav")
    body = bytearray(path.read_bytes())
    at = body.index(b"fmt ") + 12
    body[at : at + 8] = (1).to_bytes(4, "little") * 2
    path.write_bytes(body)
    with pytest.raises(CorruptInput, match="input music has 1 samples a second; allowed: at least 4000; bring"):
        heard(path)


@cache
def body_of(kind: str) -> bytes:
    with TemporaryDirectory() as folder:
        return made(Path(folder), kind, 0.3).read_bytes()


@given(
    kind=st.sampled_from(sorted(MADE)),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.binary(max_size=40)), min_size=1, max_size=4),
)
def test_whatever_was_done_to_a_file_it_plays_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, kind: str, cuts: list[tuple[float, float, bytes]]
) -> None:
    body = body_of(kind)
    for one, other, instead in cuts:
        start, end = sorted((round(one * len(body)), round(other * len(body))))
        body = body[:start] + instead + body[end:]
    path = tmp_path_factory.mktemp("cut") / "bed"
    path.write_bytes(body)
    try:
        sound, damage = heard(path)
    except CorruptInput:
        return
    assert 0 <= damage.share <= 1
    assert np.isfinite(sound).all()
