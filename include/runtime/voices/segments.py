"""A narration in sentences, and each sentence in lines short enough for a subtitle, every character kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from include.runtime.languages.breaks import begins_letter, word_breaks
from include.runtime.languages.sentences import sentence_ends
from include.runtime.languages.widths import columns_of

MAX_WIDTH = 84
"""Two subtitle lines of 42 columns; a wide (CJK) character takes two."""
MIN_CLAUSE_WIDTH = 24
"""Shorter clauses stay with the next one, so that subtitles do not flicker."""
MIN_REST_WIDTH = 12

_CLOSING = "\"'”’»›)\\]】」』〉》"
_CLAUSE_END = re.compile(rf"[,;:،؛፣][{_CLOSING}]*(?=\s)|[，、；：]|\s[—–-](?=\s)|—")


@dataclass(frozen=True)
class Sentence:
    """What is spoken in one breath."""

    lines: tuple[str, ...]
    """As written, each short enough for a subtitle."""
    ends_paragraph: bool


def sentences_of(narration: str, language: str) -> tuple[Sentence, ...]:
    """`narration` in sentences; their lines hold every character of it but the blanks between them."""
    starts = [0, *sentence_ends(narration, language)]
    sentences = (
        _sentence(narration[start:end], narration[end:], language)
        for start, end in zip(starts, [*starts[1:], len(narration)], strict=True)
    )
    return tuple(sentence for sentence in sentences if sentence.lines)


def _sentence(text: str, rest: str, language: str) -> Sentence:
    lines = tuple(line for line in (line.strip() for line in _lines(text.strip(), language)) if line)
    return Sentence(lines, ends_paragraph=text.endswith("\n") or rest.startswith("\n"))


def _lines(text: str, language: str) -> Iterator[str]:
    """`text` cut at clause ends into pieces no wider than `MAX_WIDTH`, and elsewhere where that does not suffice."""
    while columns_of(near := _beginning(text, 2 * MAX_WIDTH + 1)) > MAX_WIDTH:
        cuts = [match.end() for match in _CLAUSE_END.finditer(near)]
        cut = (
            _best_cut(near, cuts)
            or _best_cut(near, _blanks(near))
            or _best_cut(near, word_breaks(near, language))
            or _hard_cut(near)
        )
        yield text[:cut]
        text = text[cut:].lstrip()
    yield text


def _beginning(text: str, width: int) -> str:
    """The first characters of `text` that together take at most `width` columns."""
    widths = accumulate(map(columns_of, text))
    return text[: next((end for end, column in enumerate(widths) if column > width), len(text))]


def _best_cut(text: str, cuts: Sequence[int]) -> int | None:
    """The last cut that fits, in the middle when two lines will do; never one that leaves a scrap."""
    before = [0, *accumulate(map(columns_of, text))]
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
    return next((cut for cut in range(fits, 0, -1) if cut == len(text) or begins_letter(text, cut)), fits)
