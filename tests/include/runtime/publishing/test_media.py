"""How long what plays is."""

from __future__ import annotations

import io

import pytest

from include.contract.errors import CorruptInput
from include.runtime.publishing.media import duration_s
from tests.include.runtime.publishing.media import film, sound


@pytest.mark.parametrize(
    ("body", "seconds"),
    [(film(1.5), 1.5), (sound(2.0, "mp3", "libmp3lame"), 2.0), (sound(2.0, "wav", "pcm_s16le"), 2.0)],
    ids=["film", "mp3", "wav"],
)
def test_what_plays_says_how_long(body: bytes, seconds: float) -> None:
    assert duration_s(io.BytesIO(body), "video") == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize("body", [b"", b"no film", film(1.0)[:200]], ids=["empty", "words", "cut"])
def test_what_does_not_play_is_named(body: bytes) -> None:
    with pytest.raises(CorruptInput, match="output `video`"):
        duration_s(io.BytesIO(body), "video")
