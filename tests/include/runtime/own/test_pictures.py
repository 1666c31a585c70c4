"""Pictures that people bring become the frame's: upright, in sRGB of 8 bits, opaque, cropped or set as asked."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.contract.values import Fit
from include.runtime.labels.marks import save_marked
from include.runtime.own.heif import know_heif
from include.runtime.own.pictures import picture_answer
from tests.include.runtime.foreign.test_pictures import png

FRAME = (96, 54)
BEHIND = (10, 200, 30)
LIMITS = MediaLimits()
Pixels = NDArray[np.uint8]
know_heif()


def conformed(body: bytes, fit: Fit = Fit.COVER, limits: MediaLimits = LIMITS) -> tuple[dict[str, object], Pixels]:
    asked = {"what": "the picture", "frame": list(FRAME), "fit": fit, "background": list(BEHIND), **limits.model_dump()}
    told, pixels = picture_answer(io.BytesIO(body), asked)
    assert isinstance(told, dict)
    assert isinstance(pixels, bytes)
    return told, np.frombuffer(pixels, np.uint8).reshape(FRAME[1], FRAME[0], 3)


def saved(picture: Image.Image, form: str = "PNG", **settings: object) -> bytes:
    body = io.BytesIO()
    picture.save(body, form, **settings)
    return body.getvalue()


def halves(left: str, right: str, size: tuple[int, int] = (192, 108)) -> Image.Image:
    """Two colours side by side."""
    picture = Image.new("RGB", size, left)
    picture.paste(right, (size[0] // 2, 0, *size))
    return picture


def near(pixels: Pixels, colour: tuple[int, int, int], tolerance: int = 3) -> bool:
    return bool((np.abs(pixels.astype(int) - colour) <= tolerance).all())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_every_form_that_may_be_brought_is_decoded(form: str) -> None:
    told, pixels = conformed(saved(halves("red", "blue"), form, quality=95))
    assert (told["form"], told["width_px"], told["height_px"], told["warnings"]) == (form, 192, 108, [])
    assert near(pixels[10:40, :40], (255, 0, 0), 12)
    assert near(pixels[10:40, -40:], (0, 0, 255), 12)


@pytest.mark.parametrize(("orientation", "is_left"), [(1, True), (3, False), (2, False)])
def test_a_picture_is_turned_as_its_camera_was_held(orientation: int, is_left: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    _, pixels = conformed(saved(halves("red", "blue"), "JPEG", exif=exif, quality=95))
    assert near(pixels[10:40, :40], (255, 0, 0) if is_left else (0, 0, 255), 12)


def test_one_that_was_held_upright_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = halves("red", "blue").rotate(90, expand=True)
    _, pixels = conformed(saved(lying, "JPEG", exif=exif, quality=95))
    assert near(pixels[10:40, :40], (255, 0, 0), 12)


def test_colours_are_those_of_the_pictures_own_profile() -> None:
    adobe = profile(primaries=((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), gamma=2.2)
    _, pixels = conformed(saved(Image.new("RGB", (192, 108), (200, 100, 100)), icc_profile=adobe))
    plain = conformed(saved(Image.new("RGB", (192, 108), (200, 100, 100))))[1]
    # A wider red is a stronger one in sRGB.
    assert int(pixels[0, 0, 0]) > int(plain[0, 0, 0]) + 10
    assert near(pixels, tuple(int(value) for value in pixels[0, 0]))


def test_a_profile_that_is_broken_or_of_another_space_is_passed_over_and_said() -> None:
    for body in (
        saved(halves("red", "blue"), icc_profile=b"no profile at all"),
        saved(halves("red", "blue").convert("CMYK"), "JPEG", icc_profile=srgb(), quality=95),
    ):
        told, pixels = conformed(body)
        (warning,) = told["warnings"] if isinstance(told["warnings"], list) else []
        assert warning.startswith("its colour profile cannot be used")
        assert near(pixels[10:40, :40], (255, 0, 0), 12)


def test_a_picture_for_print_is_brought_to_the_screen() -> None:
    _, pixels = conformed(saved(Image.new("CMYK", (192, 108), (0, 255, 255, 0)), "JPEG", quality=95))
    assert near(pixels, (255, 0, 0), 6)


@pytest.mark.parametrize("level", [0, 257, 32_896, 65_535])
@pytest.mark.parametrize("size", [(108, 192), (1080, 1920)])
def test_sixteen_bits_are_scaled_not_cut(level: int, size: tuple[int, int]) -> None:
    grey = Image.fromarray(np.full(size, level, np.uint16))
    _, pixels = conformed(saved(grey))
    assert near(pixels, (level // 257,) * 3, 0)


def test_what_is_transparent_shows_the_looks_colour() -> None:
    picture = Image.new("RGBA", (192, 108), (255, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 96, 108))
    for body in (saved(picture), saved(picture, "WEBP", lossless=True), saved(picture.convert("P"))):
        _, pixels = conformed(body)
        assert near(pixels[:, :44], (255, 0, 0), 4)
        if Image.open(io.BytesIO(body)).mode != "P":
            assert near(pixels[:, -44:], BEHIND, 1)
    grey = saved(Image.new("LA", (192, 108), (120, 128)))
    _, pixels = conformed(grey)
    assert near(pixels, (65, 160, 75), 2)


def test_another_shape_is_cropped_set_on_a_colour_or_on_itself() -> None:
    body = saved(halves("red", "blue", (60, 120)).transpose(Image.Transpose.ROTATE_90).rotate(90, expand=True))
    shown = {fit: conformed(body, fit)[1] for fit in Fit}
    assert near(shown[Fit.CONTAIN][:, 0], BEHIND, 0)
    assert near(shown[Fit.CONTAIN][27, 48:49], tuple(map(int, shown[Fit.BLUR][27, 48])), 0)
    assert not near(shown[Fit.BLUR][:, 0], BEHIND, 40)
    assert not near(shown[Fit.COVER][:, 0], BEHIND, 40)


def test_it_is_known_what_made_it_where_it_says_so(tmp_path: Path) -> None:
    save_marked(halves("red", "blue"), tmp_path / "a.png", "PNG", DigitalSource.TRAINED)
    assert conformed((tmp_path / "a.png").read_bytes())[0]["digital_source"] is DigitalSource.TRAINED
    assert conformed(saved(halves("red", "blue")))[0]["digital_source"] is None


def test_of_a_moving_picture_the_first_is_shown_and_said() -> None:
    body = saved(halves("red", "red"), "WEBP", save_all=True, append_images=[halves("blue", "blue")], lossless=True)
    told, pixels = conformed(body)
    assert told["warnings"] == ["it moves; its first picture is shown"]
    assert near(pixels, (255, 0, 0), 3)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK", "1"])
def test_a_large_picture_of_any_mode_is_made_smaller(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    _, pixels = conformed(saved(halves("white", "black", (1920, 1080)).convert(mode), form))
    assert near(pixels[:, :44], (255, 255, 255), 3)
    assert near(pixels[:, -44:], (0, 0, 0), 3)


def test_a_strip_of_thirty_thousand_pixels_is_a_picture() -> None:
    told, _ = conformed(png(30_000, 100))
    assert told["width_px"] == 30_000


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: png(1, 1), "the picture is 1x1 px; allowed: at least 32 px each way; bring a larger one"),
        (lambda: png(30_000, 30_000), "found 30000x30000 px, 900 megapixels; allowed: at most 80 megapixels"),
        (lambda: saved(halves("red", "blue"), "JPEG")[:-300], "found JPEG, damaged or cut short"),
        (lambda: saved(halves("red", "blue"), "GIF"), "found GIF; allowed: JPEG, PNG, WebP, AVIF, HEIC"),
        (lambda: saved(halves("red", "blue"), "HEIF")[:300], "found HEIC, damaged or cut short; allowed: "),
        (lambda: saved(halves("red", "blue"), "HEIF")[:-20], "found HEIC, damaged or cut short (Invalid input"),
        (lambda: b"\0\0\0\x18ftypheic" + bytes(500), "found HEIC, damaged or cut short"),
        (lambda: saved(halves("red", "blue"), "AVIF")[:200], "found AVIF, damaged or cut short"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_refused(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(CorruptInput) as caught:
        conformed(make())
    assert str(caught.value).startswith("the picture")
    assert said in str(caught.value)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_a_picture_with_any_byte_wrong_is_shown_or_refused(form: str) -> None:
    body, shown = saved(halves("red", "blue", (64, 64)), form), 0
    for at, right in enumerate(body):
        for wrong in (0, right ^ 0x81):
            with suppress(CorruptInput, MemoryError):  # which the process that decodes it tells
                conformed(body[:at] + bytes([wrong]) + body[at + 1 :])
                shown += 1
    assert 0 < shown < 2 * len(body)


def test_the_deployment_says_how_large_a_picture_may_be() -> None:
    with pytest.raises(CorruptInput, match="allowed: at most 1 megapixels"):
        conformed(png(2000, 1000), limits=MediaLimits(picture_megapixels=1))
    with pytest.raises(CorruptInput, match="found 1500x1000 px, 2 megapixels; allowed: at most 1 megapixels"):
        conformed(saved(Image.new("RGB", (1500, 1000)), "HEIF"), limits=MediaLimits(picture_megapixels=1))


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def profile(primaries: tuple[tuple[float, float], ...], gamma: float) -> bytes:
    """An ICC profile (version 2) of three primaries under D65 and one gamma, after ICC.1:2001-04."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
    white = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
    to_xyz = columns * np.linalg.solve(columns, white)
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    d50 = np.array([0.9642, 1.0, 0.8249])
    adapted = np.linalg.inv(bradford) @ np.diag((bradford @ d50) / (bradford @ white)) @ bradford @ to_xyz

    def fixed(values: NDArray[np.float64]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"x\0" + bytes(78)
    tags = {b"desc": text, b"cprt": b"text\0\0\0\0x\0\0\0", b"wtpt": fixed(d50)}
    for at, name in enumerate("rgb"):
        tags[f"{name}XYZ".encode()] = fixed(adapted[:, at])
        tags[f"{name}TRC".encode()] = curve
    at, index, data = 128 + 4 + 12 * len(tags), b"", b""
    for name, body in tags.items():
        body += bytes(-len(body) % 4)
        index += name + struct.pack(">II", at + len(data), len(body))
        data += body
    whole = 128 + 4 + len(index) + len(data)
    head = struct.pack(">I4sI4s4s4s", whole, b"\0\0\0\0", 0x02400000, b"mntr", b"RGB ", b"XYZ ") + bytes(12)
    head += b"acsp" + bytes(28) + struct.pack(">iii", *(round(value * 65536) for value in d50))
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + index + data
