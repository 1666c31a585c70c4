"""Opens picture files, whoever made them: of the formats named here alone, and none too large to decode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from include.contract.errors import CorruptInput
from include.contract.file_kinds import HEAD_BYTES, PICTURES, found_in, kind_of

FORMATS = ("JPEG", "PNG", "WEBP")
"""Pillow's names. An SVG drawing names other files; and whoever draws it has a browser's worth of code for it."""
MOST_MEGAPIXELS = 80
"""Larger pictures are refused before they are decoded; Pillow warns of the next larger ones, at 89."""

_ALLOWED = f"allowed: {', '.join(PICTURES)}"
_FAULTS = (OSError, SyntaxError, ValueError)
"""That Pillow's decoders raise."""


@contextmanager
def opened_picture(file: Path | BinaryIO, what: str) -> Iterator[Image.Image]:
    """The picture in `file`, its header read and its pixels still to be decoded.

    :param what: the file's name in messages, such as `input image/01`.
    :raises CorruptInput: not a picture of an allowed format, damaged, or too large to decode; also for what Pillow
        finds wrong while it is open.
    """
    with file.open("rb") if isinstance(file, Path) else nullcontext(file) as source:
        try:
            with Image.open(source, formats=FORMATS) as picture:
                _check_size(picture, what)
                yield picture
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise CorruptInput(f"{what}: {_too_large('more than 89 megapixels')}") from error
        except _FAULTS as error:
            raise CorruptInput(f"{what}: does not decode as a picture: {_refusal(source, error)}") from error


def _check_size(picture: Image.Image, what: str) -> None:
    megapixels = picture.width * picture.height / 1e6
    if megapixels > MOST_MEGAPIXELS:
        raise CorruptInput(f"{what}: {_too_large(f'{picture.width}x{picture.height} px, {megapixels:.0f} megapixels')}")


def _too_large(found: str) -> str:
    return f"is too large to decode: found {found}; allowed: at most {MOST_MEGAPIXELS} megapixels; bring a smaller one"


def _refusal(source: BinaryIO, error: Exception) -> str:
    """What was found, what is allowed, and what to do."""
    source.seek(0)
    head = source.read(HEAD_BYTES)
    if kind_of(head) not in PICTURES:
        return f"found {found_in(head)}; {_ALLOWED}; bring the picture as one of these"
    why = "" if isinstance(error, UnidentifiedImageError) else f" ({' '.join(str(error).split())})"
    return f"found {found_in(head)}, damaged or cut short{why}; {_ALLOWED}; bring another copy of it"
