"""Pydantic's errors about what people wrote, as places and words: what is wrong, was found, and is allowed.

Mistakes in briefs, rows, content types and deployments are all reported through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import core_schema

from include.contract.allowed import Path, Schema, fields_at, in_words, names_at, schema_at, schema_of
from include.contract.messages import MAX_MISTAKES, path_of, quoted
from include.contract.names import allowed_names, guess, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_KEY = "[key]"
"""What pydantic puts behind a key that is wrong itself."""
_WRONG_KINDS = {
    "bool": "is neither true nor false",
    "date": "is not a date",
    "dict": "is not a mapping",
    "float": "is not a number",
    "int": "is not a whole number",
    "list": "is not a list",
    "mapping": "is not a mapping",
    "model": "is not a mapping",
    "string": "is not text",
    "tuple": "is not a list",
}
"""By the first word of pydantic's name of a mistake."""
_WRONG = {
    "enum": "is not known",
    "finite_number": "is not a finite number",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "less_than": "is too large",
    "less_than_equal": "is too large",
    "literal_error": "is not known",
    "missing": "is missing",
    "multiple_of": "is not one of the steps",
    "recursion_loop": "contains itself",
    "string_pattern_mismatch": "has the wrong form",
    "string_too_long": "is too long",
    "string_too_short": "is too short",
    "string_unicode": "is not text",
    "too_long": "has too many parts",
    "too_short": "has too few parts",
}
_LENGTHS = ("string_too_long", "string_too_short")
_LIMITS = {"gt": "more than {}", "ge": "at least {}", "lt": "less than {}", "le": "at most {}"}
_SAID_BY_US = "value_error"
_OF_PYDANTIC = frozenset(get_args(core_schema.ErrorType))
"""Kinds of mistakes that pydantic words; those with another name are worded where they are raised."""
_LOOKED_AT = 4 * MAX_MISTAKES


@dataclass(frozen=True)
class FieldMistake:
    """One mistake."""

    path: Path
    """Where it is; empty if it is about the whole document."""
    words: str
    """What is wrong, what was found, and what is allowed."""

    def __str__(self) -> str:
        return f"{path_of(self.path)}: {self.words}" if self.path else self.words


def field_mistakes(
    error: ValidationError, model: type[BaseModel], fields: Sequence[str] = ()
) -> tuple[list[FieldMistake], int]:
    """The mistakes that `error` found in a `model`, each once and at most `MAX_MISTAKES`, and roughly how many more.

    :param fields: the model's fields that are allowed here; default: all.
    """
    schema = schema_of(model)
    by_place: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False)[:_LOOKED_AT]:
        by_place.setdefault(_place(detail, schema), []).append(detail)
    found = list(dict.fromkeys(_told(by_place, schema, fields or tuple(model.model_fields))))
    more = max(0, len(found) - MAX_MISTAKES) + max(0, error.error_count() - _LOOKED_AT)
    return found[:MAX_MISTAKES], more


def on_one_line(error: ValidationError, model: type[BaseModel]) -> str:
    """The mistakes that `error` found in a `model`, one after the other."""
    found, more = field_mistakes(error, model)
    return "; ".join([*map(str, found), *([f"and {more} more mistakes"] if more else [])])


def _told(by_place: Mapping[Path, list[ErrorDetails]], schema: Schema, fields: Sequence[str]) -> Iterator[FieldMistake]:
    around = {place[:length] for place in by_place for length in range(len(place))}
    for place, details in by_place.items():
        if place in around and all(detail["type"] == "too_short" for detail in details):
            continue  # only since its parts are wrong
        for detail in _of_what_was_meant(details):
            yield FieldMistake(place, _words(detail, place, schema, fields, is_one_of_several=len(details) > 1))


def _of_what_was_meant(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Where several kinds of values may stand: what is wrong with the kind that was found; one mistake if none was."""
    return [detail for detail in details if _wrong_kind(detail["type"]) is None] or details[:1]


def _words(detail: ErrorDetails, place: Path, schema: Schema, fields: Sequence[str], is_one_of_several: bool) -> str:
    kind, found = detail["type"], _found(detail)
    if kind == _SAID_BY_US:
        words = str(detail["ctx"]["error"])
        return words if _is_told(detail["input"], words) else f"{words}{found}"
    if kind == "extra_forbidden":
        allowed = fields if len(place) == 1 else fields_at(schema_at(schema, place[:-1]) or {})
        return _unknown_field(str(place[-1]), allowed)
    if kind not in _OF_PYDANTIC:
        return detail["msg"]
    wrong = _WRONG.get(kind) or _wrong_kind(kind) or "cannot be taken"
    if is_one_of_several and kind not in _WRONG:
        wrong = "has the wrong type"
    told = _allowed(detail, place, schema)
    return f"{wrong}{found}; {told}" if told else f"{wrong}{found}"


def _wrong_kind(kind: str) -> str | None:
    first, _, rest = kind.partition("_")
    return _WRONG_KINDS.get(first) if rest.endswith(("type", "parsing", "from_float", "inexact")) else None


def _allowed(detail: ErrorDetails, place: Path, schema: Schema) -> str:
    """What may stand there, of names the nearest first; of limits that JSON schema cannot say, the one passed."""
    here, found = schema_at(schema, place) or {}, detail["input"]
    if detail["loc"][-1:] == (_KEY,):
        here, found = (schema_at(schema, place[:-1]) or {}).get("propertyNames", {}), place[-1]
    if detail["type"] in _LENGTHS:
        here = {key: value for key, value in here.items() if key != "pattern"}
    allowed, context = in_words(here), detail.get("ctx", {})
    passed = {key: str(context[key]) for key in _LIMITS if key in context}
    if not all(limit in allowed for limit in passed.values()):
        return f"allowed: {' and '.join(_LIMITS[key].format(limit) for key, limit in passed.items())}"
    names = names_at(here)
    if names and allowed == ", ".join(names):
        return allowed_names(found, names)
    return f"{guess(nearest(found, names))}allowed: {allowed}" if allowed else ""


def _unknown_field(name: str, allowed: Sequence[str]) -> str:
    if not allowed:
        return "is not a field; remove it"
    if name in allowed:
        return "does not go with the other fields there; remove one of them"
    return f"is not a field; {allowed_names(name, allowed)}"


def _found(detail: ErrorDetails) -> str:
    is_told = detail["type"] != "missing" and not isinstance(detail["input"], Mapping)
    return f" (found {quoted(detail['input'])})" if is_told else ""


def _is_told(found: object, words: str) -> bool:
    """Whether `words` say what was found, or it is nothing that a line could show."""
    is_single = isinstance(found, str | int | float)
    return not is_single or re.search(rf"(?<!\w){re.escape(quoted(found))}(?!\w)", words) is not None


def _place(detail: ErrorDetails, schema: Schema) -> Path:
    """Where `detail` stands in what was written: without the names that pydantic gives to alternatives."""
    location = tuple(part for part in detail["loc"] if part != _KEY)
    if detail["type"] != "extra_forbidden":
        return _longest(schema, location)
    around = _longest(schema, location[:-1])
    if around and not fields_at(schema_at(schema, around) or {}):
        around = around[:-1]
    return (*around, location[-1])


def _longest(schema: Schema, location: Path) -> Path:
    """The longest part of `location` that leads somewhere, its end included if that can be."""
    if not location:
        return ()
    inner = schema_at(schema, location[:1])
    without = _longest(schema, location[1:])
    if inner is None:
        return without
    within = (location[0], *_longest(inner, location[1:]))
    return max(within, without, key=lambda path: (path[-1:] == location[-1:], len(path)))
