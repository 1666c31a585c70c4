"""HTML that others wrote, as the text that a browser shows of it.

Whoever exports a shop, a feed or a sheet may write HTML into any field, and need not say so. So only what is an element
of HTML is taken for one: `List<String>`, `2 < 3` and `The <video> element` are text and stay.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from html.entities import html5
from itertools import groupby
from typing import NamedTuple

from include.contract.small_print import Level, set_small


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARAGRAPHS = _names("p h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre table figure hr")
"""Elements with an empty line before and behind them."""
_BLOCKS = _names(
    "address article aside body caption center dd details dialog dir div dt fieldset figcaption footer form header "
    "hgroup legend li main menu nav optgroup option search section summary tbody tfoot thead tr"
)
_CELLS = _names("td th")
_SILENT = _names(
    "audio canvas datalist head iframe math noembed noframes noscript object rp rt script style svg template textarea "
    "title video"
)
"""Elements of which a browser shows no text, or none that belongs to the text around them."""
_RAW = _names("script style")
"""Elements in which nothing is markup but their own end."""
_FORMATTING = _names(
    "abbr acronym b bdi bdo big br cite code col colgroup del dfn em font i img ins kbd mark nobr o:p q rp rt ruby s "
    "samp small span strike strong sub sup tt u var wbr"
)
_OTHERS = _names(
    "a area base button data embed html input label link map meta meter output param picture progress select slot "
    "source time track"
)
_LEVELS = _names("sub sup")
_USED_BARE = _FORMATTING | _RAW | _CELLS | _PARAGRAPHS | _names("center div li tr tbody thead tfoot dd dt")
"""Elements whose tags are markup even where they have no attribute and their end is missing, since it was cut away. Of
all others such a tag is what the text is about."""
_ELEMENTS = _PARAGRAPHS | _BLOCKS | _CELLS | _SILENT | _FORMATTING | _OTHERS
_VOID = _names("area base br col embed hr img input link meta param source track wbr")

_NAME = r"[A-Za-z][A-Za-z0-9:]*+"
# Atomic all through: as each quote that opens or ends changes what the next one does, the whole text is read at most
# three times, whatever is in it.
_MARKUP = re.compile(
    rf"<(?:(?P<comment>!--)|(?P<end>/?)(?P<name>{_NAME})(?P<rest>(?:(?=[\s/])(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)?+)>"
    r"|!doctype\b[^<>]*+>|!\[(?:if|endif)\b[^<>]*+>|!\[CDATA\[|\?[a-z][^<>]*+>)",
    re.IGNORECASE,
)
_FLAGS = (
    "allowfullscreen async autofocus autoplay checked compact controls default defer disabled download hidden ismap "
    "itemscope loop multiple muted nomodule noshade novalidate nowrap open readonly required reversed selected"
)
_VALUE = r"(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'<>=`]++)"
_ATTRIBUTES = re.compile(
    rf"(?:\s*+(?:[a-z_:][\w:.-]*+\s*+=\s*+{_VALUE}|(?:{'|'.join(_FLAGS.split())}|\w++-[\w-]*+)(?![^\s/])))*+[\s/]*+",
    re.IGNORECASE,
)
"""What stands in a tag behind its name: in `a<b and c>d` there is none."""
_END_TAG = re.compile(rf"</({_NAME})")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_ATTRIBUTE = re.compile(rf"([a-z_:][\w:.-]*+)(?:\s*+=\s*+({_VALUE}))?+", re.IGNORECASE)
_NOT_DISPLAYED = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)
_ENDED_BY_THE_NEXT = _names("p li td th tr dd dt option")
"""Elements that end without an end tag where the next of their kind begins."""
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_BLANKS_IN_A_LINE = re.compile(r"[ \t]{2,}")


def shown_text(markup: str) -> str:
    """What a browser shows of `markup`: paragraphs parted by an empty line, other blocks and `<br>` by a line break.

    Entities that end in `;` are decoded, once. Text without HTML stays as it is, blanks and line breaks too.
    """
    if "<" not in markup:
        return _decoded(markup)
    reader = _Reader(markup)
    reader.read()
    return reader.text()


def tags_in(markup: str) -> list[str]:
    """What `shown_text` takes for markup in `markup`, each as it is written."""
    reader = _Reader(markup)
    reader.read()
    return reader.tags


def as_markup(text: str) -> str:
    """What `shown_text` makes `text` of."""
    return html.escape(text, quote=False)


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match[0]) if _is_entity(match[0]) else match[0], text)


def _is_entity(written: str) -> bool:
    return written[1] == "#" or written[1:] in html5


def _is_hidden(attributes: str) -> bool:
    """Whether an element with these attributes is not shown."""
    told = {match[1].lower(): match[2] or "" for match in _ATTRIBUTE.finditer(attributes)}
    return "hidden" in told or bool(_NOT_DISPLAYED.search(told.get("style", "")))


class _Piece(NamedTuple):
    """Text, or a break of so many lines."""

    text: str
    lines: int = 0
    is_added: bool = False
    """Whether the lines come on top of those of a break before."""
    level: Level = Level.PLAIN


def _levelled(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """`pieces` with those set high or low in plain text."""
    before = ""
    for (level, is_text), group in groupby(pieces, key=lambda piece: (piece.level, not piece.lines)):
        parts = list(group)
        if level is not Level.PLAIN and is_text:
            parts = [_Piece(set_small("".join(part.text for part in parts), level, before))]
        yield from parts
        before = parts[-1].text[-1:]


class _Reader:
    """Goes through markup once."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._last_comment_end = markup.rfind("-->")
        self._ended = {name.lower() for name in _END_TAG.findall(markup)}
        self._pieces: list[_Piece] = []
        self.tags: list[str] = []
        self._silent = ""
        self._silent_depth = 0
        self._cdata = False
        self._levels: list[Level] = []

    def read(self) -> None:
        at = 0
        while match := _MARKUP.search(self._markup, at):
            self._say(self._markup[at : match.start()])
            at = self._end_of(match)
            if at:
                self.tags.append(self._markup[match.start() : match.end()])
            else:
                at = match.start() + 1
                self._say("<")
        self._say(self._markup[at:])
        self._pieces = list(_levelled(self._pieces))

    def text(self) -> str:
        if not self.tags:
            return _decoded(self._markup)
        if any(piece.lines for piece in self._pieces):
            return self._laid_out()
        whole = "".join(piece.text for piece in self._pieces)
        return _BLANKS_IN_A_LINE.sub(" ", whole).strip()

    def _say(self, text: str) -> None:
        if text and not self._silent:
            shown = _decoded(text.replace("]]>", "") if self._cdata else text)
            self._pieces.append(_Piece(shown, level=self._levels[-1] if self._levels else Level.PLAIN))

    def _end_of(self, match: re.Match[str]) -> int:
        """Take in the markup that `match` found and tell where it ends, 0 if it is none."""
        if match["comment"]:
            if self._last_comment_end < match.start():
                return 0
            return self._markup.index("-->", match.start() + len("<!")) + len("-->")
        name = (match["name"] or "").lower()
        if not name:
            self._cdata |= match[0].upper() == "<![CDATA["
            return match.end()
        rest = match["rest"].strip(" \t\n\r\f/")
        if name not in _ELEMENTS or not (match["end"] or rest or name in _USED_BARE or name in self._ended):
            return 0
        if not _ATTRIBUTES.fullmatch(match["rest"]):
            return 0
        if match["end"]:
            self._end(name)
            return match.end()
        self._start(name, rest)
        return self._end_of_raw(name, match.end()) if name in _RAW else match.end()

    def _end_of_raw(self, name: str, at: int) -> int:
        end = re.compile(rf"</{name}", re.IGNORECASE).search(self._markup, at)
        return end.start() if end else len(self._markup)

    def _start(self, name: str, attributes: str) -> None:
        if self._silent in _ENDED_BY_THE_NEXT and (name == self._silent or (self._silent == "p" and name in _BLOCKS)):
            self._silent = ""
        if self._silent:
            self._silent_depth += name == self._silent
        elif name not in _VOID and (name in _SILENT or _is_hidden(attributes)):
            self._silent, self._silent_depth = name, 1
        elif name in _LEVELS:
            self._levels.append(Level(name))
        else:
            self._break(name)

    def _end(self, name: str) -> None:
        if not self._silent and name in _LEVELS:
            del self._levels[-1:]
        elif not self._silent:
            self._break(name)
        elif name == self._silent:
            self._silent_depth -= 1
            if not self._silent_depth:
                self._silent = ""

    def _break(self, name: str) -> None:
        if name in _PARAGRAPHS | _BLOCKS:
            self._levels = []
        if name in _PARAGRAPHS:
            self._pieces.append(_Piece("", 2))
        elif name in _BLOCKS:
            self._pieces.append(_Piece("", 1))
        elif name == "br":
            self._pieces.append(_Piece("", 1, is_added=True))
        elif name in _CELLS:
            self._pieces.append(_Piece(" "))

    def _laid_out(self) -> str:
        said: list[str] = []
        lines = 0
        for piece in self._pieces:
            if piece.lines:
                lines = lines + 1 if piece.is_added else max(lines, piece.lines)
                continue
            text = _BLANKS.sub(" ", piece.text)
            if lines or not said or said[-1].endswith(" "):
                text = text.lstrip(" ")
            if not text:
                continue
            if lines and said:
                said[-1] = said[-1].rstrip(" ")
                said.append("\n" * min(lines, 2))
            lines = 0
            said.append(text)
        return "".join(said).strip()
