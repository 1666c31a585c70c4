"""What players show of an audio file: ID3 v2.3 with chapters (its Chapter Frame Addendum 1.0), MPEG-4's `ilst`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.core import get_global
from mutagen.id3 import APIC, CHAP, COMM, CTOC, ID3, TALB, TIT2, TLAN, TPE1, CTOCFlags, Encoding, PictureType
from mutagen.mp4 import MP4, MP4Cover

from include.runtime.podcast.schedule import Chapter

_BIBLIOGRAPHIC = frozenset({
    "alb", "arm", "baq", "bur", "chi", "cze", "dut", "fre", "geo", "ger", "gre", "ice", "mac", "mao", "may", "per",
    "rum", "scc", "scr", "slo", "tib", "wel",
})  # fmt: skip
"""Codes of ISO 639-2 that have another one for terminology, which is the one taken here."""
_MACROLANGUAGES = {"et": "est", "ku": "kur"}
"""Codes that CLDR replaces by those of one variety."""
_UNDETERMINED = "und"
_WITHOUT_OFFSET = 0xFFFFFFFF
_PODCAST = 21
"""iTunes' kind of media."""


@dataclass(frozen=True)
class Tags:
    """What is told of an episode."""

    title: str
    author: str
    show: str
    description: str
    language: str
    """Three letters of ISO 639-2."""
    cover: Path
    """JPEG."""
    chapters: tuple[Chapter, ...]


def code_of(language: str) -> str:
    """ISO 639-2's three letters for the language of a BCP 47 tag; `und` where there are none."""
    tongue = language.split("-")[0].lower()
    if len(tongue) == 3:
        return tongue
    if tongue in _MACROLANGUAGES:
        return _MACROLANGUAGES[tongue]
    codes = [code for code, short in get_global("language_aliases").items() if short == tongue and len(code) == 3]
    found = sorted((code[0] != tongue[0], code) for code in codes if code not in _BIBLIOGRAPHIC)
    return found[0][1] if found else _UNDETERMINED


def tag_mp3(path: Path, tags: Tags) -> None:
    """Write `tags` before the sound."""
    id3 = ID3()
    for frame in (
        TIT2(encoding=Encoding.UTF8, text=tags.title),
        TPE1(encoding=Encoding.UTF8, text=tags.author),
        TALB(encoding=Encoding.UTF8, text=tags.show),
        TLAN(encoding=Encoding.LATIN1, text=tags.language),
        COMM(encoding=Encoding.UTF8, lang=tags.language, desc="", text=tags.description),
        APIC(
            encoding=Encoding.LATIN1,
            mime="image/jpeg",
            type=PictureType.COVER_FRONT,
            desc="",
            data=tags.cover.read_bytes(),
        ),
        *_chapter_frames(tags.chapters),
    ):
        id3.add(frame)
    id3.update_to_v23()
    id3.save(path, v1=0, v2_version=3, padding=lambda _: 0)


def _chapter_frames(chapters: Sequence[Chapter]) -> list[CHAP | CTOC]:
    names = [f"chp{number}" for number in range(len(chapters))]
    contents = CTOC(
        element_id="toc", flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED, child_element_ids=names, sub_frames=[]
    )
    return [contents, *(_chapter_frame(*pair) for pair in zip(names, chapters, strict=True))]


def _chapter_frame(name: str, chapter: Chapter) -> CHAP:
    return CHAP(
        element_id=name,
        start_time=round(chapter.start_s * 1000),
        end_time=round(chapter.end_s * 1000),
        start_offset=_WITHOUT_OFFSET,
        end_offset=_WITHOUT_OFFSET,
        sub_frames=[TIT2(encoding=Encoding.UTF8, text=chapter.title)],
    )


def tag_m4a(path: Path, tags: Tags) -> None:
    """Write `tags` into a finished M4A, which has its chapters already."""
    file = MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = tags.title, tags.author, tags.show
    file["desc"], file["stik"] = tags.description, [_PODCAST]
    file["covr"] = [MP4Cover(tags.cover.read_bytes(), MP4Cover.FORMAT_JPEG)]
    file.save(padding=lambda _: 0)
