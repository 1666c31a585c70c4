from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from include.contract.errors import UnknownModel
from include.runtime.illustrator.upscaler import FACTOR, Upscaler
from tests.include.runtime.illustrator.parts import UPSCALER


def test_sums_are_exact_so_threads_do_not_matter(upscaler: Upscaler) -> None:
    picture = np.random.Generator(np.random.PCG64(1)).integers(0, 256, (20, 24, 3), dtype=np.uint8)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        alone = upscaler.enlarge(picture)
        torch.set_num_threads(2)
        assert np.array_equal(alone, upscaler.enlarge(picture))
    finally:
        torch.set_num_threads(threads)


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
