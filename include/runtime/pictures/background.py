"""The colour on which a scene's picture stands where it is transparent: the picture tells it to the scene's clip."""

from __future__ import annotations

import re
from pathlib import Path

from include.runtime.foreign.pictures import opened_picture

Rgb = tuple[int, int, int]

_BLACK = (0, 0, 0)
_TOLD = re.compile(rb"background: #([0-9a-f]{6})")


def background_comment(colour: Rgb) -> bytes:
    """The comment of a JPEG that tells the colour, of red, green and blue from 0 to 255."""
    return b"background: #" + bytes(colour).hex().encode()


def background_of(path: Path, what: str) -> Rgb:
    """What the picture at `path` tells; black, if it tells nothing.

    :param what: the picture's name in messages.
    :raises CorruptInput: not a picture.
    """
    with opened_picture(path, what) as picture:
        told = _TOLD.fullmatch(picture.info.get("comment", b""))
    red, green, blue = bytes.fromhex(told[1].decode()) if told else _BLACK
    return red, green, blue
