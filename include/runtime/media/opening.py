"""Opens sound and film files, whoever made them: by the formats named here alone, and never more than the file itself.

FFmpeg also knows formats that are lists of other files and addresses (concat scripts, HLS, DASH). Whoever opens a file
without saying which formats are meant lets it name any other file of the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import av

from include.contract.errors import CorruptInput

FORMATS = {
    "aac": "AAC",
    "aiff": "AIFF",
    "flac": "FLAC",
    "matroska": "Matroska or WebM",
    "mov": "M4A or MP4",
    "mp3": "MP3",
    "ogg": "Ogg with Vorbis or Opus",
    "w64": "Wave64",
    "wav": "WAV",
}
"""FFmpeg's name of each format that is read, and people's name for it. None of them names another file to be opened."""
MAX_PIXELS = 8192 * 4320
"""Of a picture within a file, such as a cover: a larger one is not decoded."""

_OPTIONS = {
    "format_whitelist": ",".join(FORMATS),
    "protocol_whitelist": "file",
    "max_pixels": str(MAX_PIXELS),
}
_ALLOWED = f"allowed: {', '.join(FORMATS.values())}"


@contextmanager
def opened(file: Path | BinaryIO, what: str) -> Iterator[av.container.InputContainer]:
    """The sound or film in `file`, open.

    :param what: the file's name in messages, such as `input music`.
    :raises CorruptInput: it has another format, or is damaged; also if FFmpeg fails while it is open.
    """
    source = str(file) if isinstance(file, Path) else file
    try:
        container = av.open(source, "r", options=dict(_OPTIONS), metadata_errors="replace")
    except av.error.FFmpegError as error:
        why = "has another format" if isinstance(error, av.error.ArgumentError) else error.strerror
        raise CorruptInput(f"{what} cannot be opened as sound or film: {why}; {_ALLOWED}") from error
    with container:
        try:
            yield container
        except av.error.FFmpegError as error:
            raise CorruptInput(f"{what} does not decode: {error.strerror}; {_ALLOWED}") from error
