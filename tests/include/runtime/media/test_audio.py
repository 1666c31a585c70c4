"""Sound in pieces."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from include.contract.errors import CorruptInput
from include.runtime.media.audio import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Block, BlockReader, decode, exactly, filtered


def ramp(samples: int, start: int = 0) -> Block:
    return np.tile(np.arange(start, start + samples, dtype=np.float32), (2, 1))


def sound(path: Path, seconds: float, rate_hz: int = 24_000, channels: int = 1) -> Path:
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    wanted = (0.5 * np.sin(2 * np.pi * 440 * times) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(np.repeat(wanted, channels).tobytes())
    return path


def joined(blocks: Iterator[Block]) -> Block:
    return np.concatenate(list(blocks), axis=1)


@pytest.mark.parametrize(("layout", "channels"), [("stereo", 2), ("mono", 1)])
def test_a_file_is_read_at_one_rate_whatever_its_own(tmp_path: Path, layout: str, channels: int) -> None:
    found = joined(decode(sound(tmp_path / "a.wav", 0.5), "speech/01", layout))
    assert found.dtype == np.float32
    assert found.shape[0] == channels
    assert abs(found.shape[1] - SAMPLE_RATE_HZ / 2) < 100
    assert 0.3 < np.abs(found).max() < 0.6


def test_what_is_no_sound_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"no sound")
    with pytest.raises(CorruptInput, match="input speech/01"):
        list(decode(tmp_path / "a.wav", "speech/01", "mono"))


@pytest.mark.parametrize("samples", [0, 1, 10, 15, 15 + 3 * BLOCK_SAMPLES])
def test_sound_is_cut_or_filled_to_its_length(samples: int) -> None:
    found = np.concatenate([np.zeros((2, 0), np.float32), *exactly([ramp(10), ramp(5, 10)], samples, 2)], axis=1)
    wanted = np.zeros((2, samples), np.float32)
    wanted[:, :15] = ramp(15)[:, :samples]
    np.testing.assert_array_equal(found, wanted)


def test_a_reader_gives_the_lengths_that_it_is_asked_for() -> None:
    reader = BlockReader(iter([ramp(10), ramp(3, 10), ramp(7, 13)]))
    lengths = (4, 8, 0, 100, 5)
    parts = [reader.read(length) for length in lengths]
    assert [part.shape for part in parts] == [(2, 4), (2, 8), (2, 0), (2, 8), (2, 0)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), ramp(20))


def test_blocks_go_through_filters_in_order_and_whole() -> None:
    blocks = [np.full((2, 1000), 0.5, np.float32), np.full((2, 500), 0.25, np.float32)]
    frames = list(filtered(blocks, [("volume", "0.5")]))
    found = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
    np.testing.assert_allclose(found, np.concatenate(blocks, axis=1) / 2, atol=1e-6)
    assert [frame.pts for frame in frames][0] == 0
