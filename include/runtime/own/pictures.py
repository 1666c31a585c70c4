"""Pictures that somebody brings, conformed to a frame: upright, in sRGB of 8 bits, opaque, of the frame's size."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
from PIL import AvifImagePlugin, Image, ImageCms, ImageFilter, ImageOps

from include.contract.errors import CorruptInput
from include.contract.file_kinds import PICTURES_BROUGHT
from include.contract.values import Fit
from include.runtime.foreign.pictures import opened_picture
from include.runtime.labels.marks import source_in
from include.runtime.own.heif import HEIF, NCLX, by_nclx, know_heif, load
from include.runtime.own.program import Answer
from include.runtime.pictures.cropping import best_crop

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", HEIF)
"""Pillow's names."""
LEAST_SIDE_PX = 32
_SPARE = 2
"""A huge picture is reduced by a whole factor first, to no less than so many times what is needed."""
_BLUR_SHARE = 0.04
"""Radius by which the picture behind another is out of focus, as a share of the frame's shorter side."""
_BEHIND = 0.7
"""And how bright it is."""
_MOVES = "it moves; its first picture is shown"
_REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK")

_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""Pillow's mode for each colour space of a profile."""

Size = tuple[int, int]


def picture_answer(file: BinaryIO, asked: Mapping[str, object]) -> Answer:
    """What the picture in `file` is, and its pixels as 8-bit R'G'B' of the frame that is asked for."""
    frame, what = sides(asked["frame"]), str(asked["what"])
    warnings: list[str] = []
    with _opened(file, asked) as picture:
        size, form, source = picture.size, picture.format, source_in(picture)
        if min(size) < LEAST_SIDE_PX:
            raise CorruptInput(
                f"{what} is {size[0]}x{size[1]} px; allowed: at least {LEAST_SIDE_PX} px each way; bring a larger one"
            )
        if getattr(picture, "n_frames", 1) > 1:
            warnings.append("it has several pictures; its main one is shown" if form == HEIF else _MOVES)
        upright = _upright(picture, frame)
        rgb = opaque(upright, colour(asked["background"]), warnings)
    pixels = fitted(rgb, frame, Fit(str(asked["fit"])), colour(asked["background"]))
    yield {
        "width_px": size[0],
        "height_px": size[1],
        "form": form,
        "digital_source": source,
        "warnings": warnings,
    }
    yield pixels.tobytes()


def logo_answer(file: BinaryIO, asked: Mapping[str, object]) -> Answer:
    """What the logo in `file` is, and its pixels as 8-bit R'G'B'A, as large as the frame that is asked for allows."""
    box = sides(asked["frame"])
    with _opened(file, asked) as picture:
        upright = _upright(picture, box)
        shown = _colours(upright, []).convert("RGBA")
        if upright.has_transparency_data:
            shown.putalpha(upright.convert("RGBA").getchannel("A"))
    scale = min(box[0] / shown.width, box[1] / shown.height)
    size = max(2, round(shown.width * scale)), max(2, round(shown.height * scale))
    shown = shown.resize(size, Image.Resampling.LANCZOS)
    yield {"size": list(size)}
    yield shown.tobytes()


def sides(told: object) -> Size:
    """Width and height, as JSON has them."""
    if not isinstance(told, list) or len(told) != 2:
        raise ValueError(f"a frame has a width and a height, not {told!r}")
    return int(told[0]), int(told[1])


def colour(told: object) -> tuple[int, int, int]:
    """Red, green and blue from 0 to 255, as JSON has them."""
    if not isinstance(told, list) or len(told) != 3:
        raise ValueError(f"a colour has red, green and blue, not {told!r}")
    return int(told[0]), int(told[1]), int(told[2])


@contextmanager
def _opened(file: BinaryIO, asked: Mapping[str, object]) -> Iterator[Image.Image]:
    """The picture in `file`, which is decoded on one thread."""
    Image.MAX_IMAGE_PIXELS = None  # the deployment says how many there may be
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    know_heif()
    megapixels = int(str(asked["picture_megapixels"]))
    with opened_picture(file, str(asked["what"]), FORMATS, PICTURES_BROUGHT, megapixels) as picture:
        yield picture


