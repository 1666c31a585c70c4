"""Pictures from outside are opened by the formats that are meant, and none that would fill the memory."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from include.contract.errors import CorruptInput
from include.contract.file_kinds import FileKind
from include.runtime.foreign.pictures import FORMATS, MOST_MEGAPIXELS, opened_picture

ALLOWED = "allowed: JPEG, PNG, WebP"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>'


def png(width_px: int, height_px: int) -> bytes:
    """A black picture of one bit a pixel; a thousandth of its pixels in bytes."""
    row = bytes(1 + -(-width_px // 8))
    packer = zlib.compressobj(1)
    rows = b"".join([*(packer.compress(row) for _ in range(height_px)), packer.flush()])
    header = struct.pack(">IIBBBBB", width_px, height_px, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    told = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


@pytest.mark.parametrize("form", FORMATS)
def test_every_allowed_kind_opens_also_under_another_name(tmp_path: Path, form: str) -> None:
    path = tmp_path / "picture.txt"
    Image.new("RGB", (7, 5), "red").save(path, form)
    for file in (path, io.BytesIO(path.read_bytes())):
        with opened_picture(file, "input image/01") as picture:
            picture.load()
            assert (picture.format, picture.size) == (form, (7, 5))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "an empty file"),
        (b"no picture", "a text file"),
        (SVG, FileKind.SVG),
        (b"GIF89a\x01\0\x01\0\0\0\0;", FileKind.GIF),
        (b"II*\0\x08\0\0\0\0\0", FileKind.TIFF),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a text file"),
        (b"#EXTM3U\nhttp://127.0.0.1/a.png\n", FileKind.PLAYLIST),
    ],
)
def test_what_is_no_such_picture_is_refused_whatever_it_is_called(tmp_path: Path, body: bytes, found: str) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(body)
    with pytest.raises(CorruptInput) as refused, opened_picture(path, "input image/01"):
        pass
    assert str(refused.value) == (
        f"input image/01: does not decode as a picture: found {found}; {ALLOWED}; bring the picture as one of these"
    )


@pytest.mark.parametrize("sides_px", [(9000, 9000), (30_000, 3000), (30_000, 30_000)])
def test_a_bomb_is_refused_by_its_header(tmp_path: Path, sides_px: tuple[int, int]) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(png(*sides_px))
    assert path.stat().st_size < 2_000_000
    told = (
        rf"^input image/01: is too large to decode: .*; allowed: at most {MOST_MEGAPIXELS} megapixels; bring a smaller"
    )
    with pytest.raises(CorruptInput, match=told), opened_picture(path, "input image/01"):
        pass


def test_a_long_picture_that_fits_the_memory_opens(tmp_path: Path) -> None:
    path = tmp_path / "strip.png"
    path.write_bytes(png(30_000, 20))
    with opened_picture(path, "input image/01") as picture:
        assert picture.convert("RGB").size == (30_000, 20)


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_that_was_cut_short_is_told_as_that_in_one_line(tmp_path: Path, form: str) -> None:
    path = tmp_path / "photo.jpg"
    Image.effect_noise((200, 200), 60).convert("RGB").save(path, form)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(CorruptInput) as refused, opened_picture(path, "input image/01") as picture:
        picture.load()
    told = str(refused.value)
    assert told.startswith("input image/01: does not decode as a picture: found ")
    assert "damaged or cut short" in told
    assert told.endswith(f"{ALLOWED}; bring another copy of it")
    assert "\n" not in told
