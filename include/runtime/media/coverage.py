"""How much of a sound file its packets account for; the rest is damage that no decoder gets to see."""

from __future__ import annotations

import os
from typing import BinaryIO

_NOTHING_BUT_FRAMES = ("aac", "flac", "mp3")
"""Formats in which whatever lies between and after the frames is damage, but for tags."""
_OGG = "ogg"
_OGG_PAGE_BYTES = 27
"""RFC 3533, 6: the fixed part of a page's header. A packet takes a byte there for each 255 of its own, and one more."""
_LEAST_LOSS_BYTES = 256
"""Less is padding, not damage."""
_ID3V1_BYTES = 128
_APE_FOOTER_BYTES = 32


class Coverage:
    """Adds up the packets of one stream.

    :param is_alone: whether the file holds no other streams, such as a film's pictures.
    """

    def __init__(self, form: str, is_alone: bool) -> None:
        self._form, self._is_alone = form, is_alone
        self._first: int | None = None
        self._last = self._end = self._bytes = 0

    def add(self, position: int | None, size: int) -> None:
        """A packet of `size` bytes that begins at byte `position` of the file; in Ogg, the position of its page."""
        if position is None or not size:
            return
        if self._first is None:
            self._first, self._last = position, -1
        self._bytes += size
        if self._form == _OGG:
            self._bytes += size // 255 + 1 + (_OGG_PAGE_BYTES if position != self._last else 0)
        self._last, self._end = position, position + size

    def lost_bytes(self, file: BinaryIO, is_cut_off: bool) -> int:
        """What of `file` from the first packet on is in none.

        :param is_cut_off: whether reading ended before the file did.
        """
        if self._first is None:
            return 0
        end = end_of_sound(file)
        if self._form in _NOTHING_BUT_FRAMES or (self._form == _OGG and self._is_alone):
            lost = end - self._first - self._bytes
        else:
            lost = end - self._end if is_cut_off else 0
        return lost if lost > _LEAST_LOSS_BYTES else 0


def end_of_sound(file: BinaryIO) -> int:
    """Size of `file` in bytes without the tags at its end, ID3 v1 and APE v2."""
    end, tail = _tail(file, _ID3V1_BYTES + _APE_FOOTER_BYTES)
    if tail[-_ID3V1_BYTES:].startswith(b"TAG"):
        end, tail = end - _ID3V1_BYTES, tail[:-_ID3V1_BYTES]
    footer = tail[-_APE_FOOTER_BYTES:]
    if footer.startswith(b"APETAGEX"):
        # APE tags v2: bytes 12 to 15 are the tag's size with this footer, and a header of the same size comes before.
        end -= int.from_bytes(footer[12:16], "little") + _APE_FOOTER_BYTES
    return max(0, end)


def _tail(file: BinaryIO, length: int) -> tuple[int, bytes]:
    """The size of `file`, and its last bytes."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - length))
    return size, file.read()
