"""A page's pictures in several formats and widths: their names as outputs and as published files."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

PICTURE_WIDTHS_PX = (480, 960, 1600)
"""None is enlarged: a picture narrower than the smallest width comes in that one only, as narrow as it is."""


class PictureFormat(StrEnum):
    """A format of pictures on the web, the smallest files first."""

    AVIF = "avif"
    WEBP = "webp"
    JPEG = "jpeg"

    @property
    def media_type(self) -> str:
        """Media type as HTML and the store have it."""
        return f"image/{self.value}"

    @property
    def suffix(self) -> str:
        """How its files' names end."""
        return "jpg" if self is PictureFormat.JPEG else self.value


def picture_family(form: PictureFormat, width_px: int) -> str:
    """Name of the numbered outputs that hold the pictures of one format and width: `picture_avif_960`."""
    return f"picture_{form.value}_{width_px}"


def picture_file(form: PictureFormat, width_px: int, number: str) -> str:
    """Where the page looks for picture `number`, beside itself: `pictures/01-960.avif`."""
    return f"pictures/{number}-{width_px}.{form.suffix}"


def picture_variants() -> Iterator[tuple[PictureFormat, int]]:
    """Every format with every width."""
    return ((form, width_px) for form in PictureFormat for width_px in PICTURE_WIDTHS_PX)
