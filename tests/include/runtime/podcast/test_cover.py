"""The cover as a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput
from include.runtime.labels.marks import save_marked, source_in
from include.runtime.media.typesetting import Typesetter
from include.runtime.podcast.cover import NARROWEST_PX, WIDEST_PX, write_cover
from tests.include.runtime.composition.media import fonts

SETTER = cache(lambda weight: Typesetter(fonts(), "en", weight))


@pytest.mark.parametrize(
    ("size_px", "width_px"), [((300, 200), NARROWEST_PX), ((1800, 1500), 1500), ((3100, 3050), WIDEST_PX)]
)
def test_a_cover_is_as_wide_as_directories_take_it(tmp_path: Path, size_px: tuple[int, int], width_px: int) -> None:
    picture, path = tmp_path / "picture.png", tmp_path / "cover.jpg"
    Image.new("RGB", size_px, "teal").save(picture)
    assert write_cover(picture, "Show", "Bees", SETTER, path) == width_px
    with Image.open(path) as cover:
        assert (cover.format, cover.mode, cover.size) == ("JPEG", "RGB", (width_px, width_px))


@pytest.mark.parametrize("source", DigitalSource)
def test_a_cover_says_what_drew_its_picture(tmp_path: Path, source: DigitalSource) -> None:
    picture, path = tmp_path / "picture.png", tmp_path / "cover.jpg"
    save_marked(Image.new("RGB", (300, 200), "teal"), picture, "PNG", source)
    write_cover(picture, "Show", "Bees", SETTER, path)
    with Image.open(path) as cover:
        assert source_in(cover) is source


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"no picture")
    with pytest.raises(CorruptInput, match="image/01"):
        write_cover(tmp_path / "picture.png", "Show", "Bees", SETTER, tmp_path / "cover.jpg")
