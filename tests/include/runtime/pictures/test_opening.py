from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.contract.errors import CorruptInput
from include.runtime.pictures.opening import open_picture


def png_header(path: Path, width: int, height: int) -> Path:
    """A PNG that claims a size and holds nothing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)))
    return path


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("RGB", (10, 20, 30), (10, 20, 30)),
        ("L", 90, (90, 90, 90)),
        ("I;16", 0x8080, (128, 128, 128)),
        pytest.param("RGBA", (200, 0, 0, 0), (255, 255, 255), id="transparent is white"),
        pytest.param("P", 0, (0, 0, 0), id="palette"),
    ],
)
def test_any_mode_is_seen_in_rgb(tmp_path: Path, mode: str, colour: object, seen: tuple[int, ...]) -> None:
    path = tmp_path / "picture.png"
    Image.new(mode, (5, 3), colour).save(path)  # type: ignore[arg-type]
    pixels = open_picture(path, "image/01")
    assert pixels.shape == (3, 5, 3)
    assert (pixels == seen).all()


def test_a_photo_taken_sideways_stands_upright(tmp_path: Path) -> None:
    path, exif = tmp_path / "photo.jpg", Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(path, exif=exif)
    assert open_picture(path, "image/01").shape == (40, 20, 3)


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_huge_picture_is_handed_on_smaller(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"huge.{suffix}"
    Image.new("L", (9000, 6000), 70).save(path)
    pixels = open_picture(path, "image/01")
    assert 2000 < max(pixels.shape) <= 4096
    assert np.ptp(pixels) <= 2


@pytest.mark.parametrize(("width", "height"), [(10_000, 8001), (60_000, 60_000)])
def test_a_picture_too_large_to_decode_is_refused_unread(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(CorruptInput, match="image/01"):
        open_picture(png_header(tmp_path / "bomb.png", width, height), "image/01")


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\xff\xd8\xff\xe0 cut", b"GIF89a"])
def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "picture"
    path.write_bytes(content)
    with pytest.raises(CorruptInput, match="image/01: does not decode"):
        open_picture(path, "image/01")


def test_a_cut_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    Image.effect_noise((200, 200), 60).save(path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(CorruptInput, match="does not decode"):
        open_picture(path, "image/01")
