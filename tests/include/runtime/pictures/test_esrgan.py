from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from include.contract.errors import UnknownModel
from include.runtime.pictures.esrgan import FACTOR, REACH_PX, Borders, Network
from tests.include.runtime.illustrator.parts import UPSCALER

GOLDEN = "cfa44c6f35ae0fc5ec252c2256ce92aec393f38a08ed9618e20940fd8bf0c6ba"
"""SHA-256 of enlarged noise: what the illustrator's cached pictograms and every card stand on."""
WHOLE = Borders(left=True, right=True, top=True, bottom=True)


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(UPSCALER)


def noise(height: int, width: int) -> torch.Tensor:
    rolls = np.random.Generator(np.random.PCG64(1))
    return torch.from_numpy(rolls.integers(0, 256, (3, height, width), dtype=np.uint8))


def test_golden(network: Network) -> None:
    large = network.enlarge(noise(20, 24), WHOLE)
    assert hashlib.sha256(large.numpy().tobytes()).hexdigest() == GOLDEN


def test_a_pixel_depends_on_its_reach_and_on_nothing_beyond(network: Network) -> None:
    side = 2 * REACH_PX + 1
    picture = noise(side + 2, side + 2)
    middle = network.enlarge(picture[:, 1:-1, 1:-1], Borders(False, False, False, False))
    assert middle.shape == (3, FACTOR, FACTOR)
    around = picture.clone()
    around[:, 0] = around[:, -1] = around[:, :, 0] = around[:, :, -1] = 0
    inside = slice(FACTOR, 2 * FACTOR)
    assert torch.equal(network.enlarge(around, Borders(False, False, False, False))[:, inside, inside], middle)


def test_weights_of_another_format_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(bytes(UPSCALER.stat().st_size))
    with pytest.raises(UnknownModel, match="no fp16 layer at byte 0"):
        Network(other)
