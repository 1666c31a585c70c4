from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.contract.errors import CorruptInput
from include.runtime.composition.camera import Window
from include.runtime.composition.planes import Planes, cover, darken, film, load_rgb, mix, to_still

FRAME = (320, 180)


def filmed(rgb: np.ndarray, window: Window) -> Planes:
    target = Planes.empty(*FRAME)
    film(to_still(cover(rgb, FRAME)), window, target)
    return target


@pytest.mark.parametrize(
    ("rgb", "yuv"),
    [
        ((0, 0, 0), (16, 128, 128)),
        ((255, 255, 255), (235, 128, 128)),
        ((255, 0, 0), (63, 102, 240)),
        ((0, 255, 0), (173, 42, 26)),
        ((0, 0, 255), (32, 240, 118)),
    ],
)
def test_colours_are_bt709_in_limited_range(rgb: tuple[int, int, int], yuv: tuple[int, int, int]) -> None:
    target = filmed(np.full((180, 320, 3), rgb, np.uint8), Window(160, 90, 1.0))
    for plane, value in zip(target.each(), yuv, strict=True):
        assert np.abs(plane.astype(int) - value).max() <= 1


def test_the_camera_shows_the_right_part_at_sub_pixel_positions() -> None:
    ramp = np.repeat(np.linspace(0, 255, 320)[None, :, None], 180, axis=0).repeat(3, axis=2).astype(np.uint8)
    at_rest = filmed(ramp, Window(160, 90, 1.05)).y.astype(float)
    moved = filmed(ramp, Window(160.5, 90, 1.05)).y.astype(float)
    per_px = 219 / 319
    assert (moved - at_rest)[:, 20:-20].mean() == pytest.approx(0.5 * per_px, abs=0.05)
    assert at_rest[:, 160].mean() == pytest.approx(16 + (160 + 0.5 / 1.05 - 0.5) * per_px, abs=1)


def test_luma_and_chroma_stay_on_each_other() -> None:
    half = np.zeros((180, 320, 3), np.uint8)
    half[:, 160:] = (255, 0, 0)
    target = filmed(half, Window(160, 90, 1.0))
    luma_edge = np.argmax(target.y[90] > (16 + 63) / 2)
    chroma_edge = 2 * np.argmax(target.v[45] > (128 + 240) / 2)
    assert abs(int(luma_edge) - int(chroma_edge)) <= 2


@pytest.mark.parametrize("size", [(320, 180), (64, 64), (1600, 200), (200, 1600), (4, 4), (641, 359)])
def test_a_picture_of_any_shape_covers_the_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size, "teal").save(tmp_path / "any.png")
    still = to_still(cover(load_rgb(tmp_path / "any.png", "image/01"), FRAME))
    assert still.width >= FRAME[0]
    assert still.height >= FRAME[1]
    assert still.width * still.height <= 1.6 * FRAME[0] * FRAME[1]


def test_a_camera_turned_photo_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20), "navy").save(tmp_path / "turned.jpg", exif=exif)
    assert load_rgb(tmp_path / "turned.jpg", "image/01").shape == (40, 20, 3)


def test_a_broken_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    with pytest.raises(CorruptInput, match="image/03"):
        load_rgb(tmp_path / "broken.png", "image/03")


def test_mixing_and_darkening_reach_both_ends() -> None:
    white, black = Planes.empty(8, 4), Planes.empty(8, 4)
    for planes, luma in ((white, 235), (black, 16)):
        for plane, value in zip(planes.each(), (luma, 128, 128), strict=True):
            plane[:] = value
    mix(black, white, 0.5)
    assert np.unique(black.y).tolist() in ([125], [126])
    darken(white, 1.0)
    assert (white.y == 16).all()
    assert (white.u == 128).all()


def test_a_picture_too_large_to_decode_is_refused_by_its_header(tmp_path: Path) -> None:
    Image.new("1", (10_000, 8_100)).save(tmp_path / "huge.png")
    with pytest.raises(CorruptInput, match="input image/01: is too large to decode: found 10000x8100 px"):
        load_rgb(tmp_path / "huge.png", "image/01")
