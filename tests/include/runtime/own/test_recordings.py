"""Recordings of every allowed kind become mono sound at the rate of speech."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.runtime.own.recordings import clip_sound_answer, recording_answer
from tests.include.runtime.composition.media import tone, track
from tests.include.runtime.own.films import clip

RATE_HZ = 24_000


def heard(body: bytes, limits: MediaLimits | None = None) -> tuple[dict[str, object], NDArray[np.int16]]:
    asked = {"what": "the recording", "rate_hz": RATE_HZ, **(limits or MediaLimits()).model_dump()}
    told, *pieces = recording_answer(io.BytesIO(body), asked)
    assert isinstance(told, dict)
    json.dumps(told)
    return told, np.frombuffer(b"".join(piece for piece in pieces if isinstance(piece, bytes)), "<i2")


def pitch_hz(samples: NDArray[np.int16]) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE_HZ / len(samples))


@pytest.mark.parametrize(
    ("codec", "container", "layout", "rate_hz"),
    [
        ("libmp3lame", "mp3", "stereo", 44_100),
        ("aac", "mp4", "mono", 48_000),
        ("aac", "mp4", "5.1", 48_000),
        ("libopus", "ogg", "stereo", 48_000),
        ("pcm_f32le", "wav", "mono", 8_000),
    ],
)
def test_any_rate_and_number_of_channels_becomes_mono_at_one_rate(
    tmp_path: Path, codec: str, container: str, layout: str, rate_hz: int
) -> None:
    path = track(tmp_path / "voice", tone(1.5, rate_hz), codec, container, layout, rate_hz)
    told, samples = heard(path.read_bytes())
    assert told["rate_hz"] == rate_hz
    assert len(samples) / RATE_HZ == pytest.approx(1.5, abs=0.1)
    assert pitch_hz(samples) == pytest.approx(330, abs=2)
    assert 0.1 < np.abs(samples).max() / 32768 < 0.6


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: b"", "the recording cannot be opened: found an empty file"),
        (lambda path: b"#EXTM3U\nfile:///etc/hostname\n", "found a playlist (M3U8 or HLS), which names other files"),
        (lambda path: b"ffconcat version 1.0\nfile /etc/hostname\n", "found a concat script, which names other files"),
        (lambda path: _of_unknown_codec(path), "the recording has sound of a kind that is not known; allowed: AAC, "),
        (lambda path: path.read_bytes(), "lasts 3 s; allowed by the deployment: at most 2 s; shorten it"),
    ],
)
def test_what_cannot_be_heard_is_refused(tmp_path: Path, make: Callable[[Path], bytes], said: str) -> None:
    path = track(tmp_path / "voice", tone(3.0), "aac", "mp4")
    with pytest.raises(CorruptInput) as caught:
        heard(make(path), MediaLimits(voice_s=2))
    assert said in str(caught.value)


@pytest.mark.parametrize(("codec", "container"), [("pcm_s16le", "wav"), ("pcm_s16be", "aiff"), ("libopus", "matroska")])
def test_one_that_was_cut_short_is_refused_where_it_says_how_long_it_is(
    tmp_path: Path, codec: str, container: str
) -> None:
    body = track(tmp_path / "voice", tone(4.0, 48_000), codec, container, "mono", 48_000).read_bytes()
    heard(body)
    with pytest.raises(CorruptInput, match=r"is cut short or damaged: 2\.\d of its 4\.0 s can be heard; bring another"):
        heard(body[: len(body) // 2])


def test_what_is_heard_in_a_film_may_end_before_its_pictures(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", 90, 30, (320, 240), container="matroska", sound="mono", heard=tone(1.0, 48_000))
    assert len(heard(path.read_bytes())[1]) / RATE_HZ == pytest.approx(1.0, abs=0.1)


def test_a_wav_file_that_was_written_to_a_pipe_does_not_say_how_long_it_is(tmp_path: Path) -> None:
    body = bytearray(track(tmp_path / "voice", tone(1.0, 48_000), "pcm_s16le", "wav", "mono", 48_000).read_bytes())
    at = body.index(b"data") + 4
    body[at : at + 4] = b"\xff\xff\xff\xff"
    assert len(heard(bytes(body))[1]) / RATE_HZ == pytest.approx(1.0, abs=0.1)


def _of_unknown_codec(path: Path) -> bytes:
    body = track(path.with_suffix(".wav"), tone(1.0), "pcm_s16le", "wav").read_bytes()
    return body.replace(b"fmt \x10\0\0\0\x01\0", b"fmt \x10\0\0\0\x77\x77")


def test_one_that_does_not_say_how_long_it_is_is_refused_once_it_is_too_long(tmp_path: Path) -> None:
    path = track(tmp_path / "voice", tone(3.0), "aac", "adts")
    with pytest.raises(CorruptInput, match="at most 1 s; shorten it"):
        heard(path.read_bytes(), MediaLimits(voice_s=1))


@pytest.mark.parametrize("late_s", [0.0, 0.5])
def test_what_is_heard_in_a_clip_begins_with_its_pictures(tmp_path: Path, late_s: float) -> None:
    path = clip(tmp_path / "a.mkv", 30, 30, container="matroska", sound="mono", heard=tone(0.4, 48_000), late_s=late_s)
    asked = {"what": "the clip", "rate_hz": 48_000, "most_s": 10, **MediaLimits().model_dump()}
    with path.open("rb") as file:
        told, *pieces = clip_sound_answer(file, asked)
    assert told == {"channels": 1}
    samples = np.frombuffer(b"".join(piece for piece in pieces if isinstance(piece, bytes)), "<i2").reshape(-1, 2)
    heard = np.flatnonzero(np.abs(samples[:, 0]) > 2000) / 48_000
    assert (heard[0], heard[-1]) == pytest.approx((late_s, late_s + 0.4), abs=0.03)
    assert np.array_equal(samples[:, 0], samples[:, 1])


def test_sound_that_begins_long_after_all_that_is_asked_for_is_silence(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", 30, 30, container="matroska", sound="mono", heard=tone(0.4, 48_000), late_s=20_000)
    asked = {"what": "the clip", "rate_hz": 48_000, "most_s": 2, **MediaLimits(clip_s=30_000).model_dump()}
    with path.open("rb") as file:
        pieces = [piece for piece in clip_sound_answer(file, asked) if isinstance(piece, bytes)]
    assert b"".join(pieces) == bytes(2 * 48_000 * 4)
    assert max(map(len, pieces)) == 48_000 * 4
