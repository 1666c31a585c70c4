"""`image.upscale`: a picture becomes a larger one of the same, between where it is drawn and where it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PIL import Image, ImageStat

from include.contract.errors import CheckFailed, RejectedContent
from include.contract.params import ImageUpscaleParams
from include.runtime.foreign.pictures import opened_picture
from include.runtime.labels.marks import save_marked
from include.runtime.labels.reading import picture_source
from include.runtime.pictures.opening import LONGEST_SIDE_PX, Rgb, open_picture
from include.runtime.pictures.upscaler import Factor, Upscaler
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Work

_UPSCALER = "upscaler"
_JPEG_QUALITY = 92
_MOST_MEGAPIXELS = 178
"""Pillow opens no larger ones: twice its `MAX_IMAGE_PIXELS`."""
_MOST_SHIFT = 8
"""Of a mean colour, in steps of 255; what is enlarged keeps it but for rounding and JPEG."""


class ImageUpscaleStage(ItemStage):
    """Enlarges; its model is the upscaler."""

    def setup(self, model: ModelFiles) -> None:
        """Read the upscaler's weights."""
        super().setup(model)
        self._upscaler = Upscaler(model.files[_UPSCALER])

    def make_item(self, work: Work) -> ItemResult:
        """Enlarge one picture."""
        factor = cast(ImageUpscaleParams, work.params).factor
        _refuse_large(work.inputs["image"], factor)
        picture = open_picture(work.inputs["image"], "image")
        large = self._upscaler.enlarge(picture, factor=factor)
        path = work.scratch / "image.jpg"
        source = picture_source(work.inputs["image"], "image")
        save_marked(Image.fromarray(large), path, "JPEG", source, quality=_JPEG_QUALITY, subsampling=0)
        _check(path, picture, factor)
        facts = {"source_px": [picture.shape[1], picture.shape[0]], "width_px": large.shape[1]}
        return ItemResult((Output("image", path, "image/jpeg"),), {**facts, "height_px": large.shape[0]})


def _refuse_large(path: Path, factor: Factor) -> None:
    """Refuse what would have to be made smaller before it is enlarged, or be larger than anybody opens afterwards.

    :raises RejectedContent: a side is too long, or the result would have too many pixels.
    """
    with opened_picture(path, "image") as picture:
        width_px, height_px = picture.size
    if max(width_px, height_px) > LONGEST_SIDE_PX:
        raise RejectedContent(
            f"a picture of {width_px}x{height_px} px is not enlarged; allowed: a longest side of "
            f"{LONGEST_SIDE_PX} px. Use it as it is"
        )
    megapixels = width_px * height_px * factor**2 / 1e6
    if megapixels > _MOST_MEGAPIXELS:
        raise RejectedContent(
            f"a picture of {width_px}x{height_px} px would have {megapixels:.0f} megapixels when {factor} times as "
            f"large; allowed: {_MOST_MEGAPIXELS}. Choose a smaller factor, or use it as it is"
        )


def _check(path: Path, picture: Rgb, factor: Factor) -> None:
    """Open the finished file again.

    :raises CheckFailed: it is not the same picture, larger.
    """
    height_px, width_px = (side * factor for side in picture.shape[:2])
    with Image.open(path) as finished:
        if finished.size != (width_px, height_px):
            raise CheckFailed(f"{path.name}: is {finished.size}, has to be {(width_px, height_px)}")
        after = ImageStat.Stat(finished).mean
    before = ImageStat.Stat(Image.fromarray(picture)).mean
    if any(abs(one - other) > _MOST_SHIFT for one, other in zip(after, before, strict=True)):
        raise CheckFailed(f"{path.name}: its mean colour is {after}, that of the picture that it was made of {before}")
