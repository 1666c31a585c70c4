"""Files from outside are opened by the formats that are meant, and name no other file."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import av
import pytest

from include.contract.errors import CorruptInput
from include.runtime.media.opening import FORMATS, MAX_PIXELS, opened
from tests.include.runtime.composition.media import tone, track

LISTS = {
    "concat": "ffconcat version 1.0\nfile secret.mp3\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\nsecret.mp3\n#EXT-X-ENDLIST\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile"></MPD>',
}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Another file of the machine, that plays."""
    return track(tmp_path / "secret.mp3", tone(1.0))


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("by_path", [True, False])
def test_a_list_of_other_files_is_refused_whatever_its_name_says(
    tmp_path: Path, secret: Path, kind: str, by_path: bool
) -> None:
    bed = tmp_path / "bed.mp3"
    bed.write_text(LISTS[kind])
    with (
        bed.open("rb") as file,
        pytest.raises(CorruptInput, match="input music cannot be opened .* allowed: AAC,.*, WAV$"),
        opened(bed if by_path else file, "input music"),
    ):
        pass


def test_what_is_refused_here_would_open_the_other_file_without_the_options(tmp_path: Path, secret: Path) -> None:
    bed = tmp_path / "bed.mp3"
    bed.write_text(LISTS["concat"])
    with av.open(str(bed)) as container:
        assert container.format.name == "concat"
    with opened(secret, "input music") as container:
        assert container.format.name == "mp3"


@pytest.mark.parametrize("body", [b"", b"no music at all", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_what_is_no_sound_is_refused_with_the_formats_that_are_allowed(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "bed.wav"
    path.write_bytes(body)
    with (
        pytest.raises(CorruptInput, match=f"^input music cannot be opened.*{FORMATS['flac']}"),
        opened(path, "input music"),
    ):
        pass


def test_a_cover_of_any_size_costs_nothing(tmp_path: Path, secret: Path) -> None:
    side_px = 6000
    assert side_px**2 > MAX_PIXELS
    bed = tmp_path / "bed.mp3"
    bed.write_bytes(_with_cover(_png(side_px)) + secret.read_bytes())
    with opened(bed, "input music") as container:
        assert container.streams.video[0].width == 0
        assert sum(frame.samples for frame in container.decode(audio=0)) >= 44_100


def test_tags_in_another_encoding_than_utf_8_do_not_matter(tmp_path: Path) -> None:
    bed = track(tmp_path / "bed.wav", tone(0.5), "pcm_s16le", "wav")
    info = b"INFOINAM" + struct.pack("<I", 6) + "Björk\0".encode("cp1252")
    body = bed.read_bytes() + b"LIST" + struct.pack("<I", len(info)) + info
    bed.write_bytes(body[:4] + struct.pack("<I", len(body) - 8) + body[8:])
    with opened(bed, "input music") as container:
        assert container.metadata["title"] == "Bj\ufffdrk"


def _png(side_px: int) -> bytes:
    """A black square; kilobytes, whose pixels take a hundred megabytes."""
    rows = zlib.compress(bytes(side_px * (3 * side_px + 1)), 1)
    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    told = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


def _with_cover(png: bytes) -> bytes:
    """An ID3v2.3 tag with a front cover."""
    picture = b"\0image/png\0\x03\0" + png
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    size = bytes(len(frame) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frame
