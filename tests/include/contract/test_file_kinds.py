"""A file is told by its beginning, whatever it is called."""

from __future__ import annotations

import pytest

from include.contract.file_kinds import FileKind, found_in, kind_of

HEADS = {
    b"\xff\xf1\x50\x80": FileKind.AAC,
    b"FORM\0\0\0\x20AIFCFVER": FileKind.AIFF,
    b"fLaC\0\0\0\x22": FileKind.FLAC,
    b"\x1a\x45\xdf\xa3\x01": FileKind.MATROSKA,
    b"ID3\x04\0\0": FileKind.MP3,
    b"\xff\xfb\x90\x64": FileKind.MP3,
    b"\0\0\0\x20ftypisom": FileKind.MP4,
    b"\0\0\0\x20ftypM4A ": FileKind.MP4,
    b"\0\0\0\x08wide\0\0": FileKind.MP4,
    b"OggS\0\x02": FileKind.OGG,
    b"riff\x2e\x91\xcf\x11\xa5\xd6": FileKind.W64,
    b"RIFF\x24\0\0\0WAVEfmt ": FileKind.WAV,
    b"RF64\xff\xff\xff\xffWAVEds64": FileKind.WAV,
    b"\xff\xd8\xff\xe0\0\x10JFIF": FileKind.JPEG,
    b"\x89PNG\r\n\x1a\n\0\0": FileKind.PNG,
    b"RIFF\x24\0\0\0WEBPVP8 ": FileKind.WEBP,
    b"RIFF\x24\0\0\0AVI LIST": FileKind.AVI,
    b"\0\0\0\x20ftypavif": FileKind.AVIF,
    b"\0\0\0\x20ftypheic": FileKind.HEIC,
    b"GIF89a\x01\0": FileKind.GIF,
    b"II*\0\x08\0": FileKind.TIFF,
    b"%PDF-1.7\n": FileKind.PDF,
    b"PK\x03\x04\x14\0": FileKind.ZIP,
    b"ffconcat version 1.0\nfile secret.mp3\n": FileKind.CONCAT,
    b"\xef\xbb\xbf\n# mine\nffconcat version 1.0\n": FileKind.CONCAT,
    b"#EXTM3U\n#EXT-X-VERSION:3\n": FileKind.PLAYLIST,
    b"\r\n#extm3u\r\nsong.mp3\r\n": FileKind.PLAYLIST,
    b'<?xml version="1.0"?>\n<!-- made\nby -->\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">': FileKind.DASH,
    b'<svg xmlns="http://www.w3.org/2000/svg">': FileKind.SVG,
    b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "a" "b"><svg:svg>': FileKind.SVG,
    b"<!DOCTYPE html><html>": FileKind.HTML,
    b"no music at all": FileKind.TEXT,
    b"\xef\xbb\xbf1\n00:00:01,000 --> ": FileKind.TEXT,
    "é".encode() * 2047 + "x蜂".encode()[:2]: FileKind.TEXT,
    b"<?>" * 1365: FileKind.TEXT,
    b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n": FileKind.SDP,
}


@pytest.mark.parametrize(("head", "kind"), HEADS.items(), ids=lambda one: one[:12] if isinstance(one, bytes) else None)
def test_a_file_is_told_by_its_beginning(head: bytes, kind: FileKind) -> None:
    assert kind_of(head) is kind
    assert found_in(head) == kind.value


@pytest.mark.parametrize(
    "head", [b"\xff", b"\0" * 64, b"no text\0", b"no text\x07 either", b"caf\xe9 in Latin-1", b"cut \xff"]
)
def test_what_begins_like_nothing_known_is_said_to(head: bytes) -> None:
    assert kind_of(head) is None
    assert found_in(head) == "a file of no kind that is known here"


def test_an_empty_file_is_told_as_that() -> None:
    assert found_in(b"") == "an empty file"
