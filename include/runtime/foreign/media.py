"""Opens sound and film files, whoever made them: by the formats named here alone, and never more than the file itself.

FFmpeg also knows formats that are lists of other files and addresses (concat scripts, HLS, DASH, numbered pictures),
and takes them for what they are whatever a file is called.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO

import av

from include.contract.errors import CorruptInput
from include.contract.file_kinds import HEAD_BYTES, SOUNDS_AND_FILMS, FileKind, found_in, kind_of

FORMATS = {
    "aac": FileKind.AAC,
    "aiff": FileKind.AIFF,
    "flac": FileKind.FLAC,
    "matroska": FileKind.MATROSKA,
    "mov": FileKind.MP4,
    "mp3": FileKind.MP3,
    "ogg": FileKind.OGG,
    "w64": FileKind.W64,
    "wav": FileKind.WAV,
}
"""FFmpeg's name of each format that is read. None of them names another file to be opened."""
MAX_PIXELS = 8192 * 4320
"""Of a picture within a file, such as a cover: a larger one is not decoded."""

_PIXELS = {"max_pixels": str(MAX_PIXELS)}
# What is read comes from an open file, so that FFmpeg needs no protocol: not even to open the file itself.
_OPTIONS = {"format_whitelist": ",".join(FORMATS), "protocol_whitelist": "", **_PIXELS}
_ALLOWED = f"allowed: {', '.join(FORMATS.values())}"


@contextmanager
def opened_media(file: Path | IO[bytes], what: str) -> Iterator[av.container.InputContainer]:
    """The sound or film in `file`, open.

    :param what: the file's name in messages, such as `input music`.
    :raises CorruptInput: it has another format, or is damaged; also if FFmpeg fails while it is open.
    :raises MemoryError: this process may not have as much as it takes.
    """
    with file.open("rb") if isinstance(file, Path) else nullcontext(file) as source:
        try:
            container = av.open(_Bytes(source), "r", options=dict(_OPTIONS), metadata_errors="replace")
        except av.error.FFmpegError as error:
            _check_memory(error)
            raise CorruptInput(f"{what} cannot be opened: {_refusal(source, error)}") from error
        with container:
            for stream in container.streams.video:
                if stream.codec_context is not None:
                    stream.codec_context.options = dict(_PIXELS)
            try:
                yield container
            except av.error.FFmpegError as error:
                _check_memory(error)
                raise CorruptInput(f"{what} does not decode: {error.strerror}; bring another copy of it") from error


def _check_memory(error: av.error.FFmpegError) -> None:
    """:raises MemoryError: that is all that was wrong."""
    if error.errno == errno.ENOMEM:
        raise MemoryError from error


class _Bytes:
    """A file as FFmpeg takes it: without a name, and one that says no by a number, not by an exception."""

    def __init__(self, file: IO[bytes]) -> None:
        self.read, self.tell = file.read, file.tell
        self._seek = file.seek

    def seek(self, offset: int, whence: int) -> int:
        """Go there, or say that there is no such place: FFmpeg looks for the end of an empty file before its start."""
        try:
            return self._seek(offset, whence)
        except (OSError, ValueError):
            return -errno.EINVAL


def _refusal(source: IO[bytes], error: av.error.FFmpegError) -> str:
    """What was found, what is allowed, and what to do."""
    source.seek(0)
    head = source.read(HEAD_BYTES)
    if kind_of(head) in SOUNDS_AND_FILMS:
        return f"found {found_in(head)}, damaged or cut short ({error.strerror}); bring another copy of it"
    return f"found {found_in(head)}; {_ALLOWED}; bring the sound or film itself, as one of these"
