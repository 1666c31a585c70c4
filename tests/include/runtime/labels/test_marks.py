from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import CheckFailed
from include.runtime.labels.marks import save_marked, source_in
from tests.include.runtime.labels.outside import source_in_picture

PICTURE = Image.linear_gradient("L").convert("RGB")


@pytest.mark.parametrize("source", DigitalSource)
@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
def test_others_read_in_a_picture_what_made_it(tmp_path: Path, form: str, source: DigitalSource) -> None:
    path = tmp_path / "picture"
    save_marked(PICTURE, path, form, source)
    assert source_in_picture(path) == f"http://cv.iptc.org/newscodes/digitalsourcetype/{source.value}"
    with Image.open(path) as found:
        assert (found.format, source_in(found)) == (form, source)


def test_avif_says_it_too(tmp_path: Path) -> None:
    path = tmp_path / "picture.avif"
    save_marked(PICTURE, path, "AVIF", DigitalSource.TRAINED)
    assert DigitalSource.TRAINED.uri.encode() in path.read_bytes()
    with Image.open(path) as found:
        assert source_in(found) is DigitalSource.TRAINED


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
def test_a_picture_of_unknown_making_says_nothing(tmp_path: Path, form: str) -> None:
    path = tmp_path / "picture"
    save_marked(PICTURE, path, form, None)
    assert source_in_picture(path) == ""


def test_a_form_that_would_lose_the_mark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="picture.bmp: its metadata say that it is None"):
        save_marked(PICTURE, tmp_path / "picture.bmp", "BMP", DigitalSource.TRAINED)
