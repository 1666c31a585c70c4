"""The colour behind a picture is told by the picture itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from include.contract.errors import CorruptInput
from include.runtime.pictures.background import background_comment, background_of


def test_what_a_picture_is_told_it_tells(tmp_path: Path) -> None:
    picture, path = Image.new("RGB", (64, 64)), tmp_path / "a.jpg"
    picture.save(path, "JPEG", comment=background_comment((10, 200, 30)))
    assert background_of(path, "input image") == (10, 200, 30)


@pytest.mark.parametrize("comment", [b"", b"made by hand", b"background: #12345"])
def test_one_that_tells_nothing_stands_on_black(tmp_path: Path, comment: bytes) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (64, 64)).save(path, "JPEG", comment=comment)
    assert background_of(path, "input image") == (0, 0, 0)
    Image.new("RGB", (64, 64)).save(path, "PNG")
    assert background_of(path, "input image") == (0, 0, 0)


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(CorruptInput, match=r"^input image: does not decode"):
        background_of(tmp_path / "a.jpg", "input image")
