"""Opens picture files, whoever made them: of the formats named here alone, and none too large to decode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from include.contract.errors import CorruptInput
from include.contract.file_kinds import HEAD_BYTES, PICTURES, FileKind, found_in, kind_of

FORMATS = ("JPEG", "PNG", "WEBP")
"""Pillow's names. An SVG drawing names other files; and whoever draws it has a browser's worth of code for it."""
MOST_MEGAPIXELS = 80
"""Larger pictures are refused before they are decoded; Pillow warns of the next larger ones, at 89."""

_FAULTS = (OSError, SyntaxError, ValueError)
"""That Pillow's decoders raise."""


@contextmanager
def opened_picture(
    file: Path | BinaryIO,
    what: str,
    formats: tuple[str, ...] = FORMATS,
    kinds: Sequence[FileKind] = PICTURES,
    most_megapixels: int = MOST_MEGAPIXELS,
) -> Iterator[Image.Image]:
    """The picture in `file`, its header read and its pixels still to be decoded.

    :param what: the file's name in messages, such as `input image/01`.
    :param formats: Pillow's names of those that are allowed.
    :param kinds: the same in words.
    :raises CorruptInput: not a picture of an allowed format, damaged, or too large to decode; also for what Pillow
        finds wrong while it is open.
    """
    with file.open("rb") if isinstance(file, Path) else nullcontext(file) as source:
        try:
            with _opened(source, formats) as picture:
                _check_size(picture, what, most_megapixels)
                yield picture
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise CorruptInput(f"{what}: {_too_large('more than 89 megapixels', most_megapixels)}") from error
        except _FAULTS as error:
            raise CorruptInput(f"{what}: does not decode as a picture: {_refusal(source, error, kinds)}") from error


def _opened(source: BinaryIO, formats: tuple[str, ...]) -> Image.Image:
    try:
        return Image.open(source, formats=formats)
    except RuntimeError as error:  # libavif's
        raise ValueError(str(error)) from error


def _check_size(picture: Image.Image, what: str, most_megapixels: int) -> None:
    megapixels = picture.width * picture.height / 1e6
    if megapixels > most_megapixels:
        found = f"{picture.width}x{picture.height} px, {megapixels:.0f} megapixels"
        raise CorruptInput(f"{what}: {_too_large(found, most_megapixels)}")


def _too_large(found: str, most: int) -> str:
    return f"is too large to decode: found {found}; allowed: at most {most} megapixels; bring a smaller one"


def _refusal(source: BinaryIO, error: Exception, kinds: Sequence[FileKind]) -> str:
    """What was found, what is allowed, and what to do."""
    source.seek(0)
    head = source.read(HEAD_BYTES)
    allowed = f"allowed: {', '.join(kinds)}"
    if kind_of(head) not in kinds:
        return f"found {found_in(head)}; {allowed}; bring the picture as one of these"
    said = "" if isinstance(error, UnidentifiedImageError) else " ".join(str(error).split())
    why = f" ({said})" if said else ""
    return f"found {found_in(head)}, damaged or cut short{why}; {allowed}; bring another copy of it"
