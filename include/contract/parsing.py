"""Reading what others wrote: every reader of stored or foreign bytes goes through here, and fails in one typed way.

Bounded: nothing is unpacked or nested beyond what the caller allows, however small it looks packed.
"""

from __future__ import annotations

import json
import math
import zlib
from typing import TypeVar

from pydantic import BaseModel, JsonValue

from include.contract.errors import CorruptInput

Model = TypeVar("Model", bound=BaseModel)

_GZIP = zlib.MAX_WBITS | 16
"""zlib's window bits for a gzip header and trailer (RFC 1952)."""
_SHOWN_CHARACTERS = 300


def json_in(text: str | bytes) -> JsonValue:
    """The JSON value in `text`.

    :raises ValueError: anything else than JSON (RFC 8259) in UTF-8: NaN and infinities too, a number that overflows
        a float or has thousands of digits, and nesting beyond what Python reads.
    """
    try:
        value: JsonValue = json.loads(text, parse_float=_finite, parse_constant=_finite)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    return value


def model_in(model: type[Model], body: str | bytes, what: str) -> Model:
    """The `model` whose JSON is `body`; `what` it is, for messages.

    :raises CorruptInput: it is not.
    """
    try:
        return model.model_validate(json_in(body))
    except (ValueError, RecursionError) as error:
        raise CorruptInput(f"{what} cannot be read: {_shown(error)}") from error


def unpacked(body: bytes, max_bytes: int, what: str) -> bytes:
    """What `body`, gzip's bytes, holds; `what` it is, for messages.

    :raises CorruptInput: it is not gzipped, ends early, has more behind its end, or holds more than `max_bytes`.
    """
    stream = zlib.decompressobj(_GZIP)
    try:
        plain = stream.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise CorruptInput(f"{what} cannot be unpacked: {error}") from error
    if len(plain) > max_bytes:
        raise CorruptInput(f"{what} holds more than {max_bytes} bytes when unpacked")
    if not stream.eof or stream.unused_data:
        raise CorruptInput(f"{what} cannot be unpacked: its end is missing, or something follows it")
    return plain


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"`{text}` is not a finite number")
    return number


def _shown(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]} …"
