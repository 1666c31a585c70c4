"""HEIC pictures are upright once, of 8 bits, and in sRGB by whatever tells their colours."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from include.runtime.own.hdr import Hdr, sdr
from include.runtime.own.heif import by_nclx
from tests.include.runtime.own.films import pq
from tests.include.runtime.own.test_pictures import BEHIND, conformed, halves, near, profile, saved

P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
"""Display P3's primaries, after SMPTE RP 431-2."""


@pytest.mark.parametrize(
    ("orientation", "corners"),
    [(1, "rb"), (2, "br"), (3, "br"), (6, "rr"), (8, "bb")],
    ids=["upright", "mirrored", "upside down", "to the right", "to the left"],
)
def test_it_is_turned_once_though_its_exif_data_say_so_too(orientation: int, corners: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    body = saved(halves("red", "blue"), "HEIF", exif=exif.tobytes(), quality=95)
    assert (b"irot" in body or b"imir" in body) is (orientation > 1)
    _, pixels = conformed(body)
    left, right = (pixels[2, at] for at in (2, -3))
    seen = "".join("r" if int(each[0]) > int(each[2]) else "b" for each in (left, right))
    assert seen == corners


def test_ten_bits_are_scaled() -> None:
    ramp = np.repeat(np.repeat(np.linspace(0, 65_535, 192).astype(np.uint16)[None, :, None], 108, 0), 3, 2)
    body = io.BytesIO()
    pillow_heif.from_bytes(mode="RGB;16", size=(192, 108), data=ramp.tobytes()).save(body, quality=-1)
    assert pillow_heif.open_heif(io.BytesIO(body.getvalue())).info["bit_depth"] == 10
    _, pixels = conformed(body.getvalue())
    assert pixels[27, :, 1].astype(float) == pytest.approx(np.linspace(0, 255, 96), abs=2)


def test_what_is_transparent_shows_the_looks_colour() -> None:
    picture = Image.new("RGBA", (192, 108), (255, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 96, 108))
    _, pixels = conformed(saved(picture, "HEIF", quality=95))
    assert near(pixels[:, :44], (255, 0, 0), 4)
    assert near(pixels[:, -44:], BEHIND, 2)


def test_a_profile_and_numbers_give_the_same_colours() -> None:
    """In Display P3: by its ICC profile, which counts if there are both, and by the numbers of H.273."""
    colour = Image.new("RGB", (192, 108), (200, 120, 110))
    numbers = {"color_primaries": 12, "transfer_characteristics": 13, "matrix_coefficients": 1}
    icc = profile(P3, gamma=2.2)
    by_icc, by_both, told = (
        conformed(saved(colour, "HEIF", quality=95, **more))
        for more in ({"icc_profile": icc}, {"icc_profile": icc, **numbers}, numbers)
    )
    assert near(by_both[1], tuple(map(int, by_icc[1][0, 0])), 2)
    assert near(told[1], tuple(map(int, by_icc[1][0, 0])), 4)
    assert int(told[1][0, 0, 0]) > 205, "a wider red is a stronger one in sRGB"
    assert told[0]["warnings"] == []


def test_srgbs_own_numbers_change_nothing() -> None:
    picture = halves("teal", "olive")
    assert by_nclx(picture, nclx(1, 13), []) is picture
    assert by_nclx(picture, nclx(2, 2), []) is picture


def test_numbers_that_are_not_known_are_passed_over_and_said() -> None:
    picture, warnings = halves("teal", "olive"), list[str]()
    assert by_nclx(picture, nclx(10, 17), warnings) is picture
    assert by_nclx(picture, nclx(12, 16), warnings) is picture
    assert warnings == [
        "its colours are not known here (primaries 10 of H.273); they count as sRGB",
        "its colours are not known here (primaries 12, PQ of H.273); they count as sRGB",
    ]


def test_high_dynamic_range_is_shown_as_in_clips() -> None:
    level = round(255 * float(pq(np.array(203.0))))
    numbers = {"color_primaries": 9, "transfer_characteristics": 16, "matrix_coefficients": 9}
    told, pixels = conformed(saved(Image.new("RGB", (192, 108), (level,) * 3), "HEIF", quality=95, **numbers))
    assert told["warnings"] == ["it is in high dynamic range (PQ); it is shown in standard range (BT.709)"]
    expected = round(255 * float(sdr(np.full((1, 3), level / 255), Hdr.PQ)[0, 0]))
    assert 228 <= expected <= 232
    assert near(pixels, (expected,) * 3, 4), "a step of 8 bits is one of three levels"


def test_of_several_pictures_the_main_one_is_shown_and_said() -> None:
    several = {"save_all": True, "append_images": [halves("blue", "blue")], "primary_index": 1}
    told, pixels = conformed(saved(halves("red", "red"), "HEIF", quality=95, **several))
    assert told["warnings"] == ["it has several pictures; its main one is shown"]
    assert near(pixels, (0, 0, 255), 4)


def nclx(primaries: int, transfer: int) -> Mapping[str, float]:
    return {"color_primaries": primaries, "transfer_characteristics": transfer}


def test_a_picture_of_one_channel_is_taken() -> None:
    _, pixels = conformed(saved(Image.new("L", (192, 108), 90), "HEIF", quality=95))
    assert near(pixels, (90, 90, 90), 2)
