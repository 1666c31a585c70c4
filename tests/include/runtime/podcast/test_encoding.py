from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.runtime.media.audio import Block, decode
from include.runtime.media.loudness import measure
from include.runtime.podcast.encoding import write_m4a, write_mp3
from include.runtime.podcast.schedule import Chapter
from include.runtime.podcast.tags import Tags


def programme() -> Iterator[Block]:
    """Five seconds of a chord, in pieces of a length that no encoder has."""
    times_s = np.arange(240_000) / 48_000
    sound = sum(0.1 * np.sin(2 * np.pi * pitch_hz * times_s) for pitch_hz in (220, 330, 1_000))
    for at in range(0, len(times_s), 7_001):
        yield np.repeat(np.asarray(sound, np.float32)[np.newaxis, at : at + 7_001], 2, axis=0)


WRITERS = {"mp3": write_mp3, "m4a": write_m4a}


def tags_in(folder: Path) -> Tags:
    cover = folder / "cover.jpg"
    Image.new("RGB", (1400, 1400), "teal").save(cover)
    return Tags("All", "Ann", "Show", "Sound.", "eng", cover, (Chapter("All", 0.0, 5.0),), "Made by rules.")


@pytest.mark.parametrize("suffix", ["mp3", "m4a"])
def test_what_is_encoded_is_as_loud_and_as_long_as_it_was(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"sound.{suffix}"
    WRITERS[suffix](path, programme(), tags_in(tmp_path))
    found = list(decode(path, path.name, "stereo"))
    assert sum(block.shape[1] for block in found) / 48_000 == pytest.approx(5.0, abs=0.05)
    assert measure(found).integrated_lufs == pytest.approx(measure(programme()).integrated_lufs, abs=0.15)
    assert not re.search(rb"Lav[cf][0-9]", path.read_bytes()), "a version would change the bytes"
