from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from include.runtime.illustrator.drawn import DRAWN
from include.runtime.illustrator.pictograms import EmojiFont, Pictograms
from tests.include.runtime.illustrator.parts import FONT, UPSCALER


def test_the_font_draws_single_signs_and_joined_ones(font: EmojiFont) -> None:
    assert font.bitmap("🐝").shape == (128, 136, 4)
    assert font.has("🧑‍🌾")
    assert font.has("☕")
    assert not font.has("\U0010ffff")
    assert not font.has("🐝‍🌾")


def test_enlarged_pictograms_are_cut_to_what_is_visible(pictograms: Pictograms) -> None:
    pixels = pictograms.sprite("🌻").image.toarray()
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert edge[..., 3].max() > 0


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_broken_cache_file_is_made_again(pictograms: Pictograms, tmp_path: Path, damage: str) -> None:
    whole = pictograms.sprite("🌻").image.toarray()
    source = next(iter(pictograms.cache.glob("*.png")))
    for file in pictograms.cache.glob("*.png"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
        source = file
    broken = bytearray(source.read_bytes())
    broken[len(broken) // 2] ^= 255
    again = Pictograms(FONT, UPSCALER, tmp_path)
    wrong = {"cut": broken[:100], "flip": broken}[damage]
    for file in tmp_path.glob("*.png"):
        file.write_bytes(bytes(wrong))
    assert np.array_equal(again.sprite("🌻").image.toarray(), whole)
    healed = [file for file in tmp_path.glob("*.png") if file.read_bytes() != bytes(wrong)]
    assert len(healed) == 1


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert Pictograms(FONT, UPSCALER, blocked / "cache").sprite("🌻").width_px > 100


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_drawn_pictograms_fill_their_frame(pictograms: Pictograms, name: str) -> None:
    alpha = pictograms.sprite(name).image.toarray()[..., 3]
    assert alpha[0, 0] == 0
    assert 0.4 < (alpha > 0).mean() < 0.98
