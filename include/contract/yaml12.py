"""YAML 1.2's core schema, as a person means it (I9): `16:9` and `no` are text; and errors that say the line."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml import CBaseLoader, MarkedYAMLError, YAMLError
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, Event
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from include.contract.errors import BadRequest

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
_NULL = re.compile(r"^(~|null|Null|NULL|)$")
_TRUE = re.compile(r"^(true|True|TRUE)$")
_FALSE = re.compile(r"^(false|False|FALSE)$")
_INT = re.compile(r"^[-+]?[0-9]+$")
_OCTAL = re.compile(r"^0o[0-7]+$")
_HEX = re.compile(r"^0x[0-9a-fA-F]+$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_INFINITE = re.compile(r"^[-+]?(\.inf|\.Inf|\.INF)$|^(\.nan|\.NaN|\.NAN)$")

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """A YAML document and the line (from 1) that each of its values stands on."""

    name: str
    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Line of the value at `path`, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str, name: str) -> Document:
    """Parse one document. `name` is for messages.

    :raises BadRequest: not YAML, more than 1 MB, or with aliases.
    """
    if len(text) > MAX_BYTES:
        raise BadRequest(f"{name}: has {len(text)} characters; allowed: {MAX_BYTES}")
    try:
        _check_events(yaml.parse(text, Loader=CBaseLoader), name)
        root = yaml.compose(text, Loader=CBaseLoader)
    except MarkedYAMLError as error:
        raise BadRequest(f"{name}, line {_line_of(error, text)}: is not YAML: {error.problem}") from error
    except (YAMLError, UnicodeEncodeError) as error:
        raise BadRequest(f"{name}: is not YAML: {' '.join(str(error).split())[:300]}") from error
    lines: dict[Path, int] = {}
    return Document(name, None if root is None else _value(root, (), lines, name), lines)


def read_model(model: type[Model], document: Document, **context: Any) -> Model:
    """The document as `model`.

    :raises BadRequest: one line per mistake: file, line, field, what was found, what is allowed.
    """
    try:
        return model.model_validate(document.value, context=context or None)
    except ValidationError as error:
        rows = [_mistake(document, detail, model) for detail in error.errors()]
        raise BadRequest("\n".join(dict.fromkeys(rows))) from error


def _line_of(error: MarkedYAMLError, text: str) -> int:
    """Line (from 1) of a mistake; for what is missed at the end of the text, where it was opened."""
    mark = error.problem_mark
    if error.context_mark and (mark is None or mark.line >= len(text.splitlines())):
        mark = error.context_mark
    return mark.line + 1 if mark else 1


def _check_events(events: Iterable[Event], name: str) -> None:
    """Refuse what could grow without bounds, before anything is built of it."""
    depth = 0
    for event in events:
        if isinstance(event, AliasEvent):
            raise BadRequest(f"{name}: uses an alias (`*name`); write the value out")
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BadRequest(f"{name}, line {line}: is nested too deep; allowed: {MAX_DEPTH} levels")


def _mistake(document: Document, detail: ErrorDetails, model: type[BaseModel]) -> str:
    path = detail["loc"]
    where = f"{document.name}, line {document.line(path)}"
    name = ".".join(str(part) for part in path)
    if detail["type"] == "extra_forbidden":
        allowed = f"; allowed here: {', '.join(model.model_fields)}" if len(path) == 1 else ""
        return f"{where}: `{name}` is not a field{allowed}"
    message = detail["msg"].removeprefix("Value error, ")
    if not path:
        return f"{where}: {message}"
    found = "" if isinstance(detail["input"], dict) else f" (found {reprlib.repr(detail['input'])})"
    return f"{where}: `{name}`: {message}{found}"


def _value(node: Node, path: Path, lines: dict[Path, int], name: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        return _mapping(node, path, lines, name)
    if isinstance(node, SequenceNode):
        return [_value(child, (*path, index), lines, name) for index, child in enumerate(node.value)]
    if isinstance(node, ScalarNode):
        return _scalar(node.value) if not node.style else node.value
    raise BadRequest(f"{name}, line {lines[path]}: {type(node).__name__} is not allowed")


def _mapping(node: MappingNode, path: Path, lines: dict[Path, int], name: str) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            raise BadRequest(f"{name}, line {line}: a key is a list or mapping; allowed: text")
        key = key_node.value
        if key in mapping:
            raise BadRequest(f"{name}, line {line}: `{key}` stands twice; keep one of them")
        mapping[key] = _value(value_node, (*path, key), lines, name)
        lines[(*path, key)] = line
    return mapping


def _scalar(text: str) -> Any:
    """A plain scalar by the core schema, YAML 1.2.2, section 10.3.2."""
    if _NULL.match(text):
        return None
    if _TRUE.match(text) or _FALSE.match(text):
        return bool(_TRUE.match(text))
    if _INT.match(text) and len(text) <= 20:
        return int(text)
    if _OCTAL.match(text) or _HEX.match(text):
        return int(text, 0)
    if _FLOAT.match(text):
        return float(text)
    if _INFINITE.match(text):
        return float(text.replace(".", ""))
    return text
