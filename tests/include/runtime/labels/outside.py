"""What others read in our files: their metadata, by no code that wrote them.

The containers are read as their specifications say, here; and by exiftool and ffprobe where this machine has them.
"""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
_IN_JPEG, _IN_PNG = b"http://ns.adobe.com/xap/1.0/\0", b"XML:com.adobe.xmp\0\0\0\0\0"


def source_in_picture(path: Path) -> str:
    """The IPTC digital source type of the JPEG, WebP or PNG at `path`; empty where there is none."""
    packets = [_told(packet) for packet in _packets(path.read_bytes())]
    found = packets[0] if packets else ""
    tool = shutil.which("exiftool")
    if tool:
        command = [tool, "-j", "-n", "-XMP-iptcExt:DigitalSourceType", str(path)]
        (told,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        assert told.get("DigitalSourceType", "") == found
    return found


def comment_in(path: Path) -> str:
    """The comment of the sound or film at `path`, as ffprobe tells it; empty where this machine has no ffprobe."""
    tool = shutil.which("ffprobe")
    if not tool:
        return ""
    command = [tool, "-v", "error", "-show_entries", "format_tags=comment", "-of", "json", str(path)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return str(told["format"]["tags"]["comment"])


def _told(packet: bytes) -> str:
    return ET.fromstring(packet.decode("utf-8-sig")).findtext(f".//{IPTC}") or ""


def _packets(body: bytes) -> Iterator[bytes]:
    if body[:2] == b"\xff\xd8":
        return (part.removeprefix(_IN_JPEG) for part in _segments(body) if part.startswith(_IN_JPEG))
    if body[:4] == b"RIFF":
        return (part for kind, part in _chunks(body[12:], "<4sI") if kind == b"XMP ")
    assert body[1:4] == b"PNG"
    texts = (part for kind, part in _png_chunks(body[8:]) if kind == b"iTXt")
    return (part.removeprefix(_IN_PNG) for part in texts if part.startswith(_IN_PNG))


def _segments(body: bytes) -> Iterator[bytes]:
    """JPEG's application segments (ISO 10918-1, B.1.1): a marker, and a length that counts itself."""
    at = 2
    while body[at + 1] != 0xDA:
        (length,) = struct.unpack(">H", body[at + 2 : at + 4])
        if body[at + 1] == 0xE1:
            yield body[at + 4 : at + 2 + length]
        at += 2 + length


def _chunks(body: bytes, head: str) -> Iterator[tuple[bytes, bytes]]:
    """WebP's chunks: a name, a length, and a byte more where that is odd."""
    at = 0
    while at + 8 <= len(body):
        kind, length = struct.unpack(head, body[at : at + 8])
        yield kind, body[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _png_chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """PNG's chunks: a length, a name, and a checksum after the content."""
    at = 0
    while at + 8 <= len(body):
        length, kind = struct.unpack(">I4s", body[at : at + 8])
        yield kind, body[at + 8 : at + 8 + length]
        at += 12 + length
