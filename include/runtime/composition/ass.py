"""Subtitles in Advanced SubStation Alpha, whose karaoke tags say when each word is heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from include.contract.clips import SubtitleLook
from include.contract.direction import Direction, directed, direction_of
from include.contract.params import ClipStillParams
from include.contract.values import Aspect, SubtitlePosition, SubtitleStyle
from include.runtime.composition.captions import (
    BOX_MARGIN,
    BOX_OPACITY,
    INK,
    LINE_SPACING,
    lit_until,
    safe_area,
    shown_cues,
    text_px,
)
from include.runtime.composition.subtitles import SubtitleCue

LINE_HEIGHT = 1.362
"""Of Noto Sans, as a factor of its size: ASS gives the height of a line where others give that of an em."""
_EDGE_PX, _EDGE_OPACITY = 0.05, 0.85
"""The width as a share of the text's size."""
_OUTLINED, _BOXED = 1, 4
"""Styles of borders; the second is libass's own: one box behind all lines."""
_ALIGNMENTS = {SubtitlePosition.BOTTOM: 2, SubtitlePosition.MIDDLE: 5, SubtitlePosition.TOP: 8}
_WORD_JOINER = "\u2060"
_BY_ITS_LETTERS = -1
"""Where a style names a character set: libass then finds the direction of a line from its letters."""


def ass(cues: Sequence[SubtitleCue], language: str, frame: tuple[int, int]) -> str:
    """The cues, as `ass_cues` has them, over a film of `frame`, width and height: each as it looks in the picture.

    In lines, words that have begun have the colour of what is heard; highlighted, only the word that is heard.
    Braces are escaped, and no backslash begins a tag: text never acts as markup.
    """
    looks = {look: _Look(number, look, frame) for number, look in enumerate(dict.fromkeys(cue.look for cue in cues))}
    styles = [each.style(language) for each in looks.values() or [_Look(0, SubtitleLook(), frame)]]
    events = [
        f"Dialogue: 0,{_clock(shown.start_s)},{_clock(shown.end_s)},{looks[shown.look].name},,0,0,0,,"
        f"{_karaoke(shown, looks[shown.look], language)}"
        for shown in cues
    ]
    return "\n".join([*_head(styles, frame), *events, ""])


def ass_cues(cues: Sequence[SubtitleCue], frame: tuple[int, int]) -> list[SubtitleCue]:
    """The cues as the picture shows them: where that is a few words at a time, several for one."""
    return [
        replace(shown, look=cue.look) for cue in cues for shown in shown_cues([cue], _Look(0, cue.look, frame).params)
    ]


@dataclass(frozen=True)
class _Look:
    """A look in a frame."""

    number: int
    look: SubtitleLook
    frame: tuple[int, int]

    @property
    def name(self) -> str:
        """Its style's."""
        return f"Look {self.number + 1}" if self.number else "Default"

    @property
    def params(self) -> ClipStillParams:
        """Of a clip with this look."""
        width, height = self.frame
        return ClipStillParams(
            aspect=Aspect.SQUARE if width == height else Aspect.WIDE if width > height else Aspect.UPRIGHT,
            subtitle_style=self.look.style,
            subtitle_size=self.look.size,
        )

    def style(self, language: str) -> dict[str, object]:
        """The style, by ASS's names."""
        (width, height), area, size_px = self.frame, safe_area(self.params), text_px(self.params, self.frame[0])
        side_px = round((1 - area.width) / 2 * width)
        share = area.top if self.look.position is SubtitlePosition.TOP else area.bottom
        # A line is higher here than in the picture, above its letters and below them.
        edge_px = round(share * height - (LINE_HEIGHT - LINE_SPACING) / 2 * size_px)
        box = self.look.box
        return {
            "Name": self.name,
            "Fontname": "Noto Sans",
            "Fontsize": round(size_px * LINE_HEIGHT, 1),
            "PrimaryColour": _colour(self.look.highlight if self._is_lit else self.look.colour),
            "SecondaryColour": _colour(self.look.colour),
            "OutlineColour": _colour(_INK, _EDGE_OPACITY),
            "BackColour": _colour(box, BOX_OPACITY) if box else _colour(_INK, _EDGE_OPACITY),
            "Bold": -1,
            "BorderStyle": _BOXED if box else _OUTLINED,
            "Outline": 0 if box else round(size_px * _EDGE_PX, 1),
            "Shadow": round(size_px * BOX_MARGIN, 1) if box else 0,
            "Alignment": _ALIGNMENTS[self.look.position],
            "MarginL": side_px,
            "MarginR": side_px,
            "MarginV": max(0, edge_px),
            "Encoding": 1 if direction_of(language) is Direction.LEFT_TO_RIGHT else _BY_ITS_LETTERS,
        }

    @property
    def _is_lit(self) -> bool:
        return self.look.style is not SubtitleStyle.WORD

    def tags(self, cue: SubtitleCue, index: int) -> str:
        """For the word of that number: its colour while it is heard, and after it, where that is not the same."""
        if self.look.style is not SubtitleStyle.HIGHLIGHT:
            return ""
        lit, usual = (_colour(colour)[4:] for colour in (self.look.highlight, self.look.colour))
        if cue.words[index].end_s <= cue.words[index].start_s:
            return f"\\1c&H{usual}&"
        end_ms = max(0, round((lit_until(cue, index) - cue.start_s) * 1000))
        return f"\\1c&H{lit}&\\t({end_ms},{end_ms},\\1c&H{usual}&)"


_INK = f"#{bytes(INK).hex()}"


def _colour(rgb: str, opacity: float = 1.0) -> str:
    """`#rrggbb` as ASS has it: transparency first, then blue, green and red."""
    return f"&H{round(255 * (1 - opacity)):02X}{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}".upper()


def _head(styles: Sequence[dict[str, object]], frame: tuple[int, int]) -> list[str]:
    width, height = frame
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
        f"Format: {', '.join(styles[0])}",
        *(f"Style: {','.join(map(str, style.values()))}" for style in styles),
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]


def _karaoke(cue: SubtitleCue, look: _Look, language: str) -> str:
    """The lines of `cue`, each word after the time that it takes until the next one."""
    return "\\N".join("".join(_line(cue, look, number, line, language)) for number, line in enumerate(cue.lines))


def _line(cue: SubtitleCue, look: _Look, number: int, line: str, language: str) -> Iterator[str]:
    mark = directed(line, language).removesuffix(line)
    at = 0
    for index, word in enumerate(cue.words):
        if word.line == number:
            wait = f"{{\\k{_start(cue, 0) - _hundredths(cue.start_s)}}}" if index == 0 else ""
            length = _start(cue, index + 1) - _start(cue, index)
            tags = f"{wait}{{\\k{length}{look.tags(cue, index)}}}"
            yield f"{tags}{mark if at == 0 else ''}{_escaped(line[at : word.end])}"
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
