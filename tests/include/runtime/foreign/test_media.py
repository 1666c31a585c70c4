"""Files from outside are opened by the formats that are meant, and name no other file."""

from __future__ import annotations

import errno
import io
import os
import struct
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import av
import pytest

from include.contract.errors import CorruptInput
from include.contract.file_kinds import HEAD_BYTES, FileKind, found_in, kind_of
from include.runtime.foreign.media import FORMATS, MAX_PIXELS, opened_media
from tests.include.runtime.composition.media import tone, track

SECRET = "secret.mp3"
WORDS = {
    "ffconcat version 1.0\nfile {secret}\n": FileKind.CONCAT,
    "ffconcat version 1.0\nfile {address}\n": FileKind.CONCAT,
    "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n{secret}\n#EXT-X-ENDLIST\n": FileKind.PLAYLIST,
    "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n{address}\n#EXT-X-ENDLIST\n": FileKind.PLAYLIST,
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile" type="static" '
    'mediaPresentationDuration="PT8S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1">'
    "<BaseURL>{address}</BaseURL></Representation></AdaptationSet></Period></MPD>": FileKind.DASH,
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n": FileKind.SDP,
}
"""Files that name others, or addresses."""
ALLOWED = "allowed: AAC, AIFF, FLAC, Matroska or WebM, MP4 or M4A, MP3, Ogg, Wave64, WAV"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Another file of the machine, that plays."""
    return track(tmp_path / SECRET, tone(1.0))


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What a server is asked for; its address comes first."""
    paths: list[str] = []

    class Told(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        paths.append(f"http://127.0.0.1:{server.server_port}/secret.mp3")
        Thread(target=server.serve_forever, daemon=True).start()
        yield paths
        server.shutdown()


@pytest.mark.parametrize("name", ["bed.mp3", "x.mp4", "list.m3u8", "list.mpd"])
@pytest.mark.parametrize("words", WORDS)
def test_what_names_others_is_refused_whatever_it_is_called_and_nobody_is_asked(
    tmp_path: Path, secret: Path, asked: list[str], name: str, words: str
) -> None:
    (address,) = asked
    bed = tmp_path / name
    bed.write_text(words.format(secret=SECRET, address=address))
    for source in (bed, io.BytesIO(bed.read_bytes())):
        with pytest.raises(CorruptInput) as refused, opened_media(source, "input music"):
            pass
        assert str(refused.value) == (
            f"input music cannot be opened: found {WORDS[words]}; {ALLOWED}; "
            "bring the sound or film itself, as one of these"
        )
    assert asked == [address]


def test_what_is_refused_here_would_open_the_other_file_without_the_options(tmp_path: Path, secret: Path) -> None:
    concat, _, playlist, *_ = WORDS
    for name, words, form in (("x.mp4", concat, "concat"), ("list.m3u8", playlist, "hls")):
        (tmp_path / name).write_text(words.format(secret=SECRET))
        with av.open(str(tmp_path / name)) as container:
            assert container.format.name == form
    with opened_media(secret, "input music") as container:
        assert container.format.name == "mp3"


OPENED = {
    "aac": ("aac", "adts"),
    "aiff": ("pcm_s16be", "aiff"),
    "flac": ("flac", "flac"),
    "m4a": ("aac", "mp4"),
    "mkv": ("libopus", "matroska"),
    "mp3": ("libmp3lame", "mp3"),
    "opus": ("libopus", "ogg"),
    "w64": ("pcm_s16le", "w64"),
    "wav": ("pcm_s16le", "wav"),
}


@pytest.mark.parametrize("kind", OPENED)
def test_every_allowed_kind_opens_also_under_another_name(tmp_path: Path, kind: str) -> None:
    path = track(tmp_path / "blob", tone(0.5, 48_000), *OPENED[kind], rate_hz=48_000)
    with opened_media(path, "input music") as container:
        assert FORMATS[container.format.name.split(",")[0]] is kind_of(path.read_bytes()[:HEAD_BYTES])
        assert sum(frame.samples for frame in container.decode(audio=0)) >= 24_000


@pytest.mark.parametrize(("codec", "form", "told"), [("mp3", "avi", "AVI"), ("mp2", "mpegts", "a file of no kind")])
def test_sound_in_a_container_that_is_not_named_is_refused(tmp_path: Path, codec: str, form: str, told: str) -> None:
    path = track(tmp_path / "bed.mp3", tone(0.5, 48_000), codec, form, rate_hz=48_000)
    with (
        pytest.raises(CorruptInput, match=f"^input music cannot be opened: found {told}.*; {ALLOWED}; bring"),
        opened_media(path, "input music"),
    ):
        pass


@pytest.mark.parametrize("body", [b"", b"no music at all"])
def test_what_is_no_sound_is_refused_with_the_formats_that_are_allowed(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "bed.wav"
    path.write_bytes(body)
    with (
        pytest.raises(CorruptInput, match=f"^input music cannot be opened: found {found_in(body)}.*; {ALLOWED}; bring"),
        opened_media(path, "input music"),
    ):
        pass


def test_what_lacks_memory_is_not_told_as_damage(tmp_path: Path) -> None:
    track(tmp_path / "a.wav", tone(1.0))
    with pytest.raises(MemoryError), opened_media(tmp_path / "a.wav", "the music"):
        raise av.error.FFmpegError(errno.ENOMEM, os.strerror(errno.ENOMEM))


def test_a_film_that_was_cut_short_is_told_as_that(tmp_path: Path) -> None:
    path = _film(tmp_path / "x.mp4", 64, 48, "mpeg4")
    path.write_bytes(path.read_bytes()[:-200])
    told = r"found MP4 or M4A, damaged or cut short \([^;]*\); bring another copy of it$"
    with pytest.raises(CorruptInput, match=told), opened_media(path, "input clip"):
        pass


def test_a_picture_of_too_many_pixels_in_a_film_is_not_decoded(tmp_path: Path) -> None:
    sides_px = 8208, 4320
    assert sides_px[0] * sides_px[1] > MAX_PIXELS
    path = _film(tmp_path / "x.mkv", *sides_px, "ffv1")
    with (
        pytest.raises(CorruptInput, match="^input clip does not decode: .*; bring another copy of it$"),
        opened_media(path, "input clip") as container,
    ):
        next(container.decode(video=0))


def _film(path: Path, width_px: int, height_px: int, codec: str) -> Path:
    """Of one black frame."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        out.mux(stream.encode(av.VideoFrame(width_px, height_px, "yuv420p")))
        out.mux(stream.encode(None))
    return path


def test_a_cover_of_any_size_costs_nothing(tmp_path: Path, secret: Path) -> None:
    side_px = 6000
    assert side_px**2 > MAX_PIXELS
    bed = tmp_path / "bed.mp3"
    bed.write_bytes(_with_cover(_png(side_px)) + secret.read_bytes())
    with opened_media(bed, "input music") as container:
        assert container.streams.video[0].width == 0
        assert sum(frame.samples for frame in container.decode(audio=0)) >= 44_100


def test_tags_in_another_encoding_than_utf_8_do_not_matter(tmp_path: Path) -> None:
    bed = track(tmp_path / "bed.wav", tone(0.5), "pcm_s16le", "wav")
    info = b"INFOINAM" + struct.pack("<I", 6) + "Björk\0".encode("cp1252")
    body = bed.read_bytes() + b"LIST" + struct.pack("<I", len(info)) + info
    bed.write_bytes(body[:4] + struct.pack("<I", len(body) - 8) + body[8:])
    with opened_media(bed, "input music") as container:
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