def _upright(picture: Image.Image, frame: Size) -> Image.Image:
    """`picture` decoded, not much larger than `frame` needs, turned as its EXIF data say."""
    # It may still have to be turned: the longer side counts as the longer one.
    longer, shorter = (_SPARE * side for side in (max(frame), min(frame)))
    if picture.format == "JPEG" and picture.mode != "CMYK":
        wide = picture.width > picture.height
        picture.draft(picture.mode, (longer, shorter) if wide else (shorter, longer))
    load(picture)
    factor = min(max(picture.size) // longer, min(picture.size) // shorter)
    smaller = picture.reduce(factor) if factor > 1 and picture.mode in _REDUCIBLE else picture
    smaller.info = picture.info
    return ImageOps.exif_transpose(smaller)


def opaque(picture: Image.Image, background: tuple[int, int, int], warnings: list[str]) -> Image.Image:
    """`picture` in sRGB, on `background` where it is transparent.

    :param warnings: what cannot be used of it is added.
    """
    rgb = _colours(picture, warnings)
    if not picture.has_transparency_data:
        return rgb
    below = Image.new("RGB", rgb.size, background)
    below.paste(rgb, mask=picture.convert("RGBA").getchannel("A"))
    return below


def _colours(picture: Image.Image, warnings: list[str]) -> Image.Image:
    """`picture` in sRGB, as if nothing of it were transparent."""
    if picture.has_transparency_data:
        colours = picture.convert("RGBA").convert("RGB")
    elif picture.mode.startswith("I"):
        # Pillow's own conversion to 8 bits cuts 16 off at 255.
        colours = Image.fromarray((np.asarray(picture).astype(np.uint32) // 257).astype(np.uint8))
    else:
        colours = picture if picture.mode in ("L", "RGB", "CMYK", "LAB") else picture.convert("RGB")
    if NCLX in picture.info and not picture.info.get("icc_profile"):
        return by_nclx(colours.convert("RGB"), picture.info[NCLX], warnings)
    return _in_srgb(colours, picture.info.get("icc_profile"), warnings)


def _in_srgb(picture: Image.Image, profile: bytes | None, warnings: list[str]) -> Image.Image:
    """`picture` by its colour profile; as it is, where it has none or one that is not its own."""
    if not profile:
        return picture.convert("RGB")
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODES.get(own.profile.xcolor_space.strip())
        if mode is None or (mode == "CMYK") is not (picture.mode == "CMYK"):
            raise ValueError(f"it is of {own.profile.xcolor_space.strip()}, the picture of {picture.mode}")
        found = ImageCms.profileToProfile(
            picture.convert(mode),
            own,
            ImageCms.createProfile("sRGB"),
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        warnings.append(f"its colour profile cannot be used ({' '.join(str(error).split())}); it counts as sRGB")
        return picture.convert("RGB")
    if found is None:
        raise RuntimeError("a transform that is not in place returns a picture")
    return found


def fitted(rgb: Image.Image, frame: Size, fit: Fit, background: tuple[int, int, int]) -> Image.Image:
    """`rgb` in a picture of the size `frame`."""
    if fit is Fit.COVER:
        return _covering(rgb, frame)
    scale = min(frame[0] / rgb.width, frame[1] / rgb.height)
    size = max(1, round(rgb.width * scale)), max(1, round(rgb.height * scale))
    if fit is Fit.BLUR:
        behind = _covering(rgb, frame).filter(ImageFilter.GaussianBlur(round(_BLUR_SHARE * min(frame))))
        whole = behind.point(lambda level: int(level * _BEHIND))
    else:
        whole = Image.new("RGB", frame, background)
    inner = rgb.resize(size, Image.Resampling.LANCZOS)
    whole.paste(inner, ((frame[0] - size[0]) // 2, (frame[1] - size[1]) // 2))
    return whole


def _covering(rgb: Image.Image, frame: Size) -> Image.Image:
    """The part of `rgb` with the frame's shape where most stands out."""
    box = best_crop(np.asarray(rgb), *frame)
    return rgb.resize(frame, Image.Resampling.LANCZOS, box=box)
