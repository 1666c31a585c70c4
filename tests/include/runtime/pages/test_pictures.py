from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from include.contract.errors import CheckFailed, CorruptInput
from include.contract.pictures import PictureFormat
from include.runtime.pages.pictures import check_variant, fitting_widths, make_picture
from tests.include.runtime.pages.parts import draw


@pytest.mark.parametrize(
    ("width_px", "widths_px"),
    [(1920, (480, 960, 1600)), (1600, (480, 960, 1600)), (1599, (480, 960)), (959, (480,)), (300, (480,))],
)
def test_nothing_is_enlarged(width_px: int, widths_px: tuple[int, ...]) -> None:
    assert fitting_widths(width_px) == widths_px


def test_every_file_is_the_picture_in_its_format_and_width(tmp_path: Path) -> None:
    picture = make_picture(draw(tmp_path / "in.png", (1700, 850)), "01", tmp_path)
    assert len(picture.variants) == 9
    for variant in picture.variants:
        with Image.open(variant.path) as found:
            found.load()
            assert (found.format, found.size) == (variant.form.name, (variant.width_px, variant.width_px // 2))


def test_a_small_picture_keeps_its_size_under_the_smallest_width(tmp_path: Path) -> None:
    picture = make_picture(draw(tmp_path / "in.png", (200, 301)), "01", tmp_path)
    assert {(variant.width_px, variant.size_px) for variant in picture.variants} == {(480, (200, 301))}


def test_the_widest_file_that_fits_is_found(tmp_path: Path) -> None:
    picture = make_picture(draw(tmp_path / "in.png", (1000, 500)), "01", tmp_path)
    found = [picture.fitting(PictureFormat.AVIF, most_px).width_px for most_px in (100, 480, 959, 960, 5000)]
    assert found == [480, 480, 480, 960, 960]


def test_a_file_that_shows_something_else_is_not_passed_on(tmp_path: Path) -> None:
    picture = make_picture(draw(tmp_path / "in.png"), "01", tmp_path)
    path = picture.of(PictureFormat.WEBP)[0].path
    other = Image.new("RGB", picture.variants[0].size_px, "black")
    with pytest.raises(CheckFailed, match="differs from its source by"):
        check_variant(path, PictureFormat.WEBP, other)
    with pytest.raises(CheckFailed, match="is WEBP of .* has to be AVIF"):
        check_variant(path, PictureFormat.AVIF, other)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(CheckFailed, match="does not decode"):
        check_variant(path, PictureFormat.WEBP, other)


def test_a_source_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "in.png").write_text("no picture")
    with pytest.raises(CorruptInput, match="input image/07: does not decode"):
        make_picture(tmp_path / "in.png", "07", tmp_path)
