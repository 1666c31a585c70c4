"""YAML 1.2's core schema, as a person means it (I9): `16:9` and `no` are text; and errors that say the line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path as FilePath
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml import CBaseLoader, MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from include.contract.errors import BadRequest
from include.contract.messages import MAX_MISTAKES, path_of
from include.contract.mistakes import FieldMistake, field_mistakes
from include.contract.names import guess, nearest

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
_MOST_LOOKED_AT = 1000
"""Files beside one that is not there."""
_MAX_INTEGER_CHARACTERS = 20
_NULL = re.compile(r"^(~|null|Null|NULL|)$")
_TRUE = re.compile(r"^(true|True|TRUE)$")
_FALSE = re.compile(r"^(false|False|FALSE)$")
_INT = re.compile(r"^[-+]?[0-9]+$")
_OCTAL = re.compile(r"^0o[0-7]+$")
_HEX = re.compile(r"^0x[0-9a-fA-F]+$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_INFINITE = re.compile(r"^[-+]?(\.inf|\.Inf|\.INF)$|^(\.nan|\.NaN|\.NAN)$")

_TO_DO = {
    "mapping values are not allowed in this context": "quote text that has a colon in it, indent like fields alike",
    "found a tab character that violates indentation": "indent with spaces",
    "found character that cannot start any token": "indent with spaces, and put text that begins with a sign in quotes",
    "found unexpected end of stream": "close what is in quotes",
}
"""By what libyaml says is wrong: what to do about its most frequent reasons."""

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """A YAML document and the line (from 1) of each of its values."""

    name: str
    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Line of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def text_of(file: FilePath, name: str) -> str:
    """The text in `file`, in UTF-8 with or without a byte order mark; `name` is for messages.

    :raises BadRequest: it cannot be read, is no text, or has more than 1 MB.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise BadRequest(f"{name}: there is no such file; {_near(file)}name one that is there") from error
    except IsADirectoryError as error:
        raise BadRequest(f"{name}: is a folder; name a file") from error
    except OSError as error:
        raise BadRequest(f"{name}: cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise BadRequest(f"{name}: has more than {MAX_BYTES} bytes, which is the most allowed")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadRequest(f"{name}, line {line}: is not UTF-8 text; save the file in UTF-8") from error


def _near(file: FilePath) -> str:
    """What `file` may have been meant to be, of those beside it."""
    try:
        return guess(nearest(file.name, sorted(each.name for each in islice(file.parent.iterdir(), _MOST_LOOKED_AT))))
    except OSError:
        return ""


def read_yaml(text: str, name: str) -> Document:
    """Parse one document. `name` is for messages.

    :raises BadRequest: not YAML, more than 1 MB, or with aliases.
    """
    if len(text) > MAX_BYTES:
        raise BadRequest(f"{name}: has {len(text)} characters; allowed: {MAX_BYTES}")
    builder = _Builder(name, yaml.parse(text, Loader=CBaseLoader))
    try:
        return Document(name, builder.document(), builder.lines)
    except MarkedYAMLError as error:
        to_do = f"; {_TO_DO[error.problem]}" if error.problem in _TO_DO else ""
        raise BadRequest(f"{name}, line {_line_of(error, text)}: is not YAML: {error.problem}{to_do}") from error
    except (YAMLError, UnicodeEncodeError) as error:
        raise BadRequest(f"{name}: is not YAML: {' '.join(str(error).split())[:300]}") from error


def read_model(model: type[Model], document: Document, **context: Any) -> Model:
    """The document as `model`.

    :raises BadRequest: one line per mistake: file, line, field, what was found, what is allowed.
    """
    try:
        return model.model_validate(document.value, context=context or None)
    except ValidationError as error:
        raise refusal_of(document, *field_mistakes(error, model)) from error


def refusal_of(document: Document, mistakes: Sequence[FieldMistake], more: int = 0) -> BadRequest:
    """`mistakes`, one per line and in the order of their lines, and how many `more` there are."""
    lines = {mistake: document.line(mistake.path) for mistake in dict.fromkeys(mistakes)}
    rows = [_told(document, mistake) for mistake in sorted(lines, key=lines.__getitem__)]
    more += max(0, len(rows) - MAX_MISTAKES)
    rows = rows[:MAX_MISTAKES] + ([f"{document.name}: and {more} more mistakes"] if more else [])
    return BadRequest("\n".join(rows))


def _line_of(error: MarkedYAMLError, text: str) -> int:
    """Line (from 1) of a mistake; for what is missed at the end of the text, where it was opened."""
    mark = error.problem_mark
    if error.context_mark and (mark is None or mark.line >= len(text.splitlines())):
        mark = error.context_mark
    return mark.line + 1 if mark else 1


def _told(document: Document, mistake: FieldMistake) -> str:
    where = f"{document.name}, line {document.line(mistake.path)}"
    return f"{where}: `{path_of(mistake.path)}`: {mistake.words}" if mistake.path else f"{where}: {mistake.words}"


class _Builder:
    """Builds values straight from the parser's events, and refuses what could grow without bounds."""

    def __init__(self, name: str, events: Iterator[Event]) -> None:
        self.lines: dict[Path, int] = {}
        self._name = name
        self._events = events

    def document(self) -> Any:
        """The only document of the stream; None when there is none."""
        next(self._events)
        if isinstance(next(self._events), StreamEndEvent):
            return None
        value = self._value(next(self._events), ())
        next(self._events)
        after = next(self._events)
        if not isinstance(after, StreamEndEvent):
            raise self._refusal(after, "starts a second document; allowed: one")
        return value

    def _value(self, event: Event, path: Path) -> Any:
        self.lines[path] = _line(event)
        if isinstance(event, ScalarEvent):
            return event.value if event.style else _scalar(event.value)
        if isinstance(event, AliasEvent):
            raise self._refusal(event, "uses an alias (`*name`); write the value out")
        if len(path) >= MAX_DEPTH:
            raise self._refusal(event, f"is nested too deeply; allowed: {MAX_DEPTH} levels")
        return self._mapping(path) if isinstance(event, MappingStartEvent) else self._sequence(path)

    def _sequence(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if isinstance(event, AliasEvent):
                raise self._refusal(event, "uses an alias (`*name`); write the value out")
            if not isinstance(event, ScalarEvent):
                raise self._refusal(event, "a key is a list or mapping; allowed: text")
            if event.value in mapping:
                raise self._refusal(event, f"`{path_of((event.value,))}` appears twice; keep one of them")
            own = (*path, event.value)
            mapping[event.value] = self._value(next(self._events), own)
            self.lines[own] = _line(event)
        return mapping

    def _refusal(self, event: Event, what: str) -> BadRequest:
        return BadRequest(f"{self._name}, line {_line(event)}: {what}")


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(text: str) -> Any:
    """A plain scalar by the core schema, YAML 1.2.2, section 10.3.2; an endless integer is a float or text."""
    if _NULL.match(text):
        return None
    if _TRUE.match(text) or _FALSE.match(text):
        return bool(_TRUE.match(text))
    if len(text) <= _MAX_INTEGER_CHARACTERS and _INT.match(text):
        return int(text)
    if len(text) <= _MAX_INTEGER_CHARACTERS and (_OCTAL.match(text) or _HEX.match(text)):
        return int(text, 0)
    if _FLOAT.match(text):
        return float(text)
    if _INFINITE.match(text):
        return float(text.replace(".", ""))
    return text
