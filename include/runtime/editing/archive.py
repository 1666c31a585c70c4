"""The file that is handed over: the timeline, its media, an MLT document of the same and subtitles, in one `.otioz`.

Such a file is a ZIP archive of `content.otio`, `version.txt` and a folder of media, which is written as it comes and
not compressed: media already are.
"""

from __future__ import annotations

import io
import math
import shutil
import wave
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from PIL import Image

from include.contract.errors import CheckFailed, CorruptInput
from include.contract.file_kinds import HEAD_BYTES, FileKind, found_in, kind_of
from include.contract.ports import BROUGHT
from include.contract.values import SubtitleStyle
from include.runtime.composition.ass import ass
from include.runtime.composition.encoder import full_scratch
from include.runtime.composition.soundtrack import Soundtrack
from include.runtime.composition.story import FilmInputs
from include.runtime.composition.subtitles import SubtitleCue, srt
from include.runtime.composition.timeline import Timeline
from include.runtime.editing.mlt import mlt_document
from include.runtime.editing.otio import MEDIA, timeline_in, timeline_json
from include.runtime.editing.tracks import BLACK, MUSIC, Medium, Tracks, brought_name, clip_name, speech_name, tracks_of
from include.runtime.media.audio import SAMPLE_RATE_HZ, Block, exactly

TIMELINE, VERSION, DOCUMENT, SUBTITLES = "content.otio", "version.txt", "film.mlt", "subtitles.srt"
_DRAWN = "drawn.ass"
"""Subtitles of scenes that no clip shows with them, in the look that they have in the film."""
_FORMAT = "1.0.0"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The first one that the format knows: the same film has the same bytes (W4)."""
_SUFFIXES = {FileKind.JPEG: "jpg", FileKind.PNG: "png", FileKind.WEBP: "webp"}
_BROUGHT = {brought_name(place): place for place in BROUGHT}
_READABLE = 0o644
_COPIED_BYTES = 2**20
_SAMPLE_BYTES, _FULL_SCALE = 2, 32767
_BLOCK_SAMPLES = 2**16
_WAV_HEADER_BYTES = 44


def write_edit(
    path: Path, story: FilmInputs, timeline: Timeline, titles: Sequence[str], language: str, track: Soundtrack
) -> None:
    """Write the film that `story` becomes to `path`, which ends with `.otioz`, and open it again.

    :param titles: of the scenes.
    :param language: of the subtitles.
    :raises CorruptInput: a scene's picture is of no known kind.
    :raises ScratchFull: no room for it.
    :raises CheckFailed: it is not what it has to be.
    """
    pictures = [_picture_name(picture, number) if picture else "" for number, picture in enumerate(story.pictures, 1)]
    facts = [*story.whole_facts()]
    lengths_s = [scene.speech_s for scene in story.scenes]
    tracks = tracks_of(facts, timeline, lengths_s, titles, pictures, track.has_music, track.heard)
    sources = {name: picture for name, picture in zip(pictures, story.pictures, strict=True) if picture}
    sources |= {clip_name(number): clip.path for number, clip in enumerate(story.clips, 1)}
    sources |= {speech_name(number): scene.speech for number, scene in enumerate(story.scenes, 1)}
    with full_scratch(path), ZipFile(path, "w", ZIP_STORED) as archive:
        _write(archive, VERSION, _FORMAT.encode())
        _write(archive, TIMELINE, timeline_json(tracks, "film").encode())
        drawn = _write_subtitles(archive, tracks, language)
        _write(archive, DOCUMENT, mlt_document(tracks, MEDIA, drawn))
        for medium in tracks.media:
            _write_medium(archive, medium, tracks, sources, track)
    check_edit(path, timeline.frame_count)


def _write_subtitles(archive: ZipFile, tracks: Tracks, language: str) -> str | None:
    """All subtitles, and apart those that have to be drawn; the name of the latter, if there are any."""
    _write(archive, SUBTITLES, srt(tracks.cues, language).encode())
    if not tracks.cues_to_draw:
        return None
    _write(archive, _DRAWN, ass([*map(_as_seen, tracks.cues_to_draw)], language, tracks.size).encode())
    return _DRAWN


def _as_seen(cue: SubtitleCue) -> SubtitleCue:
    """`cue` with the colours of the film's picture, in whose lines no word is lit."""
    if cue.look.style is not SubtitleStyle.LINES:
        return cue
    return replace(cue, look=cue.look.model_copy(update={"highlight": cue.look.colour}))


