"""`image.duotone`: a picture becomes one in two colours. Only a stage's process imports this."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PIL import Image, ImageOps

from atelier import CheckFailed, ItemResult, ItemStage, Output, Work
from atelier.pictures import open_picture, picture_source, save_marked
from house_style.recipes import ImageDuotoneParams

_JPEG_QUALITY = 92


class ImageDuotoneStage(ItemStage):
    """Replaces brightness by colour; it needs no model."""

    def make_item(self, work: Work) -> ItemResult:
        """Colour one picture."""
        params, original = cast(ImageDuotoneParams, work.params), work.inputs["image"]
        picture = duotone(Image.fromarray(open_picture(original, "image")), params)
        path = work.scratch / "image.jpg"
        # It says of itself what the picture says that it was made of.
        save_marked(picture, path, "JPEG", picture_source(original, "image"), quality=_JPEG_QUALITY, subsampling=0)
        check_picture(path, picture.size)
        return ItemResult((Output("image", path, "image/jpeg"),))


def duotone(picture: Image.Image, params: ImageDuotoneParams) -> Image.Image:
    """`picture` with its luma (ITU-R BT.601) as the way from one colour to the other."""
    return ImageOps.colorize(picture.convert("L"), params.shadow, params.highlight, params.midtone)


def check_picture(path: Path, size_px: tuple[int, int]) -> None:
    """Open the finished picture again.

    :raises CheckFailed: it has another size.
    """
    with Image.open(path) as finished:
        finished.load()
        if finished.size != size_px:
            raise CheckFailed(f"{path.name}: is {finished.size}, has to be {size_px} px")
