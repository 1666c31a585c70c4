"""Subtitles: speech becomes readable cues, and cues become SRT and WebVTT files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from include.contract.clips import ClipFacts, ClipWord, SubtitleLook
from include.contract.direction import directed
from include.contract.ports import Place
from include.contract.timing import TimedText, Timing
from include.contract.values import Aspect
from include.runtime.composition.letters import Letters
from include.runtime.composition.timeline import Timeline
from include.runtime.languages.sentences import sentence_ends
from include.runtime.languages.widths import columns_of
from include.runtime.media.linebreaks import lines, pieces

LINE_UNITS = {Aspect.WIDE: 42, Aspect.SQUARE: 34, Aspect.UPRIGHT: 24}
"""Latin characters of a line; a CJK character takes two."""
MIN_CUE_S = 0.7
HOLD_S = 0.35
"""How long a cue stays after its last word, when nothing follows."""
FLICKER_S = 0.25
"""A shorter gap between two cues is closed."""
JOIN_GAP_S = 0.3
"""Segments further apart than this are never joined in one cue."""
_WORD_JOINER = "\u2060"
_FULL_WIDTH_BRACES = {ord("{"): "\uff5b", ord("}"): "\uff5d"}


@dataclass(frozen=True)
class SubtitleCue:
    """One or two lines of text on the screen, in seconds from the start of its scene or of the film."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]
    words: tuple[ClipWord, ...] = ()
    """In order: all that is in `lines` but blanks."""
    look: SubtitleLook = SubtitleLook()


def make_cues(timing: Timing, slot_s: float, max_units: int, language: str) -> list[SubtitleCue]:
    """The cues of a scene that is shown for `slot_s`, in order, with lines of `max_units` columns.

    None overlaps another or outlasts the scene, each can be read as far as time allows, no text is lost.
    """
    letters, cues = Letters(timing, language), []
    for one in _joined(timing.segments, max_units, language):
        parts = pieces(one.text, max_units, language)
        for part in parts:
            text_lines = tuple(lines(part, max_units, language) or [part])
            words = tuple(word for number, line in enumerate(text_lines) for word in letters.take(number, line))
            start_s, end_s = (one.start_s, one.end_s) if len(parts) == 1 else (words[0].start_s, words[-1].end_s)
            cues.append(SubtitleCue(start_s, end_s, text_lines, words))
    return _spaced(cues, slot_s)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _joined(segments: Sequence[TimedText], max_units: int, language: str) -> list[TimedText]:
    """Neighbours that fit in one cue together, up to the end of a sentence."""
    joined: list[TimedText] = []
    for spoken in segments:
        segment = spoken.model_copy(update={"text": _one_line(spoken.text)})
        if not segment.text:
            continue
        if joined and _belongs(joined[-1], segment, max_units, language):
            text = _one_line(joined[-1].text + space_between(joined[-1].text, segment.text) + segment.text)
            joined[-1] = TimedText(text=text, start_s=joined[-1].start_s, end_s=segment.end_s)
        else:
            joined.append(segment)
    return joined


def _belongs(first: TimedText, second: TimedText, max_units: int, language: str) -> bool:
    if second.start_s - first.end_s > JOIN_GAP_S:
        return False
    both = f"{first.text} {second.text}"
    ends_sentence = len(first.text) in sentence_ends(both, language)
    if ends_sentence and first.end_s - first.start_s >= MIN_CUE_S:
        return False
    return lines(both, max_units, language) is not None


def space_between(first: str, second: str) -> str:
    """Nothing between two ideographs, a space between all others."""
    return "" if columns_of(first[-1]) == 2 and columns_of(second[0]) == 2 else " "


def _spaced(cues: list[SubtitleCue], slot_s: float) -> list[SubtitleCue]:
    """Cues held long enough to read, as far as time allows, without overlaps or flicker, and inside the scene."""
    if not cues:
        return []
    least_s = min(MIN_CUE_S, slot_s / len(cues))
    starts, earliest_s = [], 0.0
    for cue in cues:
        starts.append(max(cue.start_s, earliest_s))
        earliest_s = starts[-1] + least_s
    latest_s = slot_s
    for index in range(len(cues) - 1, -1, -1):
        starts[index] = min(starts[index], latest_s - least_s)
        latest_s = starts[index]
    follows = [*starts[1:], slot_s]
    return [
        replace(cue, start_s=max(0.0, start_s), end_s=_end_s(max(cue.end_s, start_s), start_s, next_s))
        for cue, start_s, next_s in zip(cues, starts, follows, strict=True)
    ]


def _end_s(spoken_end_s: float, start_s: float, next_start_s: float) -> float:
    end_s = max(spoken_end_s + HOLD_S, start_s + MIN_CUE_S)
    return next_start_s if next_start_s - end_s < FLICKER_S else end_s


def film_cues(clips: Iterable[ClipFacts], timeline: Timeline) -> list[SubtitleCue]:
    """The cues of all scenes, in seconds from the film's start."""
    scenes = (clip for clip in clips if clip.place is Place.PART)
    return [
        SubtitleCue(start_s + cue.start_s, start_s + cue.end_s, cue.lines, _later(cue.words, start_s), scene.look)
        for scene, start_s in zip(scenes, timeline.scene_starts_s, strict=True)
        for cue in scene.cues
    ]


def _later(words: Sequence[ClipWord], by_s: float) -> tuple[ClipWord, ...]:
    times = ({"start_s": word.start_s + by_s, "end_s": word.end_s + by_s} for word in words)
    return tuple(word.model_copy(update=update) for word, update in zip(words, times, strict=True))


def srt(cues: Sequence[SubtitleCue], language: str) -> str:
    """The cues as SubRip; a blank line where there are none, since no output is empty.

    It has no escapes: word joiners and full-width braces keep text from acting as markup.
    """
    blocks = [
        f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{_plain(cue.lines, language)}\n"
        for number, cue in enumerate(cues, start=1)
    ]
    return "\n".join(blocks) or "\n"


def vtt(cues: Sequence[SubtitleCue], language: str) -> str:
    """The cues as WebVTT (W3C), text escaped as its section 3.3 asks."""
    blocks = [
        f"{number}\n{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{_escaped(cue.lines, language)}\n"
        for number, cue in enumerate(cues, start=1)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _directed(text_lines: Sequence[str], language: str) -> str:
    return "\n".join(directed(line, language) for line in text_lines)


def _plain(text_lines: Sequence[str], language: str) -> str:
    text = re.sub(r"([<\\])", rf"\1{_WORD_JOINER}", _directed(text_lines, language))
    return text.replace("-->", f"--{_WORD_JOINER}>").translate(_FULL_WIDTH_BRACES)


def _escaped(text_lines: Sequence[str], language: str) -> str:
    return _directed(text_lines, language).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, decimal_mark: str) -> str:
    total_ms = round(seconds * 1000)
    minutes, ms = divmod(total_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{ms // 1000:02d}{decimal_mark}{ms % 1000:03d}"
