from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from include.contract.errors import UnknownModel
from include.runtime.pictures.esrgan import FACTOR
from include.runtime.pictures.upscaler import Upscaler
from tests.include.runtime.illustrator.parts import UPSCALER


@pytest.fixture(scope="module")
def upscaler() -> Upscaler:
    return Upscaler(UPSCALER)


def noise(height: int, width: int) -> NDArray[np.uint8]:
    """Every pixel its own, so that a seam of one step shows."""
    return np.random.Generator(np.random.PCG64(1)).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("height", "width", "tile_px"),
    [
        pytest.param(70, 90, 30, id="tiles on all sides and inside"),
        pytest.param(40, 46, 8, id="tiles smaller than their context"),
        pytest.param(47, 53, 13, id="sides that no tile divides"),
        pytest.param(2, 60, 20, id="a strip thinner than the context"),
        pytest.param(1, 1, 1, id="one pixel"),
    ],
)
def test_tiles_give_the_bytes_of_the_whole_at_once(upscaler: Upscaler, height: int, width: int, tile_px: int) -> None:
    picture = noise(height, width)
    whole = upscaler.enlarge(picture, tile_px=max(height, width))
    assert whole.shape == (height * FACTOR, width * FACTOR, 3)
    assert np.array_equal(upscaler.enlarge(picture, tile_px, threads=3), whole)


def test_twice_as_large_is_the_exact_mean_of_four_times_as_large(upscaler: Upscaler) -> None:
    picture = noise(21, 34)
    large = upscaler.enlarge(picture).astype(np.uint16)
    mean = (large[::2, ::2] + large[1::2, ::2] + large[::2, 1::2] + large[1::2, 1::2] + 2) // 4
    assert np.array_equal(upscaler.enlarge(picture, tile_px=10, factor=2), mean)


def test_threads_do_not_matter_and_are_given_back(upscaler: Upscaler) -> None:
    before = torch.get_num_threads()
    one, four = (upscaler.enlarge(noise(20, 24), tile_px=10, threads=threads) for threads in (1, 4))
    assert np.array_equal(one, four)
    assert torch.get_num_threads() == before


def test_flat_colours_stay_and_edges_stay_sharp(upscaler: Upscaler) -> None:
    picture = np.full((16, 16, 3), 40, np.uint8)
    picture[:, 8:] = 220
    large = upscaler.enlarge(picture)
    assert large.shape == (16 * FACTOR, 16 * FACTOR, 3)
    assert np.abs(large[:, :20].astype(int) - 40).max() <= 8
    assert np.abs(large[:, -20:].astype(int) - 220).max() <= 8


def test_other_weights_are_refused(tmp_path: Path) -> None:
    cut = tmp_path / "cut.bin"
    cut.write_bytes(UPSCALER.read_bytes()[:5000])
    with pytest.raises(UnknownModel, match=r"animevideov3-x4"):
        Upscaler(cut)
