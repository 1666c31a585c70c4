"""Content types, briefs, words, numbers and days in command lines."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.names import allowed_names
from include.contract.values import CleanText
from include.contract.yaml12 import Document, read_yaml, text_of
from operators.briefs.asked import brief_field
from operators.briefs.dates import DAY
from operators.configuration import content_type_file, content_type_in

_MAX_DIGITS = 9
_MORE_KEYS = f"their parts, as in `product.name`, and `{DAY}`, of a calendar"


def content_type_named(name: str, deployment: Deployment) -> ContentType:
    """The content type called `name`, or the one in the file `name`.

    :raises BadRequest: there is none, or it is wrong.
    """
    if name.endswith(".yaml"):
        return content_type_in(Path(os.path.abspath(name)), deployment)
    return content_type_in(content_type_file(name, "or the path of a file"), deployment)


def conf_of(params: Sequence[str], brief: Path | None) -> dict[str, Any]:
    """A run's conf: the fields of the brief in the file `brief`, then `key=value` ones, whose values are YAML.

    :raises BadRequest: something is neither.
    """
    conf = {} if brief is None else dict(brief_document(brief).value)
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or brief_field(name) not in (*Brief.model_fields, DAY):
            raise BadRequest(
                f"--param {param}: is not key=value with a field of a brief as its key; "
                f"{allowed_names(brief_field(name), Brief.model_fields, more=_MORE_KEYS)}"
            )
        conf[name] = _value(value, f"--param {name}")
    return conf


def words(kind: CleanText) -> Callable[[str], str]:
    """An argument type for clean text."""

    def read(text: str) -> str:
        try:
            return kind.cleaned(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from error

    return read


def count(text: str) -> int:
    """An argument type for a number of things."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
        raise ArgumentTypeError(f"is not a whole number of at most {_MAX_DIGITS} digits: {text:.40}")
    return int(text)


def _value(text: str, name: str) -> Any:
    """A list or mapping where the text is bracketed, else a number, a switch or text as YAML tells them apart."""
    try:
        value = read_yaml(text, name).value
    except BadRequest:
        if text.startswith(("[", "{")):
            raise
        return text
    return text if isinstance(value, dict | list) and not text.startswith(("[", "{")) else value


def brief_document(path: Path) -> Document:
    """A brief's fields in the file `path`.

    :raises BadRequest: it cannot be read, or is not a mapping.
    """
    document = read_yaml(text_of(path, str(path)), str(path))
    if not isinstance(document.value, dict):
        raise BadRequest(f"{path}, line 1: is not a mapping of a brief's fields")
    return document


def day_of(text: str) -> date:
    """The day of an argument.

    :raises ArgumentTypeError: it is not a day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r:.40} is not a day; allowed: a date such as 2026-11-27") from error
