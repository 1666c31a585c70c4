"""A narration in sentences, and each sentence in lines short enough for a subtitle, every character kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

MAX_WIDTH = 84
"""Two subtitle lines of 42 columns; a wide (CJK) character takes two."""
MIN_CLAUSE_WIDTH = 24
"""Shorter clauses stay with the next one, so that subtitles do not flicker."""
MIN_REST_WIDTH = 12

_CLOSING = "\"'”’»›)\\]】」』〉》"
_SENTENCE_END = re.compile(rf"[.!?…؟۔।॥።։]+[{_CLOSING}]*(?=\s)|[。！？｡．]+[{_CLOSING}]*|\n+")
_CLAUSE_END = re.compile(rf"[,;:،؛፣][{_CLOSING}]*(?=\s)|[，、；：]|\s[—–-](?=\s)|—")
_TOKEN_BEFORE_DOT = re.compile(r"(\S+)\.$")
_LETTER_AND_DOT = re.compile(r"\s?[^\W\d_]\.")

_ABBREVIATED = """
mr mrs ms dr prof st mt ft gen gov sen rep capt lt col sgt rev hon no nos vs etc fig vol approx ca cf al eq sec pp
jan feb mar apr jun jul aug sep sept oct nov dec inc ltd co jr sr e.g i.e
z.b d.h u.a u.u bzw usw evtl ggf nr str abs bd hr fr jh jhd mio mrd tel vgl zzgl inkl exkl o.ä u.ä v.a i.d.r
m me mme mlle p.ex sra srta ud uds ej pág núm av sig sigg dott ing avv art cap es pag dra
bijv dhr mevr blz o.a d.v.s t.ex bl.a np tzn tj itd ul tzv např př
"""
"""What a dot follows within a sentence, in small letters: English; German; Romance; Dutch, Nordic, Slavic."""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())

_MONTH_FOLLOWS = re.compile(r"\s(jan|feb|mär|mar|apr|ma[ijy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])", re.IGNORECASE)
"""`3.` counts a day, as in German and the Nordic languages."""


@dataclass(frozen=True)
class Sentence:
    """What is spoken in one breath."""

    lines: tuple[str, ...]
    """As written, each short enough for a subtitle."""
    ends_paragraph: bool


def sentences_of(narration: str) -> tuple[Sentence, ...]:
    """`narration` in sentences; their lines hold every character of it but the blanks between them."""
    sentences = []
    start = 0
    for match in _SENTENCE_END.finditer(narration):
        if _only_looks_like_an_end(narration, match):
            continue
        sentences.append(_sentence(narration[start : match.end()], narration[match.end() :]))
        start = match.end()
    sentences.append(_sentence(narration[start:], ""))
    return tuple(sentence for sentence in sentences if sentence.lines)


def width_of(text: str) -> int:
    """Columns that `text` takes: two for a wide character, none for a mark."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _only_looks_like_an_end(narration: str, match: re.Match[str]) -> bool:
    """Whether the dot belongs to an abbreviation, an initial or an ordinal, or small letters go on after it."""
    if match[0] != ".":
        return False
    rest = narration[match.end() :]
    if rest.lstrip()[:1].islower():
        return True
    token = _TOKEN_BEFORE_DOT.search(narration[max(0, match.end() - 24) : match.end()])
    word = token[1].lstrip("(\"'“‘«„[") if token else ""
    if len(word) == 1 and word.isalpha():
        return word.isupper() or _LETTER_AND_DOT.match(rest) is not None
    if word.isdigit():
        return len(word) <= 2 and _MONTH_FOLLOWS.match(rest) is not None
    return word.lower() in _ABBREVIATIONS


def _sentence(text: str, rest: str) -> Sentence:
    lines = tuple(line for line in (line.strip() for line in _lines(text.strip())) if line)
    return Sentence(lines, ends_paragraph=text.endswith("\n") or rest.startswith("\n"))


def _lines(text: str) -> Iterator[str]:
    """`text` cut at clause ends into pieces no wider than `MAX_WIDTH`, and elsewhere where that does not suffice."""
    while width_of(near := _beginning(text, 2 * MAX_WIDTH + 1)) > MAX_WIDTH:
        cuts = [match.end() for match in _CLAUSE_END.finditer(near)]
        cut = _best_cut(near, cuts) or _best_cut(near, _blanks(near)) or _hard_cut(near)
        yield text[:cut]
        text = text[cut:].lstrip()
    yield text


def _beginning(text: str, width: int) -> str:
    """The first characters of `text` that together take at most `width` columns."""
    widths = accumulate(map(width_of, text))
    return text[: next((end for end, column in enumerate(widths) if column > width), len(text))]


def _best_cut(text: str, cuts: list[int]) -> int | None:
    """The last cut that fits, in the middle when two lines will do; never one that leaves a scrap."""
    before = [0, *accumulate(map(width_of, text))]
    total = before[-1]
    fitting = [
        cut for cut in cuts if MIN_CLAUSE_WIDTH <= before[cut] <= MAX_WIDTH and total - before[cut] >= MIN_REST_WIDTH
    ]
    if not fitting:
        return None
    if total <= 2 * MAX_WIDTH:
        return min(fitting, key=lambda cut: abs(before[cut] - total / 2))
    return fitting[-1]


def _blanks(text: str) -> list[int]:
    """Blanks that do not part a number from what it counts."""
    return [
        match.start()
        for match in re.finditer(r"\s+", text)
        if not text[match.start() - 1].isdigit() and not text[match.end() : match.end() + 1].isdigit()
    ]


def _hard_cut(text: str) -> int:
    """The last place that fits, parting no letter from its marks if that can be; for scripts without blanks."""
    fits = len(_beginning(text, MAX_WIDTH))
    return next((cut for cut in range(fits, 0, -1) if cut == len(text) or not _joins_on(text, cut)), fits)


def _joins_on(text: str, cut: int) -> bool:
    return unicodedata.category(text[cut])[0] == "M" or "\u200d" in text[cut - 1 : cut + 1]