def _picture_name(path: Path, number: int) -> str:
    """What the picture at `path`, that of a scene, is called among the media."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    kind = kind_of(head)
    if kind not in _SUFFIXES:
        raise CorruptInput(f"input image/{number:02d} is {found_in(head)}; allowed: {', '.join(_SUFFIXES)}")
    return f"picture-{number:02d}.{_SUFFIXES[kind]}"


def _write_medium(
    archive: ZipFile, medium: Medium, tracks: Tracks, sources: Mapping[str, Path], track: Soundtrack
) -> None:
    name = f"{MEDIA}{medium.name}"
    if medium.name == BLACK:
        _write(archive, name, _black(tracks.size))
    elif medium.name == MUSIC:
        _write_sound(archive, name, track.bed(), tracks.timeline.sample_count)
    elif medium.name in _BROUGHT:
        samples = round(medium.frames / tracks.timeline.fps * SAMPLE_RATE_HZ)
        _write_sound(archive, name, exactly(track.brought(_BROUGHT[medium.name]), samples, 2), samples)
    elif medium.name.endswith(".wav"):
        _write_speech(archive, name, sources[medium.name], medium.frames / tracks.timeline.fps)
    else:
        source = sources[medium.name]
        with source.open("rb") as read, _opened(archive, name, source.stat().st_size) as written:
            shutil.copyfileobj(read, written, _COPIED_BYTES)


def _write(archive: ZipFile, name: str, content: bytes) -> None:
    with _opened(archive, name, len(content)) as file:
        file.write(content)


def _opened(archive: ZipFile, name: str, size: int) -> IO[bytes]:
    """A new file of so many bytes, to be written as it comes."""
    entry = ZipInfo(name, _NO_TIME)
    entry.file_size, entry.external_attr = size, _READABLE << 16
    return archive.open(entry, "w")


def _black(size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, "PNG")
    return file.getvalue()


def _write_speech(archive: ZipFile, name: str, speech: Path, length_s: float) -> None:
    """A speech with silence after it, `length_s` long: editors count whole frames.

    In stereo, as the rest: what is mono is played 3 dB lower.
    """
    with wave.open(str(speech)) as spoken:
        channels, rate = spoken.getnchannels(), spoken.getframerate()
        samples = max(spoken.getnframes(), math.ceil(length_s * rate))
        with _wave(archive, name, (2, rate), samples) as written:
            while block := spoken.readframes(_BLOCK_SAMPLES):
                both = np.frombuffer(block, "<i2").reshape(-1, channels).repeat(2 // channels, axis=1)
                written.writeframesraw(both.tobytes())
            written.writeframesraw(bytes((samples - spoken.getnframes()) * 2 * _SAMPLE_BYTES))


def _write_sound(archive: ZipFile, name: str, sound: Iterable[Block], samples: int) -> None:
    with _wave(archive, name, (2, SAMPLE_RATE_HZ), samples) as written:
        for block in sound:
            written.writeframesraw(np.rint(np.clip(block.T, -1, 1) * _FULL_SCALE).astype("<i2").tobytes())


@contextmanager
def _wave(archive: ZipFile, name: str, shape: tuple[int, int], samples: int) -> Iterator[wave.Wave_write]:
    """A new sound of so many channels, samples a second and samples in each channel, 16 bits each."""
    channels, rate = shape
    size = _WAV_HEADER_BYTES + samples * channels * _SAMPLE_BYTES
    with _opened(archive, name, size) as file, wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(_SAMPLE_BYTES)
        written.setframerate(rate)
        # What is written into an archive can't be gone back to: the header has to be right from the start.
        written.setnframes(samples)
        yield written


def check_edit(path: Path, frames: int) -> None:
    """Open the file at `path` again: whole, of so many frames, and with all that lies on its tracks.

    :raises CheckFailed: it is not; says what was found and what is allowed.
    """
    try:
        with ZipFile(path) as archive:
            damaged, names = archive.testzip(), set(archive.namelist())
            found = timeline_in(archive.read(TIMELINE).decode())
    except BadZipFile as error:
        raise CheckFailed(f"finished edit: {error}; allowed: a whole archive") from error
    if damaged:
        raise CheckFailed(f"finished edit: {damaged} is damaged; allowed: whole files")
    if found.frames != frames:
        raise CheckFailed(f"finished edit: it lasts {found.frames} frames; allowed: {frames}")
    if lacking := sorted(found.media - names):
        raise CheckFailed(f"finished edit: {', '.join(lacking)} is not in it; allowed: all media")
