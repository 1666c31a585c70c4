"""What players show of an audio file, in FFmpeg's names, which its muxers write as ID3 v2.3 and MPEG-4's `ilst`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from babel.core import get_global

from include.runtime.podcast.schedule import Chapter

if TYPE_CHECKING:
    from av.container import Chapter as Mark

_BIBLIOGRAPHIC = frozenset({
    "alb", "arm", "baq", "bur", "chi", "cze", "dut", "fre", "geo", "ger", "gre", "ice", "mac", "mao", "may", "per",
    "rum", "scc", "scr", "slo", "tib", "wel",
})  # fmt: skip
"""Bibliographic codes of ISO 639-2, whose terminological counterparts are used instead."""
_MACROLANGUAGES = {"et": "est", "ku": "kur"}
"""Macrolanguages, which CLDR replaces by one of their varieties."""
_UNDETERMINED = "und"
_PODCAST = "21"
"""iTunes' media kind."""


@dataclass(frozen=True)
class Tags:
    """What tags say about an episode."""

    title: str
    author: str
    show: str
    description: str
    language: str
    """Three letters of ISO 639-2."""
    cover: Path
    """JPEG."""
    chapters: tuple[Chapter, ...]
    comment: str
    """How it was made."""

    def mp3(self) -> Mapping[str, str]:
        """As an MP3 has them."""
        return self._common() | {"language": self.language}

    def id3_comment(self) -> bytes:
        """The frame that FFmpeg's muxer has no name for: COMM of ID3 v2.3, in UTF-16, without a short description."""
        text = f"{self.description}\n\n{self.comment}".encode("utf-16")
        content = b"\x01" + self.language.encode("ascii") + "\0".encode("utf-16") + text
        return b"COMM" + len(content).to_bytes(4, "big") + bytes(2) + content

    def m4a(self) -> Mapping[str, str]:
        """As an M4A has them, whose track gives the language."""
        return self._common() | {
            "description": self.description,
            "comment": self.comment,
            "media_type": _PODCAST,
        }

    def marks(self) -> list[Mark]:
        """The chapters."""
        return [_mark(number, chapter) for number, chapter in enumerate(self.chapters)]

    def _common(self) -> dict[str, str]:
        return {"title": self.title, "artist": self.author, "album": self.show}


def code_of(language: str) -> str:
    """ISO 639-2's three letters for the language of a BCP 47 tag; `und` if there are none."""
    tongue = language.split("-")[0].lower()
    if len(tongue) == 3:
        return tongue
    if tongue in _MACROLANGUAGES:
        return _MACROLANGUAGES[tongue]
    codes = [code for code, short in get_global("language_aliases").items() if short == tongue and len(code) == 3]
    found = sorted((code[0] != tongue[0], code) for code in codes if code not in _BIBLIOGRAPHIC)
    return found[0][1] if found else _UNDETERMINED


def _mark(number: int, chapter: Chapter) -> Mark:
    return {
        "id": number,
        "start": round(chapter.start_s * 1000),
        "end": round(chapter.end_s * 1000),
        "time_base": Fraction(1, 1000),
        "metadata": {"title": chapter.title},
    }
