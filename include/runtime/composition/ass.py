"""Subtitles in Advanced SubStation Alpha, whose karaoke tags say when each word is heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.contract.direction import Direction, directed, direction_of
from include.contract.values import Aspect
from include.runtime.composition.captions import LINES_AREA, UNITS_PER_EM
from include.runtime.composition.subtitles import LINE_UNITS, SubtitleCue

LINE_HEIGHT = 1.362
"""Of Noto Sans, as a factor of its size: ASS gives the height of a line where others give that of an em."""
HEARD, UNHEARD, EDGE = "&H000AD6FF", "&H00FFFFFF", "&H260E0A08"
"""Opacity and colours, blue first."""
_WORD_JOINER = "\u2060"
_BY_ITS_LETTERS = -1
"""Where a style names a character set: libass then finds the direction of a line from its letters."""


def ass(cues: Sequence[SubtitleCue], language: str, frame: tuple[int, int]) -> str:
    """The cues over a film of `frame`, width and height; a word that has begun is in another colour.

    Braces are escaped, and no backslash begins a tag: text never acts as markup.
    """
    events = [
        f"Dialogue: 0,{_clock(cue.start_s)},{_clock(cue.end_s)},Default,,0,0,0,,{_karaoke(cue, language)}"
        for cue in cues
    ]
    return "\n".join([*_head(language, frame), *events, ""])


def _head(language: str, frame: tuple[int, int]) -> list[str]:
    width, height = frame
    aspect = Aspect.SQUARE if width == height else Aspect.WIDE if width > height else Aspect.UPRIGHT
    area = LINES_AREA[aspect]
    size_px = area.width * width / LINE_UNITS[aspect] * UNITS_PER_EM
    side_px, bottom_px = round((1 - area.width) / 2 * width), round(area.bottom * height)
    letters = 1 if direction_of(language) is Direction.LEFT_TO_RIGHT else _BY_ITS_LETTERS
    style = {
        "Name": "Default",
        "Fontname": "Noto Sans",
        "Fontsize": round(size_px * LINE_HEIGHT, 1),
        "PrimaryColour": HEARD,
        "SecondaryColour": UNHEARD,
        "OutlineColour": EDGE,
        "BackColour": EDGE,
        "Bold": -1,
        "BorderStyle": 1,
        "Outline": round(size_px * 0.05, 1),
        "Shadow": 0,
        "Alignment": 2,
        "MarginL": side_px,
        "MarginR": side_px,
        "MarginV": bottom_px,
        "Encoding": letters,
    }
    return [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {width}",
        f"PlayResY: {height}",
        "WrapStyle: 2",
        "ScaledBorderAndShadow: yes",
        "YCbCr Matrix: TV.709",
        "",
        "[V4+ Styles]",
        f"Format: {', '.join(style)}",
        f"Style: {','.join(map(str, style.values()))}",
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]


def _karaoke(cue: SubtitleCue, language: str) -> str:
    """The lines of `cue`, each word after the time that it takes until the next one."""
    return "\\N".join("".join(_line(cue, number, line, language)) for number, line in enumerate(cue.lines))


def _line(cue: SubtitleCue, number: int, line: str, language: str) -> Iterator[str]:
    mark = directed(line, language).removesuffix(line)
    at = 0
    for index, word in enumerate(cue.words):
        if word.line == number:
            wait = f"{{\\k{_start(cue, 0) - _hundredths(cue.start_s)}}}" if index == 0 else ""
            length = _start(cue, index + 1) - _start(cue, index)
            yield f"{wait}{{\\k{length}}}{mark if at == 0 else ''}{_escaped(line[at : word.end])}"
            at = word.end
    yield _escaped(line[at:]) if at else mark + _escaped(line)


def _start(cue: SubtitleCue, index: int) -> int:
    """When its word of that number begins, or the cue ends, not before the cue begins."""
    start_s = cue.words[index].start_s if index < len(cue.words) else cue.end_s
    return min(max(_hundredths(start_s), _hundredths(cue.start_s)), _hundredths(cue.end_s))


def _escaped(text: str) -> str:
    return text.replace("\\", f"\\{_WORD_JOINER}").replace("{", "\\{").replace("}", "\\}")


def _clock(seconds: float) -> str:
    minutes, hundredths = divmod(_hundredths(seconds), 6000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{hundredths // 100:02d}.{hundredths % 100:02d}"


def _hundredths(seconds: float) -> int:
    return round(seconds * 100)
