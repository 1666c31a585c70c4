"""What kind of file some bytes are, by how they begin: a name says nothing of what is in a file."""

from __future__ import annotations

import re
from enum import StrEnum

HEAD_BYTES = 4096
"""So many from its start tell what a file is."""


class FileKind(StrEnum):
    """A kind of file, as people call it."""

    AAC = "AAC"
    AIFF = "AIFF"
    FLAC = "FLAC"
    MATROSKA = "Matroska or WebM"
    MP3 = "MP3"
    MP4 = "MP4 or M4A"
    OGG = "Ogg"
    W64 = "Wave64"
    WAV = "WAV"

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"

    ASF = "WMA or WMV"
    AVI = "AVI"
    AVIF = "AVIF"
    BMP = "BMP"
    CAF = "CAF"
    FLV = "FLV"
    GIF = "GIF"
    HEIC = "HEIC"
    MIDI = "MIDI"
    PDF = "PDF"
    TIFF = "TIFF"
    ZIP = "a ZIP archive"

    CONCAT = "a concat script, which names other files"
    DASH = "a DASH manifest, which names other files"
    HTML = "a web page"
    PLAYLIST = "a playlist (M3U8 or HLS), which names other files"
    SDP = "an SDP file, which names an address"
    SVG = "an SVG drawing"
    TEXT = "a text file"


SOUNDS_AND_FILMS = (
    FileKind.AAC,
    FileKind.AIFF,
    FileKind.FLAC,
    FileKind.MATROSKA,
    FileKind.MP4,
    FileKind.MP3,
    FileKind.OGG,
    FileKind.W64,
    FileKind.WAV,
)
"""What is opened as such."""
PICTURES = (FileKind.JPEG, FileKind.PNG, FileKind.WEBP)
"""What is opened as such."""
PICTURES_BROUGHT = (*PICTURES, FileKind.AVIF, FileKind.HEIC)
"""What people may bring as such: it is decoded apart."""
MOVING_PICTURES = (FileKind.GIF, FileKind.PNG, FileKind.WEBP)
"""What may move, and be brought as a clip then."""

_STARTS = (
    (FileKind.AAC, rb"\xff[\xf0\xf1\xf8\xf9]"),
    (FileKind.AIFF, rb"FORM....AIF[FC]"),
    (FileKind.FLAC, rb"fLaC"),
    (FileKind.MATROSKA, rb"\x1a\x45\xdf\xa3"),
    (FileKind.MP3, rb"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]"),
    (FileKind.AVIF, rb"....ftypavi[fs]"),
    (FileKind.HEIC, rb"....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1)"),
    (FileKind.MP4, rb"....(?:ftyp|moov|mdat|wide|free|skip)"),
    (FileKind.OGG, rb"OggS"),
    (FileKind.W64, rb"riff\x2e\x91\xcf\x11"),
    (FileKind.WAV, rb"(?:RIFF|RIFX|RF64|BW64)....WAVE"),
    (FileKind.WEBP, rb"RIFF....WEBP"),
    (FileKind.AVI, rb"RIFF....AVI "),
    (FileKind.JPEG, rb"\xff\xd8\xff"),
    (FileKind.PNG, rb"\x89PNG\r\n\x1a\n"),
    (FileKind.GIF, rb"GIF8[79]a"),
    (FileKind.TIFF, rb"II[*+]\0|MM\0[*+]"),
    (FileKind.ASF, rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    (FileKind.BMP, rb"BM....\0\0\0\0"),
    (FileKind.CAF, rb"caff\0\x01"),
    (FileKind.FLV, rb"FLV\x01"),
    (FileKind.MIDI, rb"MThd"),
    (FileKind.PDF, rb"%PDF-"),
    (FileKind.ZIP, rb"PK\x03\x04"),
)
_TEXTS = (
    (FileKind.CONCAT, rb"(?:#[^\n]*\n\s*)*ffconcat version"),
    (FileKind.PLAYLIST, rb"#extm3u|\[playlist\]"),
    (FileKind.SDP, rb"v=0\r?\no="),
)
_NOT_IN_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_FIRST_ELEMENT = re.compile(rb"<(?:\w+:)?([a-z]\w*)", re.IGNORECASE)
_ELEMENTS = {b"html": FileKind.HTML, b"mpd": FileKind.DASH, b"svg": FileKind.SVG}
_BOM = b"\xef\xbb\xbf"


def kind_of(head: bytes) -> FileKind | None:
    """What the file is that begins with `head`; None when no known kind does.

    :param head: its first `HEAD_BYTES`, or all of it.
    """
    for kind, start in _STARTS:
        if re.match(start, head, re.DOTALL):
            return kind
    text = head[:HEAD_BYTES].removeprefix(_BOM).lstrip()
    for kind, start in _TEXTS:
        if re.match(start, text, re.IGNORECASE):
            return kind
    element = _FIRST_ELEMENT.search(text) if text.startswith(b"<") else None
    found = _ELEMENTS.get(element[1].lower()) if element else None
    return found or (FileKind.TEXT if _is_text(text) else None)


def _is_text(head: bytes) -> bool:
    """Whether it is UTF-8, the last character of which may be cut, without what no text has."""
    if not head or _NOT_IN_TEXT.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def found_in(head: bytes) -> str:
    """What the file is that begins with `head`, in words for messages."""
    if not head:
        return "an empty file"
    return kind_of(head) or "a file of no kind that is known here"
